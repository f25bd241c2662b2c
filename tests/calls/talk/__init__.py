"""Talks with three or more in them, in virtual time."""
