"""Opening hours (R23): whether a schedule is open at an instant, and when it opens next.

The local clock on the wall decides, also on the two nights a year when it jumps: 02:30 does not exist on the last
Sunday of March (a period from 02:30 begins at 03:00), and comes twice on the last Sunday of October (it counts
both times). Periods are half-open, so neighbours join without gap or overlap.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from switchboard.domain.directory import Directory, FunctionGroup, OpeningPeriod, Schedule, ScheduleException
from switchboard.domain.working_days import STOCKHOLM as STOCKHOLM
from switchboard.domain.working_days import CalendarRangeError, WorkingCalendar, is_day_off, local_date

_MIDNIGHT = time(0)
_LOOK_AHEAD_DAYS = 400
_ONE_DAY = timedelta(days=1)
_WEEKDAYS = range(7)

Span = tuple[datetime, datetime]
Calendars = Callable[[int], WorkingCalendar]
"""By authority, as for `decide_route`."""


def is_open(schedule: Schedule, calendar: WorkingCalendar, at: datetime) -> bool:
    """CalendarRangeError where the schedule depends on holidays and the calendar does not know the day."""
    wall = at.astimezone(STOCKHOLM).replace(tzinfo=None)
    return any(start <= wall < end for start, end in _wall_spans(schedule, calendar, local_date(at)))


def next_opening(schedule: Schedule, calendar: WorkingCalendar, at: datetime) -> datetime | None:
    """The first instant not before `at` at which the schedule is open, in Europe/Stockholm; `at` itself where it
    is open then. None where it does not open within 400 days, or the calendar ends before."""
    day = local_date(at)
    for ahead in range(_LOOK_AHEAD_DAYS + 1):
        try:
            spans = _wall_spans(schedule, calendar, day + timedelta(days=ahead))
        except CalendarRangeError:
            return None
        for start, end in _instants(spans, day + timedelta(days=ahead)):
            if end > at:
                return max(start, at).astimezone(STOCKHOLM)
    return None


def schedule_of(group: FunctionGroup, directory: Directory) -> Schedule | None:
    return None if group.schedule_id is None else directory.schedule(group.schedule_id)


def in_hours(group: FunctionGroup, directory: Directory, calendar: Calendars, at: datetime) -> bool:
    """A group without hours is always there. Hours that cannot be read count as open: a fault of ours sends nobody
    away."""
    schedule = schedule_of(group, directory)
    if schedule is None:
        return True
    try:
        return is_open(schedule, calendar(schedule.authority_id), at)
    except (LookupError, ValueError):
        return True


def opens_at(group: FunctionGroup, directory: Directory, calendar: Calendars, at: datetime) -> datetime | None:
    """The first instant not before `at` at which the group is in its hours; None where that is not known."""
    schedule = schedule_of(group, directory)
    if schedule is None:
        return at
    try:
        return next_opening(schedule, calendar(schedule.authority_id), at)
    except (LookupError, ValueError):
        return at


def open_between(schedule: Schedule, calendar: WorkingCalendar, begins: datetime, ends: datetime) -> list[Span]:
    """When the schedule is open in `begins`–`ends`, in UTC and in order; a stretch over midnight comes as two.
    CalendarRangeError where the schedule depends on holidays and the calendar does not know a day."""
    day, found = local_date(begins), list[Span]()
    while day <= local_date(ends):
        for start, end in _instants(_wall_spans(schedule, calendar, day), day):
            first, last = max(start, begins.astimezone(UTC)), min(end, ends.astimezone(UTC))
            if first < last:
                found.append((first, last))
        day += _ONE_DAY
    return found


def row_problem(row: OpeningPeriod | ScheduleException) -> tuple[str, str] | None:
    """The column and what is wrong with it, where the row cannot be honoured. Such a row opens nothing."""
    match row:
        case OpeningPeriod():
            if row.weekday not in _WEEKDAYS:
                return "weekday", f"{row.weekday} is no weekday; 0 is Monday and 6 Sunday"
        case ScheduleException():
            if row.last < row.first:
                return "last_date", f"the last day {row.last} is before the first day {row.first}"
            if (row.opens is None) is not (row.closes is None):
                return "closes" if row.closes is None else "opens", "both times or neither must be given"
    if row.opens is None or row.closes is None or row.opens < row.closes or row.closes == _MIDNIGHT:
        return None
    return "closes", f"closes {row.closes:%H:%M} is not after opens {row.opens:%H:%M}; 00:00 is the end of day"


def exceptions_on(schedule: Schedule, day: date) -> Sequence[ScheduleException]:
    """The exceptions that decide about `day`: of those that cover it the ones that cover the fewest days, so that
    a single day within a closed summer can be opened."""
    covering = [each for each in schedule.exceptions if each.first <= day <= each.last]
    shortest = min((each.last - each.first for each in covering), default=None)
    return [each for each in covering if each.last - each.first == shortest]


def _wall_spans(schedule: Schedule, calendar: WorkingCalendar, day: date) -> list[Span]:
    """When the schedule is open on `day` by the clock on the wall: naive local times, in order, merged."""
    rows: Sequence[OpeningPeriod | ScheduleException] = exceptions_on(schedule, day)
    if not rows:
        if schedule.closed_on_holidays and is_day_off(calendar, day):
            return []
        rows = [each for each in schedule.periods if each.weekday == day.weekday()]
    return _merged([_span(day, each.opens, each.closes) for each in rows if row_problem(each) is None])


def _span(day: date, opens: time | None, closes: time | None) -> Span:
    """Empty for an exception that closes."""
    start = datetime.combine(day, opens or _MIDNIGHT)
    if opens is None or closes is None:
        return start, start
    return start, datetime.combine(day + _ONE_DAY if closes == _MIDNIGHT else day, closes)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _instants(spans: Sequence[Span], day: date) -> Iterator[Span]:
    """The spans as instants, in order: each stretch of the day with one offset from UTC is looked at by itself."""
    for begins, ends in pairwise(_offset_changes(day)):
        offset = begins.astimezone(STOCKHOLM).utcoffset() or timedelta()
        for start, end in spans:
            first = max((start - offset).replace(tzinfo=UTC), begins)
            last = min((end - offset).replace(tzinfo=UTC), ends)
            if first < last:
                yield first, last


def _offset_changes(day: date) -> list[datetime]:
    """The day's beginning and end and, on two days of the year, the instant between when the clock jumps."""
    begins = datetime.combine(day, _MIDNIGHT, STOCKHOLM).astimezone(UTC)
    ends = datetime.combine(day + _ONE_DAY, _MIDNIGHT, STOCKHOLM).astimezone(UTC)
    if ends - begins == _ONE_DAY:
        return [begins, ends]
    before = _offset(begins)
    low, high = begins, ends
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (middle, high) if _offset(middle) == before else (low, middle)
    return [begins, high, ends]


def _offset(instant: datetime) -> timedelta | None:
    return instant.astimezone(STOCKHOLM).utcoffset()
