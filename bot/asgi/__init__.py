"""What everything that is reached by HTTP shares: how it runs, how a body is read, what every answer carries."""
