"""Marks on messages (R45-R47), for dialogues by telephone and for the web."""

from typing import Protocol

from switchboard.changes import Act, Marking


class MessageMarks(Protocol):
    async def change(self, message_id: str, marking: Marking, act: Act) -> bool:
        """Committed when it returns, and audited. A mark is the recording's: whoever it was forwarded to, and from,
        has it too. A threat is told the manager, and so is that it is none. False: it was so already, and nothing is
        written.

        BadValue for no reason, NotFound, and Conflict for a message that was erased."""
