"""Peers: local servers that stand for the platforms, and judges of what passes between them and us."""
