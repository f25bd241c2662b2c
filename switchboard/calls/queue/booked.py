"""The story of a booked callback, with nobody on the line: an operator first, then whoever kept the place.

Who does not answer is tried again by rule; after that it is a callback task, with its deadline (R16).
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import CallLeg, LegGone, OutsideRequest, QueuePlace, RingRequest, TelephonyFault
from switchboard.calls.queue.leaving import note_left, open_task, queue_mailbox, task_for
from switchboard.calls.queue.lines import Lines
from switchboard.calls.queue.offering import Answer, Ringer
from switchboard.calls.queue.places import Waiting
from switchboard.calls.talk.joining import phone_party
from switchboard.calls.talk.race import Race, Request, Watch, Winner
from switchboard.calls.talk.steps import BackToOperators, MovedOn
from switchboard.calls.talk.talking import converse
from switchboard.domain.call import CallOutcome, EventKind, IncomingCall, Outcome
from switchboard.domain.directory import DestinationKind, Directory
from switchboard.domain.display import ComingBack, show_callback

OUTSIDE_S = 40.0
# A fault of ours is no reason to forget a promise: it is tried again, and then it is a task.
MOST_FAULTS = 3
AFTER_FAULT_S = 5.0

Story = Callable[[Conversation], Awaitable[CallOutcome]]
Teller = Callable[[Conversation, Story], Awaitable[CallOutcome]]
"""Tells a story to its end and writes it down, wherever the talk leads: `incoming.see_through`."""


async def call_back(lines: Lines, waiting: Waiting, tell: Teller, follow: Callable[[str], None]) -> None:
    """Until the caller has been reached, or a task stands in for it. `follow` is told the id of each call made."""
    faults, over = 0, False
    while not over:
        try:
            if faults < MOST_FAULTS:
                over = await _try_once(lines, waiting, tell, follow)
            else:
                over = await _give_up(lines, waiting.place, "failed")
        except Exception:
            faults += 1
            lines.ports.log.exception("callback_story_broke", place=waiting.place.id)
            await asyncio.sleep(AFTER_FAULT_S)


async def _try_once(lines: Lines, waiting: Waiting, tell: Teller, follow: Callable[[str], None]) -> bool:
    """Whether the place is over. False: it stands in the line as before, with one try more."""
    waiting.stand_again()
    answer = await _turn(lines, waiting)
    if answer is None:
        return await _give_up(lines, waiting.place, "overflowed")
    if await _reach(lines, waiting.place, answer, tell, follow):
        return True
    place = await _tried(lines, waiting.place)
    if place is None:
        return await _give_up(lines, waiting.place, "failed")
    waiting.place = place
    return False


async def _turn(lines: Lines, waiting: Waiting) -> Answer | None:
    """The operator who answers; None: the operators have gone home, or there is nobody."""
    place = waiting.place
    ringer = Ringer(lines.ports, lines.crew, lambda account: _to_operator(lines, place, account))
    served = asyncio.create_task(ringer.until_answered(waiting), name=f"turn-{place.id}")
    over = asyncio.create_task(waiting.until(lambda: waiting.over is not None), name=f"overflow-{place.id}")
    taken = False
    with lines.holds(waiting):
        try:
            await asyncio.wait({served, over}, return_when=asyncio.FIRST_COMPLETED)
            if served.done():
                taken = True
                return served.result()
            return None
        finally:
            await asyncio.shield(_clean_up(ringer, waiting, (served, over), taken))


async def _clean_up(
    ringer: Ringer, waiting: Waiting, tasks: tuple[asyncio.Task[Answer], asyncio.Task[None]], taken: bool
) -> None:
    served, over = tasks
    served.cancel()
    over.cancel()
    await asyncio.gather(served, over, return_exceptions=True)
    if not taken and not served.cancelled() and served.exception() is None:
        await ringer.drop(served.result(), waiting.place.id)


def _to_operator(lines: Lines, place: QueuePlace, account: str) -> RingRequest:
    group = lines.group(place.group_id)
    return RingRequest(
        call_id=place.id,
        account=account,
        pii_display_name=show_callback(place.number, lines.authority_name(place.authority_id)),
        pii_display_number=place.number or "anonymous",
        timeout_s=group.ring_seconds if group else 25,
    )


async def _reach(lines: Lines, place: QueuePlace, answer: Answer, tell: Teller, follow: Callable[[str], None]) -> bool:
    """Ring the caller for the operator who has answered, and let the two talk."""
    ports = lines.ports
    lines.crew.talks(ports, answer.person_id, place, answer.leg)
    call_id = f"{place.id}-back-{uuid.uuid4().hex[:8]}"
    follow(call_id)
    told = False
    try:
        leg = await _ring_caller(lines, place, answer, call_id)
        if leg is None:
            return False
        lines.leave(place, "answered")
        call = IncomingCall(call_id, place.called, place.number, None, "service", None, ports.clock.now())
        talk = Conversation(call, leg, ports)
        talk.involve(answer.leg)
        told = True
        await tell(talk, lambda talk: _talk(talk, place, answer))
    finally:
        # From there on the operator's leg is the talk's, which may give it to another.
        if not told:
            await asyncio.shield(answer.leg.hang_up())
    return True


async def _ring_caller(lines: Lines, place: QueuePlace, answer: Answer, call_id: str) -> CallLeg | None:
    """The operator hears the ring tone, and may give up."""
    ports = lines.ports
    directory = await ports.directory.current()
    try:
        await answer.leg.ring()
    except LegGone:
        return None
    except TelephonyFault as fault:
        ports.log.warning("no_ring_tone", fault=str(fault))
    race = Race(ports.telephony, list(_requests(directory, place, call_id)))
    watch = Watch(gone=answer.leg.wait_gone())
    try:
        result = await race.result(*watch.all())
        if not isinstance(result, Winner):
            return None
        race.taken()
        return result.leg
    finally:
        await race.stop()
        await watch.stop()


def _requests(directory: Directory, place: QueuePlace, call_id: str) -> Sequence[Request]:
    """Through the trunk, or the phones of a colleague's extension."""
    authority = directory.authority(place.authority_id)
    name, main_number = (authority.name, authority.main_number) if authority else ("", "")
    number = place.number or ""
    if number.startswith("+"):
        return [OutsideRequest(call_id, number, name, main_number, OUTSIDE_S)]
    extension = directory.extension(place.authority_id, number)
    if extension is None or extension.destination.kind is not DestinationKind.PERSON:
        return []
    key = extension.destination.key or ""
    devices = directory.devices(int(key)) if key.isdigit() else ()
    return [RingRequest(call_id, each.account, name, main_number, OUTSIDE_S) for each in devices if each.enabled]


async def _talk(talk: Conversation, place: QueuePlace, answer: Answer) -> CallOutcome:
    await note_left(talk.ports.queues, place, "called_back")
    await talk.refresh()
    await talk.ports.journal.arrived(talk.call, place.authority_id)
    await talk.note(EventKind.ARRIVED, source="service", callback_of=place.id)
    authority = talk.directory.authority(place.authority_id)
    if authority is not None:
        talk.belong_to(authority)
    talk.language, talk.answered = place.language, True
    await talk.ports.journal.routed(talk.call.id, place.authority_id, "called back in the kept place")
    await talk.note(EventKind.ANSWERED, by=answer.device.account)
    await talk.note(EventKind.CONNECTED, account=answer.device.account)
    operator = phone_party(talk, answer.leg)
    try:
        await converse(talk, operator)
    except TelephonyFault as fault:
        # The operator is gone, and the caller has answered: the next operator has them.
        raise MovedOn(BackToOperators(ComingBack("no_answer", operator.name or ""))) from fault
    return CallOutcome(Outcome.CONNECTED, "called back, and talked with an operator")


async def _tried(lines: Lines, place: QueuePlace) -> QueuePlace | None:
    """The place with one try more, in the same order as before; None where that was the last."""
    directory = await lines.ports.directory.current()
    queue = directory.operator_queue(place.group_id)
    if place.tries + 1 >= queue.callback_tries:
        return None
    pause = timedelta(seconds=max(0, queue.callback_pause_seconds))
    again = replace(place, tries=place.tries + 1, not_before=lines.ports.clock.now() + pause)
    await lines.put(again)
    return again


async def _give_up(lines: Lines, place: QueuePlace, how: str) -> bool:
    """Not reached, or nobody left to ring: the promise goes on as a task. The place is over."""
    directory = await lines.ports.directory.current()
    task = task_for(lines.ports, directory, place, queue_mailbox(directory, place), "queue")
    note = "Nåddes inte när platsen i kön kom upp." if how == "failed" else "Växeln stängde innan platsen kom upp."
    await open_task(lines, task, note)
    lines.leave(place, "failed" if how == "failed" else "overflowed")
    await note_left(lines, place, how)
    return True
