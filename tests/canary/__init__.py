"""Nothing kept: marked words go in through every door, and are looked for everywhere."""
