"""Marks on messages, and who listened to them, for dialogues by telephone."""

from typing import Protocol

from switchboard.domain.keeping.marks import Mark


class MessageMarks(Protocol):
    """`actor` is who does it, as the audit log shows it."""

    async def listened(self, message_id: str, actor: str) -> None:
        """Somebody begins to listen: it counts as heard, and the audit log says by whom (R45, R46)."""

    async def mark(self, message_id: str, mark: Mark, reason: str, actor: str) -> bool:
        """False: it bears the mark already. A threat is told the manager (R47)."""
