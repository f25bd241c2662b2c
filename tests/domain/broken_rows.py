"""Short ways to break the demo, and what a check says of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import cast

from switchboard.domain.checks import Severity, check_rows
from switchboard.domain.directory import (
    AbsenceReason,
    Destination,
    DestinationKind,
    Language,
    OpeningPeriod,
    Person,
    PhoneNumber,
    RoutingRule,
    RuleAction,
    Schedule,
    ScheduleException,
)
from switchboard.domain.directory_index import DirectoryIndex
from tests.builders import (
    NOW,
    absence,
    calendar_of,
)

PROMPTS = {"water-leak"}
FINNISH = cast("Language", "fi")
NEW_YEAR = date(2027, 1, 1)
Change = Callable[[DirectoryIndex], None]


def check(directory: DirectoryIndex, severity: Severity) -> set[tuple[str, str, str | None]]:
    faults = check_rows(directory, calendar_of, NOW, PROMPTS)
    return {(fault.table, fault.key, fault.column) for fault in faults if fault.severity is severity}


def put(*records: object) -> Change:
    def change(directory: DirectoryIndex) -> None:
        for record in records:
            directory.put(record)  # type: ignore[arg-type]

    return change


def remove(table: str, id: int) -> Change:
    return lambda directory: directory.remove(table, id)


def number(kind: DestinationKind, key: str | None) -> Change:
    return put(PhoneNumber(300, 1, "+46980319300", Destination(kind, key)))


def rule(id: int = 7, **fields: object) -> RoutingRule:
    row = RoutingRule(id, 1, 1, "+46980319300", None, None, "always", RuleAction.REFUSE, None)
    return replace(row, **fields)  # type: ignore[arg-type]


def hours(*rows: OpeningPeriod | ScheduleException) -> Change:
    weekly = tuple(row for row in rows if isinstance(row, OpeningPeriod))
    return put(Schedule(90, 1, "", True, weekly, tuple(row for row in rows if isinstance(row, ScheduleException))))


def away(id: int, person: Person, deputy: Person | None, first: int = 0, last: int = 5) -> Change:
    start, until = NOW + timedelta(hours=first), NOW + timedelta(hours=last)
    return put(absence(id, person, AbsenceReason.LUNCH, start, until, deputy))


def both(*changes: Change) -> Change:
    def change(directory: DirectoryIndex) -> None:
        for each in changes:
            each(directory)

    return change


KIND = DestinationKind
MONDAY_MORNING = OpeningPeriod(4, 90, 0, time(8), time(12))
