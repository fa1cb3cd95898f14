"""One suite that every channel passes: the same story gives the same path and the same words."""
