"""Which operators of a group may be rung, and why the others may not (R26)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import Device, Directory, FunctionGroup, OperatorSession, PauseReason
from switchboard.domain.diversion import LeftOut, PhoneState, phones_of
from switchboard.domain.queueing.values import FreeOperator, Obstacle, Staff

_NOT_THERE = frozenset({PauseReason.NO_ANSWER, PauseReason.NO_PHONE})


def available(
    group: FunctionGroup,
    directory: Directory,
    now: datetime,
    phones: Mapping[str, PhoneState],
    occupied: Collection[int] = (),
) -> Staff:
    """Of the members, then of others who are signed in. `phones` as for `decide_diversion`; `occupied` are the people
    whom a call of ours rings or has, whatever their phones say yet."""
    sessions = {session.person_id: session for session in directory.operator_sessions(group.id)}
    people = dict.fromkeys([*(member.person_id for member in directory.members(group.id)), *sessions])
    free: list[FreeOperator] = []
    left_out: list[LeftOut] = []
    for place, person_id in enumerate(people):
        session = sessions.get(person_id)
        found = _unwilling(session, now) or _reachable(person_id, directory, now, phones, occupied)
        if session is None or isinstance(found, Obstacle):
            left_out.append(LeftOut(person_id, str(found)))
        else:
            free.append(FreeOperator(person_id, found, session.idle_since or session.since, place, session.missed))
    return Staff(tuple(free), tuple(left_out))


def at_work(sessions: Iterable[OperatorSession]) -> int:
    """How many are signed in and there: one who has a break comes back, one whose phone is gone or rang in vain may
    not."""
    return sum(not (session.paused and session.pause_reason in _NOT_THERE) for session in sessions)


def _unwilling(session: OperatorSession | None, now: datetime) -> Obstacle | None:
    if session is None:
        return Obstacle.SIGNED_OUT
    if session.paused:
        return Obstacle.PAUSED
    if session.wrap_up_until is not None and now.astimezone(UTC) < session.wrap_up_until.astimezone(UTC):
        return Obstacle.WRAP_UP
    return None


def _reachable(
    person_id: int,
    directory: Directory,
    now: datetime,
    phones: Mapping[str, PhoneState],
    occupied: Collection[int],
) -> tuple[Device, ...] | Obstacle:
    person = directory.person(person_id)
    if person is None:
        return Obstacle.UNKNOWN
    if absence_in_force(directory.absences(person_id), now) is not None:
        return Obstacle.ABSENT
    if person_id in occupied:
        return Obstacle.BUSY
    found = phones_of(person, directory, phones)
    return found.free if found.why_none is None else Obstacle(found.why_none.value)
