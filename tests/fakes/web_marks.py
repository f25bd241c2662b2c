"""Personal data and calendars as the web asks for them: it remembers what it was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from switchboard.changes import Act, ToRegistry
from switchboard.domain.call import JsonValue
from switchboard.domain.mailbox.session import MailboxMessage
from switchboard.domain.working_days import WorkingCalendar
from tests.builders import calendar_of
from tests.fakes.mailbox import FakeMessageBook
from tests.fakes.marks import FakeMarks
from tests.fakes.web_rows import MESSAGE


def marks_of_message() -> FakeMarks:
    """Of the one message that the web knows."""
    book = FakeMessageBook()
    kept = MailboxMessage(MESSAGE.id, MESSAGE.caller, MESSAGE.received_at, MESSAGE.sha256, new=True)
    book.add(1, kept)
    return FakeMarks(book)


@dataclass
class FakePersonData:
    """`planned`: asked with `dry_run`."""

    exported: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    async def export(self, who: str, act: Act, names: Sequence[str] = ()) -> Mapping[str, JsonValue]:
        self.exported.append(who)
        self.names += names
        return {"call": who}

    async def erase(
        self, who: str, act: Act, names: Sequence[str] = (), *, dry_run: bool = False
    ) -> Mapping[str, JsonValue]:
        self.names += names
        (self.planned if dry_run else self.erased).append(who)
        return {"dry_run": dry_run}


@dataclass
class FakeRegistry:
    """`refusal` is raised instead."""

    took: list[tuple[str, ToRegistry, Act]] = field(default_factory=list)
    refusal: Exception | None = None

    async def hand_over(self, message_id: str, to: ToRegistry, act: Act) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.took.append((message_id, to, act))


class FakeWorkingDays:
    def calendar(self, authority_id: int) -> WorkingCalendar:
        return calendar_of(authority_id)
