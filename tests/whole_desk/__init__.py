"""A real `dhaal serve` with people on one side and helpers on the other."""
