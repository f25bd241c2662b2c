"""When a function will have fewer people than it must have in its announced hours, from what is known (R21, R24, R28).

Between two instants at which hours begin or end, or somebody leaves or comes back, nothing changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from switchboard.domain.absence import absence_in_force, turning_points
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.deadline.working_hours import workday_of
from switchboard.domain.directory import Absence, Directory, FunctionGroup
from switchboard.domain.opening_hours import Calendars, Span, open_between, schedule_of
from switchboard.domain.working_days import STOCKHOLM, CalendarRangeError, WorkingCalendar, is_working_day, local_date

LOOK_AHEAD = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Gap:
    """In `start`–`end` (half-open, Europe/Stockholm) `present` of the `needed` are there. `away`: ids of the members
    who are absent then and have no present deputy."""

    group_id: int
    start: datetime
    end: datetime
    present: int
    needed: int
    away: tuple[int, ...]


def staffing_gaps(
    groups: Iterable[FunctionGroup],
    directory: Directory,
    calendar: Calendars,
    now: datetime,
    ahead: timedelta = LOOK_AHEAD,
) -> list[Gap]:
    """In order of their start. A function without hours is looked at in the authority's working hours; where the
    hours cannot be read, around the clock. A member who is away counts where a deputy is there who does not count
    already; operators who have not signed in yet count as members."""
    span = now.astimezone(UTC), now.astimezone(UTC) + ahead
    wanting = [group for group in groups if group.minimum_staffing > 0]
    found = [gap for group in wanting for gap in _of_group(group, directory, _hours(group, directory, calendar, span))]
    return sorted(found, key=lambda gap: (gap.start.astimezone(UTC), gap.group_id))


def _of_group(group: FunctionGroup, directory: Directory, hours: Sequence[Span]) -> list[Gap]:
    members = [member.person_id for member in directory.members(group.id)]
    changes = _changes(members, directory)
    joined: list[Gap] = []
    for begins, ends in hours:
        inside = [change for change in changes if begins < change < ends]
        for start, end in pairwise([begins, *inside, ends]):
            present, away = _staff(members, directory, start)
            if len(present) < group.minimum_staffing:
                gap = Gap(group.id, _local(start), _local(end), len(present), group.minimum_staffing, away)
                _append(joined, gap)
    return joined


def _append(joined: list[Gap], gap: Gap) -> None:
    last = joined[-1] if joined else None
    if last is not None and (last.end, last.present, last.away) == (gap.start, gap.present, gap.away):
        joined[-1] = replace(last, end=gap.end)
    else:
        joined.append(gap)


def _staff(members: Iterable[int], directory: Directory, at: datetime) -> tuple[set[int], tuple[int, ...]]:
    """Ids of those who are there, deputies too, and of members for whom nobody more stands in."""
    absences = {each: absence_in_force(directory.absences(each), at) for each in members}
    present = {each for each, absence in absences.items() if absence is None}
    away = []
    for each, absence in absences.items():
        if absence is None:
            continue
        deputy = _deputy(absence, directory, at)
        if deputy is None or deputy in present:
            away.append(each)
        else:
            present.add(deputy)
    return present, tuple(sorted(away))


def _deputy(absence: Absence, directory: Directory, at: datetime) -> int | None:
    deputy = absence.deputy_id
    if deputy is None or directory.person(deputy) is None:
        return None
    return None if absence_in_force(directory.absences(deputy), at) is not None else deputy


def _changes(members: Iterable[int], directory: Directory) -> list[datetime]:
    """Instants, in UTC and in order, at which somebody leaves or comes back."""
    looked_at = set(members)
    for each in members:
        looked_at |= {absence.deputy_id for absence in directory.absences(each) if absence.deputy_id is not None}
    return sorted({moment for each in looked_at for moment in turning_points(directory.absences(each))})


def _hours(group: FunctionGroup, directory: Directory, calendar: Calendars, span: Span) -> list[Span]:
    schedule = schedule_of(group, directory)
    try:
        if schedule is None:
            return list(_working_hours(group.authority_id, directory, calendar(group.authority_id), span))
        return open_between(schedule, calendar(schedule.authority_id), *span)
    except (LookupError, CalendarRangeError):
        return [span]


def _working_hours(authority_id: int, directory: Directory, calendar: WorkingCalendar, span: Span) -> Iterator[Span]:
    begins, ends = span
    day = local_date(begins)
    while day <= local_date(ends):
        policy = policy_in_force(directory.policies(authority_id), day)
        opens, closes = workday_of(policy)
        start = max(datetime.combine(day, opens, STOCKHOLM).astimezone(UTC), begins)
        end = min(datetime.combine(day, closes, STOCKHOLM).astimezone(UTC), ends)
        if start < end and is_working_day(calendar, day):
            yield start, end
        day += timedelta(days=1)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(STOCKHOLM)
