"""Does a planned absence leave a function without the staff it must have? (R21, R24)

In advance, from what is known: its members, their absences, its hours. Between two instants at which somebody leaves
or comes back nothing changes, so each stretch between is looked at once.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise

from switchboard.domain.absence import absence_in_force, turning_points
from switchboard.domain.directory import Absence, Directory, FunctionGroup
from switchboard.domain.opening_hours import Calendars, opens_at
from switchboard.domain.staffing.values import Allowed, Refused

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def decide_planned_absence(
    absence: Absence,
    groups: Iterable[FunctionGroup],
    directory: Directory,
    calendar: Calendars,
    now: datetime,
) -> Allowed | Refused:
    """`groups` are those of which the person is a member; one without a minimum can do without anybody. A deputy who
    is not away themselves stands in. What is past cannot be missed any more; where the return is not known, 400 days
    are looked ahead. Hours that cannot be read count as open."""
    for group in groups:
        if group.minimum_staffing < 1:
            continue
        others = _others(absence, group, directory)
        for start, end in _stretches(absence, others, directory, now):
            at = opens_at(group, directory, calendar, start)
            present = sum(absence_in_force(directory.absences(each), start) is None for each in others)
            if present < group.minimum_staffing and at is not None and at < end:
                reason = f"{present} of {group.minimum_staffing} would be left in function_group {group.id}"
                return Refused(f"{reason} at {at.isoformat()}", group.id, present, group.minimum_staffing, at)
    return Allowed("nobody is missed")


def _others(absence: Absence, group: FunctionGroup, directory: Directory) -> set[int]:
    """The other members, and the deputy."""
    others = {member.person_id for member in directory.members(group.id)}
    if absence.deputy_id is not None and directory.person(absence.deputy_id) is not None:
        others.add(absence.deputy_id)
    return others - {absence.person_id}


def _stretches(
    absence: Absence, others: Iterable[int], directory: Directory, now: datetime
) -> Iterable[tuple[datetime, datetime]]:
    """In UTC, from now on, in order."""
    begins = max(absence.start.astimezone(UTC), now.astimezone(UTC))
    ends = _END_OF_TIME if absence.until is None else absence.until.astimezone(UTC)
    changes = {begins, ends}
    for other in others:
        changes |= turning_points(directory.absences(other))
    return pairwise(sorted(change for change in changes if begins <= change <= ends))
