"""Who is kept out, and for how long."""
