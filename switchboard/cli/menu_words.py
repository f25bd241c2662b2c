"""What a caller who reaches nobody would be offered, in words, and why not the rest (R3, R10, R11)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from switchboard.cli.output import shown
from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import Authority, Directory, Person
from switchboard.domain.diversion import PhoneState, deputy_chain, present_deputy
from switchboard.domain.opening_hours import is_open
from switchboard.domain.routing import (
    NotAllowed,
    Route,
    ToDesk,
    ToGroup,
    ToKeypad,
    ToOperators,
    ToOutside,
    ToPerson,
    ToRefusal,
)
from switchboard.domain.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Moment:
    """What the menu depends on. Every phone counts as registered and free: what they are, the database cannot say."""

    directory: Directory
    calendar: Callable[[int], WorkingCalendar]
    now: datetime


def return_in_words(route: Route, moment: Moment) -> str | None:
    """When the person called is back; None where nobody is away."""
    if not isinstance(route, ToPerson):
        return None
    absence = absence_in_force(moment.directory.absences(route.person.id), moment.now)
    if absence is None:
        return None
    return f"back {shown(absence.until)}" if absence.until else "back: not known"


def menu_in_words(route: Route, moment: Moment) -> tuple[str, ...]:
    """One sentence for each key, in the order in which they are said. Nothing where there is no menu: a refusal, a call
    out of the house, a code."""
    if isinstance(route, ToRefusal | ToOutside | ToDesk | ToKeypad | NotAllowed):
        return ()
    return tuple(_choices(route, moment))


def _choices(route: Route, moment: Moment) -> Iterator[str]:
    yield "1: leave a message"
    if isinstance(route, ToPerson):
        yield _deputy(route.person, moment)
    if isinstance(route, ToOperators):
        yield "no 0: the caller comes from the operators"
    else:
        yield _operators(route, moment)
    others = route.authority.languages[1:]
    yield f"9: go on in {others[0]}" if others else "no 9: the authority speaks one language"


def _deputy(person: Person, moment: Moment) -> str:
    chain = deputy_chain(person, moment.directory, moment.now)
    devices = [device for each in chain for device in moment.directory.devices(each.id)]
    free = {device.account: PhoneState.FREE for device in devices}
    found = present_deputy(person, moment.directory, moment.now, free)
    if found.person is None:
        return f"no 2: {found.reason}"
    return f"2: {shown(found.person.name)} stands in"


def _operators(route: Route, moment: Moment) -> str:
    obstacle = _obstacle(route, route.authority, moment)
    return f"no 0: {obstacle}" if obstacle else "0: the operators"


def _obstacle(route: Route, authority: Authority, moment: Moment) -> str | None:
    """As the menu itself decides: the group that answers for the authority, in its hours, with somebody signed in."""
    group = moment.directory.function_group(authority.operators_group_id or 0)
    if group is None:
        return "the authority has no operators' group"
    if isinstance(route, ToGroup) and route.group.id == group.id:
        return "the caller comes from the operators"
    schedule = moment.directory.schedule(group.schedule_id) if group.schedule_id is not None else None
    if schedule is not None:
        try:
            opened = is_open(schedule, moment.calendar(group.authority_id), moment.now)
        except (LookupError, ValueError) as problem:
            return f"the operators' hours cannot be counted: {problem}"
        if not opened:
            return f"the operators are closed by schedule {schedule.id}"
    sessions = moment.directory.operator_sessions(group.id)
    if all(session.paused for session in sessions):
        return "no operator is signed in" if not sessions else "every operator is on a pause"
    return None
