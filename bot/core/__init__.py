"""Thinks. Pure: standard library and `transitions`; no clock, no file, no network."""
