"""What goes out for every kind of screen, in every language: one file a language, the sealed states masked."""
