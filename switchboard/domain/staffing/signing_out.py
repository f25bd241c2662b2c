"""May an operator leave the desk now? (R21, R26)"""

from collections.abc import Callable, Iterable
from datetime import datetime

from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import Directory, FunctionGroup
from switchboard.domain.opening_hours import is_open
from switchboard.domain.staffing.values import Allowed, Refused
from switchboard.domain.working_days import WorkingCalendar


def decide_sign_out(
    person_id: int, directory: Directory, calendar: Callable[[int], WorkingCalendar], now: datetime
) -> Allowed | Refused:
    """Of every group where the person is signed in; as `decide_leaving`."""
    sessions = directory.sessions_of(person_id)
    groups = [group for each in sessions if (group := directory.function_group(each.group_id)) is not None]
    return decide_leaving(person_id, groups, directory, calendar, now)


def decide_leaving(
    person_id: int,
    groups: Iterable[FunctionGroup],
    directory: Directory,
    calendar: Callable[[int], WorkingCalendar],
    now: datetime,
) -> Allowed | Refused:
    """For a sign-out from these groups or a pause. Refused where in announced hours fewer would be left than the
    group's minimum, or than one. Counted are those signed in, not paused and not absent; who is not among them can
    always leave. `calendar` as for `decide_route`; hours that cannot be read count as open."""
    for group in groups:
        at_the_desk = _at_the_desk(group, directory, now)
        needed = max(1, group.minimum_staffing)
        left = len(at_the_desk - {person_id})
        if person_id in at_the_desk and left < needed and _in_hours(group, directory, calendar, now):
            reason = f"{left} of {needed} operators would be left in function_group {group.id} during its hours"
            return Refused(reason, group.id, left, needed)
    return Allowed("nobody is missed")


def _at_the_desk(group: FunctionGroup, directory: Directory, now: datetime) -> frozenset[int]:
    sessions = (each for each in directory.operator_sessions(group.id) if not each.paused)
    people = (each.person_id for each in sessions)
    return frozenset(each for each in people if absence_in_force(directory.absences(each), now) is None)


def _in_hours(
    group: FunctionGroup, directory: Directory, calendar: Callable[[int], WorkingCalendar], now: datetime
) -> bool:
    schedule = None if group.schedule_id is None else directory.schedule(group.schedule_id)
    if schedule is None:
        return True
    try:
        return is_open(schedule, calendar(schedule.authority_id), now)
    except (LookupError, ValueError):
        return True
