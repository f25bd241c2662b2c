"""What becomes of a calendar's absences when it is read: which go, which come, which stay (R1, R2).

What somebody lifted by hand stays lifted for that occurrence, as long as its calendar says of it what it said then.
What was known of a series that cannot be worked out stays, for nobody knows better.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from switchboard.domain.directory import AbsenceReason

HISTORY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence of an event as an absence of a person; all times in UTC. `start` and `until` None: the row holds
    something that is no time."""

    person_id: int
    series: str
    reason: AbsenceReason | None
    start: datetime | None
    until: datetime | None
    open: bool = False
    deputy_id: int | None = None

    def apart_from_deputy(self) -> "Occurrence":
        """By this a lifting knows it: who stands in changes nothing about whether somebody is there."""
        return replace(self, deputy_id=None)


@dataclass(frozen=True, slots=True)
class Changes:
    """`removed`: ids of rows."""

    removed: frozenset[int]
    added: frozenset[Occurrence]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)


@dataclass(frozen=True, slots=True)
class SaidNow:
    """What the calendar says; `unread` are the series of which it could not be worked out. `lifted` as
    `apart_from_deputy` gives it."""

    wanted: Collection[Occurrence]
    unread: Collection[str] = ()
    lifted: Collection[Occurrence] = ()


def decide_changes(known: Mapping[int, Occurrence], said: SaidNow, now: datetime) -> Changes:
    """`known` are the rows of the source by id. What is over stays for a while as history."""
    at = now.astimezone(UTC)
    lifted = set(said.lifted)
    wanted = {
        each
        for each in said.wanted
        if each.until is not None and each.until > at and each.apart_from_deputy() not in lifted
    }
    stay: set[Occurrence] = set()
    removed: set[int] = set()
    for id, each in sorted(known.items()):
        if each in wanted and each not in stay:
            stay.add(each)
        elif not _stays(each, said.unread, at):
            removed.add(id)
    return Changes(frozenset(removed), frozenset(wanted - stay))


def _stays(each: Occurrence, unread: Collection[str], at: datetime) -> bool:
    if each.until is not None and each.until <= at:
        return each.until > at - HISTORY
    return each.series in unread
