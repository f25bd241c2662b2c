"""Operators at work: sign in, sign out, pause and resume (R21, R26). The queues look at once at what has changed."""

from collections.abc import Iterator
from dataclasses import dataclass

from switchboard.calls.ports import Ports
from switchboard.domain.directory import Directory, FunctionGroup, PauseReason
from switchboard.domain.staffing import Allowed, Refused, decide_sign_out

BY_THE_SYSTEM = frozenset({PauseReason.NO_ANSWER, PauseReason.NO_PHONE})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`groups`: ids of the groups; none where the person is a member of no operators' group and nothing was done.
    `was_paused`: why the system itself had paused them."""

    groups: tuple[int, ...]
    was_paused: PauseReason | None = None


async def sign_in(ports: Ports, person_id: int, actor: str, group_id: int | None = None) -> SignedIn:
    """To every operators' group of which the person is a member, or to `group_id` alone if it is one of these. Ends a
    pause."""
    directory = await ports.directory.current()
    groups = [each.id for each in operators_groups(directory, person_id) if group_id in (None, each.id)]
    was_paused = paused_by_system(directory, person_id)
    now = ports.clock.now()
    for each in groups:
        await ports.desk.sign_in(person_id, each, now, actor)
    ports.queues.wake()
    return SignedIn(tuple(groups), was_paused)


async def sign_out(ports: Ports, person_id: int, actor: str, confirm: bool = False) -> Allowed | Refused:
    """Of every group. Refused, with nothing done, where announced hours would be left unstaffed, unless `confirm`.
    Harmless for somebody who is not signed in."""
    directory = await ports.directory.current()
    verdict = decide_sign_out(person_id, directory, ports.calendars.calendar, ports.clock.now())
    if isinstance(verdict, Refused) and not confirm:
        return verdict
    for session in directory.sessions_of(person_id):
        await ports.desk.sign_out(person_id, session.group_id, actor)
    ports.queues.wake()
    return verdict if isinstance(verdict, Allowed) else Allowed(f"confirmed although {verdict.reason}")


async def pause(ports: Ports, person_id: int, reason: PauseReason, actor: str) -> bool:
    """False: is signed in nowhere."""
    paused = await ports.desk.pause(person_id, reason, ports.clock.now(), actor)
    ports.queues.wake()
    return paused


async def resume(ports: Ports, person_id: int, actor: str) -> SignedIn:
    """Ends a pause; no groups: is signed in nowhere."""
    directory = await ports.directory.current()
    was_paused = paused_by_system(directory, person_id)
    groups = tuple(session.group_id for session in directory.sessions_of(person_id))
    if not await ports.desk.resume(person_id, ports.clock.now(), actor):
        return SignedIn(())
    ports.queues.wake()
    return SignedIn(groups, was_paused)


def operators_groups(directory: Directory, person_id: int) -> Iterator[FunctionGroup]:
    """Those of which the person is a member."""
    for member in directory.memberships(person_id):
        group = directory.function_group(member.group_id)
        if group is not None and group.operators:
            yield group


def paused_by_system(directory: Directory, person_id: int) -> PauseReason | None:
    reasons = (each.pause_reason for each in directory.sessions_of(person_id) if each.paused)
    return next((reason for reason in reasons if reason in BY_THE_SYSTEM), None)
