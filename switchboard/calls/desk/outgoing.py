"""A colleague's call out of the house, through the trunk."""

import asyncio
import contextlib

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.operator import dialling_operator
from switchboard.calls.live import Party
from switchboard.calls.ports import LegGone, OutsideRequest, RingFailure, TelephonyFault
from switchboard.calls.talk.joining import ring_first, try_sound
from switchboard.calls.talk.race import Unanswered, Winner
from switchboard.calls.talk.talking import converse
from switchboard.calls.talk.targets import RING_EMERGENCY_S
from switchboard.domain.announcement import Announcement, FixedPrompt
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.routing import NotAllowed, ToOutside

RING_S = 60.0


async def call_outside(talk: Conversation, route: ToOutside) -> CallOutcome:
    """Ring the number and let the two talk; where nobody is to be had, say so honestly.

    Of a private call (R40) the journal keeps that it was one, and no event of it tells the number.
    """
    talk.stage = "while the number rang"
    _speak_as_at_home(talk)
    answered = await _ring(talk, route)
    if isinstance(answered, Unanswered):
        return await _tell_failure(talk, answered.why)
    try:
        await _converse(talk, answered, route)
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


async def _ring(talk: Conversation, route: ToOutside) -> Winner | Unanswered:
    """The number is dialled while the rest is still being done: an emergency call waits for nothing of ours."""
    request = OutsideRequest(
        call_id=talk.call.id,
        number=route.number,
        pii_shown_name=route.authority.name,
        pii_shown_number=route.shown_number,
        timeout_s=RING_EMERGENCY_S if route.emergency else RING_S,
    )
    tone = asyncio.create_task(_let_hear(talk, route), name=f"tone-{talk.call.id}")
    try:
        return await ring_first(talk, [request])
    finally:
        await asyncio.gather(tone, return_exceptions=True)


async def _let_hear(talk: Conversation, route: ToOutside) -> None:
    await try_sound(talk, talk.leg.ring())
    await talk.note(EventKind.RANG, outside=True, private=route.private, emergency=route.emergency)


async def _converse(talk: Conversation, answered: Winner, route: ToOutside) -> None:
    """Until it is over."""
    talk.stage = "in conversation"
    await talk.leg.silence()
    if not talk.answered:
        await talk.leg.answer()
        talk.answered = True
    await talk.note(EventKind.ANSWERED, by="outside")
    await talk.note(EventKind.CONNECTED, outside=True)
    await converse(talk, Party(answered.leg, None if route.private else route.number))


async def _tell_failure(talk: Conversation, failure: RingFailure) -> CallOutcome:
    talk.stage = "after the number did not answer"
    await talk.note(EventKind.NOT_RUNG, failures=f"outside:{failure}")
    told = CallOutcome(Outcome.INFORMED, f"the number dialled: {failure}")
    with contextlib.suppress(LegGone):
        await talk.say(_notice(failure))
    return told


def _notice(failure: RingFailure) -> Announcement:
    match failure:
        case RingFailure.BUSY:
            return FixedPrompt("outside-busy")
        case RingFailure.NO_ANSWER:
            return FixedPrompt("outside-no-answer")
        case RingFailure.UNREGISTERED | RingFailure.FAILED:
            return FixedPrompt("outside-failed")
