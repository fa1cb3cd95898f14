"""Dhaal: a chat guide that keeps no message."""
