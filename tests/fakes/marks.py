"""Marks on messages, in memory: those of a mailbox's messages, or of any that it is told of."""

from switchboard.changes import Act, Marking
from switchboard.domain.keeping.marks import reason_problem
from switchboard.domain.mailbox.session import with_mark
from switchboard.errors import BadValue, Conflict, NotFound
from tests.fakes.mailbox import BookRow, FakeMessageBook


class FakeMarks:
    """`changed` is what was done; `erased` are ids of messages whose recording is gone."""

    def __init__(self, book: FakeMessageBook) -> None:
        self._book = book
        self.changed: list[tuple[str, Marking, Act]] = []
        self.erased: set[str] = set()

    async def change(self, message_id: str, marking: Marking, act: Act) -> bool:
        problem = reason_problem(marking.reason)
        if problem is not None:
            raise BadValue("reason", problem)
        if message_id not in self._book.rows:
            raise NotFound("voicemail message", message_id)
        if message_id in self.erased:
            raise Conflict("the message was erased")
        changed = [each for each in self._copies(message_id) if each.message.bears(marking.mark) is not marking.on]
        for each in changed:
            each.message = with_mark(each.message, marking.mark, on=marking.on)
        if changed:
            self.changed.append((message_id, marking, act))
        return bool(changed)

    def _copies(self, message_id: str) -> list[BookRow]:
        """The message, and whatever was forwarded from it or to it."""
        ids, known = {message_id}, 0
        while known < len(ids):
            known = len(ids)
            for each in self._book.forwarded:
                if {each.id, each.message_id} & ids:
                    ids |= {each.id, each.message_id}
        return [self._book.rows[id] for id in sorted(ids)]
