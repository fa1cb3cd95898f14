"""The Telegram webhook end to end: our guide, and what people would build it with instead, on the same talk."""
