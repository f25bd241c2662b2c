"""A caller who was sent on in vain comes back to whoever sent them, else to the operators before all others (R31)."""

import asyncio

from switchboard.calls.conversation import Conversation
from switchboard.calls.past_the_queue import Served
from switchboard.calls.ports import LegGone, TelephonyFault
from switchboard.calls.queue import authority_mailbox, authority_to_show, enter_queue, operators_group
from switchboard.calls.ringing import connect, ring_for
from switchboard.calls.talk.joining import phone_request, try_sound
from switchboard.calls.talk.race import Unanswered
from switchboard.calls.talk.steps import Transferor
from switchboard.domain.announcement import Returned
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.display import ComingBack, show_coming_back
from switchboard.domain.diversion import PhoneState

RETURN_RINGS_S = 20.0
# The phone that asked for the transfer lets its own leg go, and is told free a moment after that.
PHONE_FREE_WITHIN_S = 1.5
LOOK_AGAIN_S = 0.1


async def come_back(talk: Conversation, by: Transferor, back: ComingBack) -> CallOutcome:
    """The caller hears a short sentence, the phone shows why."""
    talk.stage = "coming back after a transfer"
    await talk.note(EventKind.RETURNED, to=by.account, why=back.why)
    await talk.refresh()
    operator = _is_operator(talk, by)
    await talk.say(Returned(back.why, to_operator=operator))
    await talk.end_leaving()
    await try_sound(talk, talk.leg.ring())
    served = Served(talk, by.account)
    if (operator and _signed_out(talk, by)) or not served.reserve():
        return await _to_operators(talk, back)
    try:
        talked = await _is_free(talk, by) and await _talk_again(talk, by, back, served)
    finally:
        served.let_go()
    return CallOutcome(Outcome.CONNECTED, "talked after a return") if talked else await _to_operators(talk, back)


async def _talk_again(talk: Conversation, by: Transferor, back: ComingBack, served: Served) -> bool:
    """Whether they have; what the phone leaves unanswered is a call missed."""
    talk.display = show_coming_back(back, talk.now, talk.policy())
    result = await ring_for(talk, [phone_request(talk, by.account, RETURN_RINGS_S)])
    if isinstance(result, Unanswered):
        served.missed(result.why)
        return False
    served.talks(result.leg)
    return await connect(talk, result) is None


async def back_to_operators(talk: Conversation, back: ComingBack) -> CallOutcome:
    """From anywhere else than a transferor's phone: nobody has told the caller yet."""
    talk.stage = "coming back to the operators"
    await talk.note(EventKind.RETURNED, to="operators", why=back.why)
    await talk.refresh()
    await talk.say(Returned(back.why))
    return await _to_operators(talk, back)


async def _to_operators(talk: Conversation, back: ComingBack) -> CallOutcome:
    group = operators_group(talk)
    why = show_coming_back(back, talk.now, talk.policy(), authority_to_show(talk, group))
    return await enter_queue(talk, group, authority_mailbox(talk), priority="recall", why=why)


def _is_operator(talk: Conversation, by: Transferor) -> bool:
    group = operators_group(talk)
    if group is None or by.person is None:
        return False
    return any(member.person_id == by.person.id for member in talk.directory.members(group.id))


def _signed_out(talk: Conversation, by: Transferor) -> bool:
    return by.person is not None and not talk.directory.sessions_of(by.person.id)


async def _is_free(talk: Conversation, by: Transferor) -> bool:
    """With a little patience for the leg that has only just ended."""
    device = talk.directory.device(by.account)
    if device is None or not device.enabled:
        return False
    for _ in range(round(PHONE_FREE_WITHIN_S / LOOK_AGAIN_S)):
        try:
            state = (await talk.ports.telephony.phone_states([by.account]))[by.account]
        except TelephonyFault:
            return False
        if state is not PhoneState.BUSY:
            return state is PhoneState.FREE
        if talk.leg.gone:
            raise LegGone
        await asyncio.sleep(LOOK_AGAIN_S)
    return False
