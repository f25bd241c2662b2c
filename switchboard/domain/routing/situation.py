"""What a decision stands on: the call's two numbers, the rows, the time; and the two things every part of it asks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.domain.directory import Authority, Directory, Schedule
from switchboard.domain.opening_hours import is_open, next_opening, row_problem
from switchboard.domain.routing.routes import Reason
from switchboard.domain.working_days import WorkingCalendar

# Stands in where there is no authority at all, so that even then the caller is told something.
NOBODY = Authority(0, "växeln", "", ("sv", "en"), None)


class RowFault(Exception):
    """A row on the call's way cannot be honoured. Raised and caught inside `routing` only."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.text)
        self.reason = reason


def row_fault(table: str, key: int | None, column: str | None, problem: str) -> RowFault:
    """`key` None: the row that should be there is not."""
    named = table if key is None else f"{table} {key}"
    return RowFault(Reason(f"{named}: {problem}", table, None if key is None else str(key), column, fault=True))


def read_problem(problem: str) -> tuple[str | None, str]:
    """Column and problem of a recorded fault, which may begin with its column (`until: …`)."""
    column, colon, rest = problem.partition(": ")
    return (column, rest) if colon and column.isidentifier() else (None, problem)


@dataclass(frozen=True, slots=True)
class Situation:
    """`steps` collects what was looked at, in order."""

    directory: Directory
    calendar: Callable[[int], WorkingCalendar]
    now: datetime
    steps: list[str] = field(default_factory=list)

    def note(self, step: str) -> None:
        self.steps.append(step)

    def check_row(self, table: str, key: int | None) -> None:
        """RowFault where the row was found broken when it was read."""
        problem = self.directory.faults().get((table, str(key)))
        if problem is not None:
            raise row_fault(table, key, *read_problem(problem))

    def is_open(self, schedule: Schedule) -> bool:
        """RowFault where the schedule or one of its rows cannot be honoured."""
        self.check_row("schedule", schedule.id)
        for table, key, column, problem in schedule_problems(schedule):
            raise row_fault(table, key, column, problem)
        try:
            opened = is_open(schedule, self.calendar(schedule.authority_id), self.now)
        except (LookupError, ValueError) as problem:
            raise row_fault("schedule", schedule.id, "closed_on_holidays", f"no calendar: {problem}") from problem
        self.note(f"schedule {schedule.id} is {'open' if opened else 'closed'}")
        return opened

    def next_opening(self, schedule: Schedule) -> datetime | None:
        return next_opening(schedule, self.calendar(schedule.authority_id), self.now)


def schedule_problems(schedule: Schedule) -> Iterator[tuple[str, int, str, str]]:
    """Table, key, column and problem of each period and exception that cannot be honoured."""
    for period in schedule.periods:
        if (problem := row_problem(period)) is not None:
            yield "opening_period", period.id, *problem
    for exception in schedule.exceptions:
        if (problem := row_problem(exception)) is not None:
            yield "schedule_exception", exception.id, *problem
