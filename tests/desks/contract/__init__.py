"""One contract for all desks: what a person and a helper may count on, wherever the helper answers."""
