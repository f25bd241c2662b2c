"""The story of an incoming call, from its arrival to its end in the journal."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from switchboard.calls.conversation import Conversation, readable
from switchboard.calls.desk.keypad_menu import serve_keypad
from switchboard.calls.desk.orders import carry_out_order
from switchboard.calls.desk.outgoing import call_outside, tell_not_allowed
from switchboard.calls.desk.picking_up import greet_who_returns
from switchboard.calls.diverting import call_person
from switchboard.calls.ports import CallLeg, HangupCause, LegGone, Ports, TelephonyFault
from switchboard.calls.queue import authority_mailbox, call_operators, operators_group
from switchboard.calls.referring import call_group, refer_caller
from switchboard.calls.talk.course import to_its_end
from switchboard.calls.voicemail import MessageUnkept, leave_message
from switchboard.domain.announcement import Goodbye, Refused, TechnicalFault, UnknownNumber
from switchboard.domain.call import CallEvent, CallOutcome, EventKind, IncomingCall, Outcome
from switchboard.domain.routing import (
    NotAllowed,
    Reason,
    Route,
    ToAnnouncement,
    ToClosed,
    ToDesk,
    ToGroup,
    ToKeypad,
    ToOperators,
    ToOutside,
    ToPerson,
    ToRefusal,
    decide_route,
)

REPORT_AFTER_S = 0.02
MOST_UNKEPT = 2
Story = Callable[[Conversation], Awaitable[CallOutcome]]


async def follow_call(call: IncomingCall, leg: CallLeg, ports: Ports) -> CallOutcome:
    """Route the call and stay with it to the end. Never raises but for cancellation; always ends leg and journal."""
    return await see_through(Conversation(call, leg, ports), from_its_arrival)


async def follow_answered_call(call: IncomingCall, leg: CallLeg, ports: Ports) -> CallOutcome:
    """As `follow_call`, for a leg whose answer is under way."""
    return await see_through(Conversation(call, leg, ports), _once_answered)


async def _once_answered(talk: Conversation) -> CallOutcome:
    """What the story writes and reads first would only keep Asterisk from the processor while it answers. Whatever goes
    wrong with that, the story meets again."""
    with contextlib.suppress(LegGone, TelephonyFault):
        await talk.leg.answer()
    return await from_its_arrival(talk)


async def note_lost_call(call: IncomingCall, ports: Ports) -> CallOutcome:
    """The caller hung up before anybody could take the call."""
    outcome = CallOutcome(Outcome.ABANDONED, "caller hung up before the call was taken")
    now = ports.clock.now()
    await ports.journal.arrived(readable(call), None)
    await ports.journal.note(CallEvent(call.id, now, EventKind.ARRIVED, {"source": call.source}))
    await ports.journal.note(CallEvent(call.id, now, EventKind.ENDED, {"reason": outcome.reason}))
    await ports.journal.ended(call.id, now, outcome)
    return outcome


async def see_through(talk: Conversation, story: Story) -> CallOutcome:
    """Tell a story, and write its end down, however it ends."""
    talk.begin()
    try:
        outcome = await _tell(talk, story)
    except LegGone:
        outcome = CallOutcome(Outcome.ABANDONED, f"caller hung up {talk.stage}")
    except asyncio.CancelledError:
        await asyncio.shield(_leave(talk))
        raise
    await asyncio.shield(_end(talk, outcome))
    return outcome


async def _leave(talk: Conversation) -> None:
    """The service stops in the middle of a call. Its end is not ours to write: the next start, or the import of the
    fallback's entries, accounts for it."""
    await talk.note(EventKind.FAULT, what="the service stopped", stage=talk.stage)
    await talk.leave_to_fallback()


async def _end(talk: Conversation, outcome: CallOutcome) -> None:
    cause = HangupCause.FAILURE if outcome.outcome is Outcome.FAILED else HangupCause.NORMAL
    await talk.hang_up(cause)
    await talk.finish()
    await talk.note(EventKind.ENDED, outcome=outcome.outcome, reason=outcome.reason)
    await talk.ports.journal.ended(talk.call.id, talk.now, outcome)
    await talk.settle()
    talk.log.info("call_ended", outcome=outcome.outcome, reason=outcome.reason)


async def _tell(talk: Conversation, story: Story) -> CallOutcome:
    """The story, and what is left of it when something of ours breaks: the operators, then a message, then an honest
    refusal. A fault of ours is never silence. Who has spoken in vain twice is not asked to speak again."""

    async def operators(talk: Conversation) -> CallOutcome:
        return await call_operators(talk, operators_group(talk), authority_mailbox(talk), TechnicalFault())

    async def message(talk: Conversation) -> CallOutcome:
        return await leave_message(talk, authority_mailbox(talk))

    unkept = 0
    for attempt in (story, operators, message):
        try:
            return await to_its_end(talk, attempt)
        except LegGone:
            raise
        except MessageUnkept:
            await talk.end_others()
            unkept += 1
            if unkept == MOST_UNKEPT:
                await talk.say(Goodbye())
                return CallOutcome(Outcome.FAILED, "no message could be kept")
        except Exception:
            await talk.end_others()
            talk.log.exception("call_story_broke", stage=talk.stage)
            await talk.note(EventKind.FAULT, what="the story broke", stage=talk.stage)
    return CallOutcome(Outcome.FAILED, "our own fault, see the log")


async def from_its_arrival(talk: Conversation) -> CallOutcome:
    await talk.ports.journal.arrived(readable(talk.call), None)
    call, raw = talk.call, talk.call.caller
    await talk.note(EventKind.ARRIVED, source=call.source, pii_called=call.called[:64], pii_caller=raw and raw[:64])
    route = await _decide(talk)
    await greet_who_returns(talk, route)
    return await _follow_route(talk, route)


async def _decide(talk: Conversation) -> Route:
    await talk.refresh(arriving=True)
    foreseen = talk.ports.foresight.take(talk.call)
    route = foreseen or decide_route(talk.call, talk.directory, talk.calendars, talk.now)
    talk.belong_to(route.authority)
    await talk.ports.journal.routed(talk.call.id, route.authority.id, route.reason.text)
    await talk.note(EventKind.ROUTED, to=type(route).__name__, **_row(route.reason))
    # The line costs as much as the decision: it is written while Asterisk works on what comes next.
    asyncio.get_running_loop().call_later(REPORT_AFTER_S, _report, talk, route)
    return route


def _report(talk: Conversation, route: Route) -> None:
    report = talk.log.warning if route.reason.fault else talk.log.info
    report("call_routed", to=type(route).__name__, **_row(route.reason))


def _row(reason: Reason) -> dict[str, str | bool | None]:
    return {
        "reason": reason.text,
        "table": reason.table,
        "key": reason.key,
        "column": reason.column,
        "fault": reason.fault,
    }


async def _follow_route(talk: Conversation, route: Route) -> CallOutcome:
    match route:
        case ToPerson(person=person):
            return await call_person(talk, person)
        case ToGroup(group=group):
            return await call_group(talk, group)
        case ToOperators(group=group, announce_unknown=unknown):
            first = [UnknownNumber()] if unknown else []
            return await call_operators(talk, group, authority_mailbox(talk), *first)
        case ToClosed() | ToAnnouncement():
            return await refer_caller(talk, route)
        case ToOutside() | ToDesk() | ToKeypad() | NotAllowed():
            return await _follow_colleague(talk, route)
        case ToRefusal():
            return await _refuse(talk, route)


async def _refuse(talk: Conversation, route: ToRefusal) -> CallOutcome:
    """Said before any answer, so that it costs the caller nothing and is not taken for a fault of the line."""
    talk.stage = "during the refusal"
    with contextlib.suppress(LegGone):
        await talk.say(Refused(), unanswered=True)
    return CallOutcome(Outcome.REFUSED, route.reason.text)


async def _follow_colleague(talk: Conversation, route: ToOutside | ToDesk | ToKeypad | NotAllowed) -> CallOutcome:
    match route:
        case ToOutside():
            return await call_outside(talk, route)
        case ToDesk():
            return await carry_out_order(talk, route)
        case ToKeypad():
            return await serve_keypad(talk, route)
        case NotAllowed():
            return await tell_not_allowed(talk, route)
