"""Which absence counts, and when the person is really back (R1, R2).

Instants are compared in UTC: Python compares two times of the same zone by the clock on the wall, which is wrong in
the hour that comes twice.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time

from switchboard.domain.directory import Absence, AbsenceReason, Policy
from switchboard.domain.working_days import STOCKHOLM

_CALENDARS = frozenset({"calendar", "icalendar", "ical", "caldav"})
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
PRIVATE_REASONS = frozenset({AbsenceReason.SICK, AbsenceReason.CARE_OF_CHILD})


def absences_in_force(absences: Iterable[Absence], now: datetime) -> list[Absence]:
    """Those in force at `now`, the one that counts first.

    What a person set before what a calendar says, while it lasts; then a closed one before an open one, since a phone
    that must not ring must not ring; then the one that began last, as the latest news; then the latest row.
    """
    at = now.astimezone(UTC)
    in_force = [each for each in absences if _start(each) <= at < _until(each)]
    return sorted(in_force, key=lambda each: (is_from_calendar(each), each.open, _latest_first(each)))


def absence_in_force(absences: Iterable[Absence], now: datetime) -> Absence | None:
    """The absence that counts, with `until` moved to when the person is really back (see `return_time`)."""
    rows = list(absences)
    ranked = absences_in_force(rows, now)
    return replace(ranked[0], until=_really_back(ranked[0], rows)) if ranked else None


def return_time(absences: Iterable[Absence], now: datetime) -> datetime | None:
    """When the person is really back: closed absences that overlap or follow without a gap count along (a meeting
    until 12:00 and lunch until 13:00: back at 13:00). None where nobody is away or the return is not known.
    """
    absence = absence_in_force(absences, now)
    return absence.until if absence else None


def turning_points(absences: Iterable[Absence]) -> set[datetime]:
    """Instants, in UTC, at which one of them begins or ends."""
    return {moment.astimezone(UTC) for each in absences for moment in (each.start, each.until) if moment is not None}


def told_reason(absence: Absence, policy: Policy | None) -> AbsenceReason | None:
    """The reason, where others may know it: illness, one's own or a child's, is nobody's business unless the
    authority's policy says otherwise (R46)."""
    hidden = absence.reason in PRIVATE_REASONS and not (policy is not None and policy.speak_sick_reason)
    return None if hidden else absence.reason


def absence_problem(absence: Absence) -> str | None:
    """What is wrong with `until`, where the row can never be in force."""
    if absence.until is not None and _until(absence) <= _start(absence):
        return f"ends at {absence.until.isoformat()}, not after its start {absence.start.isoformat()}"
    return None


def speaks_whole_days(until: datetime | None) -> bool:
    """The return is a date: local midnight, which nobody means as a clock time."""
    return until is not None and until.astimezone(STOCKHOLM).time() == time(0)


def _really_back(absence: Absence, absences: Iterable[Absence]) -> datetime | None:
    """One sweep in order of start, so it ends for every set of rows."""
    back = _until(absence)
    for each in sorted(absences, key=_start):
        if not each.open and _start(each) <= back and _start(each) < _until(each):
            back = max(back, _until(each))
    return None if back == _END_OF_TIME else back.astimezone(STOCKHOLM)


def _start(absence: Absence) -> datetime:
    return absence.start.astimezone(UTC)


def _until(absence: Absence) -> datetime:
    return _END_OF_TIME if absence.until is None else absence.until.astimezone(UTC)


def is_from_calendar(absence: Absence) -> bool:
    return absence.source.partition(":")[0].lower() in _CALENDARS


def _latest_first(absence: Absence) -> tuple[float, int]:
    return -absence.start.timestamp(), -absence.id
