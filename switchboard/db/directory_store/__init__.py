"""The rows that a call can touch, in memory, with every change committed before the call."""

from switchboard.db.directory_store.store import DirectoryStore

__all__ = ["DirectoryStore"]
