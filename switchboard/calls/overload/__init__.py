"""More calls than there is room for: who is taken, what becomes of the others, and what is known of it."""
