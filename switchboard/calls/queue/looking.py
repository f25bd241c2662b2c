"""A look at the queues: who is free, whose turn it is, for whom waiting is over. Decided by values, in one step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.calls.ports import Ports
from switchboard.calls.queue.crew import Crew
from switchboard.calls.queue.places import Waiting
from switchboard.calls.queue.states import OperatorState, OperatorStatus, operator_state
from switchboard.domain.directory import Directory, FunctionGroup, OverflowSituation
from switchboard.domain.diversion import PhoneState, people_of_group
from switchboard.domain.opening_hours import in_hours
from switchboard.domain.queueing import (
    Obstacle,
    QueueSituation,
    at_work,
    available,
    hand_out,
    in_order,
    overflow,
    overflows_at,
)

# What no event tells of (an absence begins, a row is changed by SQL) is seen this soon while somebody waits.
LOOK_AGAIN = timedelta(seconds=2)
BOOKED_WAITS_ON = frozenset({OverflowSituation.MAX_WAIT, OverflowSituation.MAX_LENGTH})


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look needs to know of the world."""

    directory: Directory
    phones: Mapping[str, PhoneState]
    now: datetime


@dataclass(slots=True)
class Line:
    """Of one group. `closed_at`: since when it has been seen closed."""

    group_id: int
    places: dict[str, Waiting]
    closed_at: datetime | None = None

    def ordered(self) -> list[Waiting]:
        return [self.places[place.id] for place in in_order(each.place for each in self.places.values())]


def operator_groups(directory: Directory, lines: Iterable[int]) -> list[FunctionGroup]:
    """Those that answer for an authority, and those in which somebody waits."""
    ids = {each.operators_group_id for each in directory.authorities()} | set(lines)
    found = (directory.function_group(id_) for id_ in sorted(id_ for id_ in ids if id_ is not None))
    return [group for group in found if group is not None]


def operators_of(directory: Directory, groups: Iterable[FunctionGroup]) -> set[int]:
    return {person for group in groups for person in people_of_group(group, directory)}


async def see(ports: Ports, lines: Iterable[int]) -> Seen:
    directory = await ports.directory.current()
    people = operators_of(directory, operator_groups(directory, lines))
    accounts = sorted(device.account for each in people for device in directory.devices(each) if device.enabled)
    phones = await ports.telephony.phone_states(accounts) if accounts else {}
    return Seen(directory, phones, ports.clock.now())


def give_turns(ports: Ports, crew: Crew, group: FunctionGroup, line: Line, seen: Seen) -> None:
    """Offer the line's places to the operators who are free, and end the waits that are over."""
    _watch_phones(ports, crew, group, seen)
    _find_closing(ports, group, line, seen)
    _find_overflows(group, line, seen)
    coming = [each for each in line.places.values() if each.ready and each.over is None]
    ringing = [each.place.id for each in coming if each.offer is not None]
    staff = available(group, seen.directory, seen.now, seen.phones, crew.occupied(seen.now))
    distribution = seen.directory.operator_queue(group.id).distribution
    free = [crew.as_known(each) for each in staff.free]
    for turn in hand_out([each.place for each in coming], free, distribution, seen.now, ringing):
        for operator in turn.operators:
            crew.ring(operator.person_id, turn.place_id)
        line.places[turn.place_id].offer_to(turn.operators)
    for waiting in line.places.values():
        if waiting.entering:
            waiting.entering = False
            waiting.tell()


def _watch_phones(ports: Ports, crew: Crew, group: FunctionGroup, seen: Seen) -> None:
    staff = available(group, seen.directory, seen.now, seen.phones)
    gone = {each.person_id for each in staff.left_out if each.why == Obstacle.UNREGISTERED}
    for session in seen.directory.operator_sessions(group.id):
        if session.person_id not in gone and _registered(session.person_id, seen):
            crew.with_phone(ports, session.person_id, seen.directory)
        elif session.person_id in gone and crew.of(session.person_id) is None:
            crew.without_phone(ports, session.person_id, seen.now)


def _registered(person_id: int, seen: Seen) -> bool:
    return any(state is not PhoneState.UNREGISTERED for state in states_of(person_id, seen))


def states_of(person_id: int, seen: Seen) -> Sequence[PhoneState]:
    accounts = [device.account for device in seen.directory.devices(person_id) if device.enabled]
    return [seen.phones.get(account, PhoneState.UNREGISTERED) for account in accounts]


def _find_closing(ports: Ports, group: FunctionGroup, line: Line, seen: Seen) -> None:
    """Who waits at closing time is served for a while yet: it counts from when it is seen."""
    if in_hours(group, seen.directory, ports.calendars.calendar, seen.now):
        line.closed_at = None
    elif line.closed_at is None:
        line.closed_at = seen.now


def _find_overflows(group: FunctionGroup, line: Line, seen: Seen) -> None:
    """Whose wait is over. What ends it for one who came later has ended it for all who came before, so that those who
    wait on need not all be asked. A booked place waits as long as the operators are there."""
    waits = sorted((each for each in line.places.values() if _waits(each)), key=lambda each: each.entered_at)
    signed_in = at_work(seen.directory.operator_sessions(group.id))
    for kind in ("caller", "callback"):
        for waiting in (each for each in waits if each.place.kind == kind and not each.entering):
            if not _overflows(waiting, _situation(line, waiting, signed_in, seen), seen):
                break
    for waiting in (each for each in waits if each.entering):
        ahead = line.ordered().index(waiting)
        situation = replace(_situation(line, waiting, signed_in, seen), ahead=ahead, entering=True)
        _overflows(waiting, situation, seen)


def _waits(waiting: Waiting) -> bool:
    """Whoever is being rung for is as good as answered."""
    return waiting.offer is None and waiting.over is None and waiting.ready


def _overflows(waiting: Waiting, situation: QueueSituation, seen: Seen) -> bool:
    decision = overflow(situation, seen.directory.overflow_rules(situation.group_id), seen.now)
    booked = waiting.place.kind == "callback"
    if decision is None or (booked and decision.situation in BOOKED_WAITS_ON):
        return False
    waiting.over = decision
    waiting.tell()
    return True


def _situation(line: Line, waiting: Waiting, signed_in: int, seen: Seen) -> QueueSituation:
    return QueueSituation(
        group_id=line.group_id,
        entered_at=seen.now if waiting.place.kind == "callback" else waiting.entered_at,
        signed_in=signed_in,
        closed_at=line.closed_at,
        passed=waiting.passed,
    )


def next_look(group: FunctionGroup, line: Line, seen: Seen) -> datetime | None:
    """When the clock alone changes something for the line."""
    due = [seen.now + LOOK_AGAIN] if line.places else []
    due += [each.place.not_before for each in line.places.values() if each.place.not_before is not None]
    callers = (each for each in line.places.values() if each.place.kind == "caller" and _waits(each))
    first = min(callers, key=lambda each: each.entered_at, default=None)
    if first is not None:
        situation = _situation(line, first, signed_in=1, seen=seen)
        due.append(overflows_at(situation, seen.directory.overflow_rules(group.id)))
    sessions = seen.directory.operator_sessions(group.id)
    due += [each.wrap_up_until for each in sessions if each.wrap_up_until is not None]
    return min((each for each in due if each > seen.now), default=None)


def statuses(crew: Crew, groups: Iterable[FunctionGroup], seen: Seen) -> list[OperatorStatus]:
    found = []
    for group in groups:
        sessions = {session.person_id: session for session in seen.directory.operator_sessions(group.id)}
        for person_id in sorted(operators_of(seen.directory, [group])):
            session, occupied = sessions.get(person_id), crew.of(person_id)
            state = operator_state(session, occupied, states_of(person_id, seen), seen.now)
            found.append(
                OperatorStatus(
                    person_id,
                    group.id,
                    state,
                    session.pause_reason if session and state is OperatorState.PAUSED else None,
                    session.since if session else None,
                    session.wrap_up_until if session and state is OperatorState.WRAP_UP else None,
                    occupied.place_id or None if occupied else None,
                )
            )
    return found
