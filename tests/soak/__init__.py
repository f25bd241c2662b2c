"""Mixed traffic at half capacity for hours: `make soak`. What grows, and what ended as nobody intended."""
