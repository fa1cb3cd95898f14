"""Touch the world. Strangers to one another."""
