"""Marks on messages; erasing what has been kept long enough, and what a person asks for (R44-R47)."""
