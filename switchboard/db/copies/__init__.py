"""Copies of everything that is kept: a backup and its return, and the move to another database."""
