"""The composition root: builds every object once, starts them in order and closes them in the reverse order."""

from switchboard.app.service import Service, serve

__all__ = ["Service", "serve"]
