"""Stores: the little that outlives a turn, for minutes, as sealed bytes under keyed hashes."""
