"""Marks on messages, in memory. `told` are the threats that the manager would have been told."""

from switchboard.domain.keeping.marks import Mark


class FakeMarks:
    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.marked: dict[tuple[str, Mark], tuple[str, str]] = {}

    async def listened(self, message_id: str, actor: str) -> None:
        self.heard.append((message_id, actor))

    async def mark(self, message_id: str, mark: Mark, reason: str, actor: str) -> bool:
        if (message_id, mark) in self.marked:
            return False
        self.marked[message_id, mark] = reason, actor
        return True
