"""Reads flows/ and locales/ once at start; all authoring mistakes come out together."""
