"""The desk in the helpers' own group, with a real bot of python-telegram-bot at the local Bot API."""
