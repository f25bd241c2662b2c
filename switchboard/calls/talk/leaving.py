"""The two are parted; one of them has left or is on the way out. What becomes of the other."""

import asyncio
from typing import TYPE_CHECKING

from switchboard.calls.conversation import Conversation, TakenMessage
from switchboard.calls.live import Party, StillRinging
from switchboard.calls.past_the_queue import Served
from switchboard.calls.ports import CallLeg, RingFailure
from switchboard.calls.talk.consulting.consultation import consult as _consult
from switchboard.calls.talk.joining import forget_digits, note_transfer, phone_party, transferor_at, try_sound
from switchboard.calls.talk.note import speak_note as _speak_note
from switchboard.calls.talk.steps import (
    BackToOperators,
    HandedOver,
    LeaveMessageFor,
    MovedOn,
    ParkFor,
    SendOn,
    Step,
)
from switchboard.domain.call import EventKind
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Person
from switchboard.domain.display import ComingBack

if TYPE_CHECKING:
    from switchboard.calls.talk.talking import Talk

# Sent to the same target again sooner than this after the talk began, it was no person who did it.
TALKED_S = 2.0
PHONE_ENDS_WITHIN_S = 1.0


async def send_on(one: "Talk", leg: CallLeg, target: str) -> Party | None:
    """A blind transfer: the phone may go at once, and the one who remains hears ring tone."""
    talk, by = one.talk, transferor_at(one.talk, leg.account or "")
    at_once = asyncio.get_running_loop().time() - one.began < TALKED_S
    in_a_loop = at_once and talk.sent == (by.account, target)
    actor = one.leave(leg)
    try:
        await note_transfer(talk, by, target, how="blind")
        await forget_digits(talk.leg)
        await try_sound(talk, talk.leg.ring())
    finally:
        await asyncio.shield(_let_go(talk, actor.leg))
    talk.sent = (by.account, target)
    step: Step = BackToOperators(ComingBack("too_many")) if in_a_loop else SendOn(by, target)
    raise MovedOn(step)


async def join_with(one: "Talk", leg: CallLeg, taken: Party | StillRinging) -> Party | None:
    """An attended transfer; while the other still rings, a blind one."""
    talk, by = one.talk, transferor_at(one.talk, leg.account or "")
    actor = one.leave(leg)
    target = taken.target if isinstance(taken, StillRinging) else None
    try:
        await note_transfer(talk, by, target, how="attended")
        await forget_digits(talk.leg)
        if target is not None:
            await try_sound(talk, talk.leg.ring())
    finally:
        await asyncio.shield(_let_go(talk, actor.leg))
    if isinstance(taken, Party):
        return taken
    raise MovedOn(SendOn(by, taken.target, just_rang=True))


async def hand_over(one: "Talk") -> Party | None:
    """Another call has asked for the one who talks with a leg of ours. What is left here is that leg, which its own
    phone ends; a call that nobody waits for any more goes on."""
    talk, far = one.talk, one.far
    mine = talk.live.leg_id
    if mine not in (talk.leg.id, far.leg.id):
        talk.live.give(None)
        return far
    wanted = far if mine == talk.leg.id else talk.go_on_with(far)
    if not talk.live.give(wanted):
        return wanted
    talk.give_away(wanted.leg)
    await talk.note(EventKind.TRANSFERRED, into="another call of the same phone", how="attended")
    try:
        await asyncio.wait_for(talk.leg.wait_gone(), PHONE_ENDS_WITHIN_S)
    except TimeoutError:
        await talk.leg.hang_up()
    raise HandedOver


async def take_back(one: "Talk", holder: CallLeg | None, anew: CallLeg) -> Party | None:
    """Whoever held for too long has answered anew, and the held call is dropped."""
    talk = one.talk
    Served(talk, anew.account or "").talks(anew)
    if holder is not None:
        await talk.end_other(one.leave(holder).leg)
    await talk.note(EventKind.RETURNED, to=anew.account, why="held")
    return phone_party(talk, anew)


async def hold_no_longer(one: "Talk", holder: CallLeg | None, why: RingFailure) -> Party | None:
    """Held for too long, and the phone does not answer. One that is busy talks on its other line: nothing is missed."""
    if holder is not None:
        served = Served(one.talk, holder.account or "")
        if why is RingFailure.NO_ANSWER:
            served.missed(why)
        else:
            served.let_go()
        await one.talk.end_other(one.leave(holder).leg)
    raise MovedOn(BackToOperators(one.holds.back))


async def park(one: "Talk", leg: CallLeg) -> Party | None:
    by = transferor_at(one.talk, leg.account or "")
    await _dismiss(one, leg)
    raise MovedOn(ParkFor(by))


async def leave_message_for(one: "Talk", leg: CallLeg, mailbox: Mailbox, person: Person | None) -> Party | None:
    await _dismiss(one, leg)
    raise MovedOn(LeaveMessageFor(mailbox, person))


async def consult(one: "Talk", leg: CallLeg, number: str) -> Party | None:
    actor = one.leave(leg)
    await forget_digits(one.talk.leg)
    return await _consult(one.talk, actor, number)


async def speak_note(one: "Talk", leg: CallLeg, taken: TakenMessage) -> Party | None:
    return await _speak_note(one.talk, one.leave(leg), taken)


async def _dismiss(one: "Talk", leg: CallLeg) -> None:
    """By keys: the phone is not told but hung up."""
    actor = one.leave(leg)
    await one.talk.end_other(actor.leg)
    await forget_digits(one.talk.leg)


async def _let_go(talk: Conversation, leg: CallLeg) -> None:
    talk.let_leave(leg)
    await leg.accept_transfer()
