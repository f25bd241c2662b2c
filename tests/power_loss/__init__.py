"""`kill -9` at random points of a process that takes messages with the real store: what a caller was told is there."""
