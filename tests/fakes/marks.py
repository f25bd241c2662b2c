"""Marks on messages, in memory: those of a mailbox's messages, or of any that it is told of."""

from dataclasses import replace

from switchboard.changes import Act, Marking
from switchboard.domain.keeping.marks import reason_problem
from switchboard.domain.mailbox.session import MailboxMessage, with_mark
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
        row = self._book.rows.get(message_id)
        if row is None:
            raise NotFound("voicemail message", message_id)
        if message_id in self.erased:
            raise Conflict("the message was erased")
        changed = [each for each in self._copies(row.message) if each.message.bears(marking.mark) is not marking.on]
        for each in changed:
            each.message = with_mark(each.message, marking.mark, on=marking.on)
        if changed:
            self.changed.append((message_id, marking, act))
        return bool(changed)

    def _copies(self, message: MailboxMessage) -> list[BookRow]:
        return [row for row in self._book.rows.values() if _sound(row.message) == _sound(message)]


def _sound(message: MailboxMessage) -> MailboxMessage:
    """What copies have in common."""
    return replace(message, id="", new=False, preface=None, secret=False, threat=False)
