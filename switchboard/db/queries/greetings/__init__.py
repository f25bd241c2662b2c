"""Greetings in force, their history, and who has none."""

from switchboard.db.queries.greetings.kept import Greetings

__all__ = ["Greetings"]
