"""A person takes over: consent, a queue that is never silent, and a relay that leaves nothing."""
