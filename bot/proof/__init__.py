"""Visits every state and holds it against the laws; proves that every message fits its channel."""
