"""A colleague's call out of the house, through the trunk."""

import asyncio
import contextlib

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.operator import dialling_operator
from switchboard.calls.ports import (
    CallLeg,
    HangupCause,
    LegGone,
    OutsideRequest,
    RingFailure,
    RingingLeg,
    TelephonyFault,
)
from switchboard.domain.announcement import Announcement, FixedPrompt, SpokenName, TechnicalFault, Unreachable
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.routing import NotAllowed, ToOutside

RING_S = 60.0
RING_EMERGENCY_S = 180.0


async def call_outside(talk: Conversation, route: ToOutside) -> CallOutcome:
    """Ring the number and let the two talk; where nobody is to be had, say so honestly.

    Of a private call (R40) the journal keeps that it was one, and no event of it tells the number.
    """
    talk.stage = "while the number rang"
    _speak_as_at_home(talk)
    answered = await _ring(talk, route)
    if isinstance(answered, RingFailure):
        return await _tell_failure(talk, answered)
    try:
        await _converse(talk, answered)
    except TelephonyFault as fault:
        talk.log.warning("not_connected", fault=str(fault))
        return await _tell_failure(talk, RingFailure.FAILED)
    return CallOutcome(Outcome.CONNECTED, "talked with the number dialled")


async def tell_not_allowed(talk: Conversation, route: NotAllowed) -> CallOutcome:
    """The colleague's class of service does not allow what was dialled: they hear it said."""
    talk.stage = "during the refusal"
    _speak_as_at_home(talk)
    with contextlib.suppress(LegGone):
        await talk.say(FixedPrompt("call-not-allowed"))
    return CallOutcome(Outcome.REFUSED, route.reason.text)


def _speak_as_at_home(talk: Conversation) -> None:
    person = dialling_operator(talk).person
    if person is not None:
        talk.language = person.language


async def _ring(talk: Conversation, route: ToOutside) -> CallLeg | RingFailure:
    """The number is dialled before anything else is done: an emergency call waits for nothing of ours."""
    request = OutsideRequest(
        call_id=talk.call.id,
        number=route.number,
        pii_shown_name=route.authority.name,
        pii_shown_number=route.shown_number,
        timeout_s=RING_EMERGENCY_S if route.emergency else RING_S,
    )
    try:
        ringing = await talk.ports.telephony.ring(request)
    except TelephonyFault as fault:
        talk.log.warning("trunk_refused", fault=str(fault))
        return RingFailure.FAILED
    if isinstance(ringing, RingFailure):
        return ringing
    return await _await_answer(talk, ringing, route)


async def _await_answer(talk: Conversation, ringing: RingingLeg, route: ToOutside) -> CallLeg | RingFailure:
    """LegGone when the colleague hangs up first; then nothing goes on ringing."""
    answer = asyncio.create_task(ringing.answered(), name=f"outside-{talk.call.id}")
    gone = asyncio.create_task(talk.leg.wait_gone(), name=f"gone-{talk.call.id}")
    taken = False
    try:
        await _let_hear_ringing(talk)
        await talk.note(EventKind.RANG, outside=True, private=route.private, emergency=route.emergency)
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            raise LegGone
        result = answer.result()
        taken = True
        return result
    finally:
        gone.cancel()
        if not taken:
            await asyncio.shield(_stop(answer, ringing))


async def _stop(answer: asyncio.Task[CallLeg | RingFailure], ringing: RingingLeg) -> None:
    """End what rings, and a leg that answered in the very same instant."""
    answer.cancel()
    (result,) = await asyncio.gather(answer, return_exceptions=True)
    await ringing.cancel(HangupCause.NORMAL)
    if not isinstance(result, BaseException | RingFailure):
        await result.hang_up()


async def _let_hear_ringing(talk: Conversation) -> None:
    try:
        await talk.leg.ring()
    except TelephonyFault as fault:
        talk.log.warning("no_ring_tone", fault=str(fault))


async def _converse(talk: Conversation, other: CallLeg) -> None:
    """Until either leaves."""
    talk.stage = "in conversation"
    try:
        await talk.leg.silence()
        if not talk.answered:
            await talk.leg.answer()
            talk.answered = True
        await talk.note(EventKind.ANSWERED, by="outside")
        await talk.note(EventKind.CONNECTED, outside=True)
        with talk.ports.lasting.holds(talk.call.id):
            await talk.ports.telephony.connect(talk.leg, other)
    finally:
        await asyncio.shield(other.hang_up())


async def _tell_failure(talk: Conversation, failure: RingFailure) -> CallOutcome:
    talk.stage = "after the number did not answer"
    await talk.note(EventKind.NOT_RUNG, failures=f"outside:{failure}")
    told = CallOutcome(Outcome.INFORMED, f"the number dialled: {failure}")
    with contextlib.suppress(LegGone):
        await talk.say(_notice(failure))
    return told


def _notice(failure: RingFailure) -> Announcement:
    """The number has no spoken name: 'personen du söker'."""
    nobody = SpokenName("")
    match failure:
        case RingFailure.BUSY:
            return Unreachable(nobody, "busy")
        case RingFailure.NO_ANSWER:
            return Unreachable(nobody, "no_answer")
        case RingFailure.UNREGISTERED | RingFailure.FAILED:
            return TechnicalFault()
