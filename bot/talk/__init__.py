"""Takes one turn of one conversation: open the token, think, draw a screen, seal the buttons."""
