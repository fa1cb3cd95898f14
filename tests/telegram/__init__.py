"""Telegram: one living message, and everything that can go wrong with it."""
