"""A code that somebody dialled, carried out by the service itself and confirmed aloud.

What was ordered is done before it is said: who hangs up at once has ordered all the same.
"""

from switchboard.calls import orders
from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.absences import attend_absence
from switchboard.calls.desk.identify import KeypadUser
from switchboard.calls.desk.mailbox import leave_for_extension
from switchboard.calls.desk.operator import Operator, dialling_operator, served
from switchboard.calls.desk.parked import fetch_parked
from switchboard.calls.desk.taking_message import take_message
from switchboard.calls.mailbox.codes import attend_own
from switchboard.calls.ports import LegGone
from switchboard.calls.talk.steps import HandedOver, MovedOn
from switchboard.domain.announcement import Announcement, FixedPrompt, TechnicalFault
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.desk_codes import (
    DeskOrder,
    FetchParked,
    MailboxOf,
    Park,
    Pause,
    Resume,
    SignIn,
    SignOut,
    TakeMessage,
)
from switchboard.domain.directory import PauseReason
from switchboard.domain.keypad.orders import AskAbsence, HearAbsence, LiftAbsence, SetAbsence
from switchboard.domain.mailbox.codes import OwnGreetings, OwnMessages, OwnTasks
from switchboard.domain.routing import ToDesk
from switchboard.domain.staffing import Refused

ALL_THE_SAME = "1"
WAIT_FOR_DIGIT_S = 5.0


async def carry_out_order(talk: Conversation, route: ToDesk) -> CallOutcome:
    """Do what the code says and tell it done, or why not. A fault of ours is told, and goes to no operator."""
    order = route.order
    talk.stage = "at the desk"
    operator = dialling_operator(talk)
    if operator.person is not None:
        talk.language = operator.person.language
    await talk.note(EventKind.DESK, order=type(order).__name__)
    try:
        return await _carry_out(talk, operator, order)
    except (LegGone, MovedOn, HandedOver):
        raise
    except Exception:
        talk.log.exception("order_failed", order=type(order).__name__)
        await talk.note(EventKind.FAULT, what="the order failed", order=type(order).__name__)
        await talk.say(TechnicalFault())
        return CallOutcome(Outcome.FAILED, "our own fault, see the log")


async def _carry_out(talk: Conversation, operator: Operator, order: DeskOrder) -> CallOutcome:
    match order:
        case FetchParked(place=place):
            return await fetch_parked(talk, place)
        case MailboxOf(extension=digits):
            return await leave_for_extension(talk, digits)
        case Park():
            return await served(talk, FixedPrompt("desk-nobody-parked"))
        case TakeMessage():
            return await take_message(talk, operator, order)
        case SignIn() | SignOut() | Pause() | Resume():
            return await _attend(talk, operator, order)
        case SetAbsence() | LiftAbsence() | HearAbsence() | AskAbsence():
            user = KeypadUser(operator.person, operator.actor) if operator.person is not None else None
            return await attend_absence(talk, user, order)
        case OwnGreetings() | OwnMessages() | OwnTasks():
            return await attend_own(talk, operator.person, operator.actor, order)


async def _attend(talk: Conversation, operator: Operator, order: SignIn | SignOut | Pause | Resume) -> CallOutcome:
    if operator.person is None:
        return await served(talk, FixedPrompt("operator-not-a-member"))
    ports, who, actor = talk.ports, operator.person.id, operator.actor
    match order:
        case SignIn():
            signed_in = await orders.sign_in(ports, who, actor)
            done = FixedPrompt("operator-signed-in" if signed_in.groups else "operator-not-a-member")
            return await served(talk, *_why_paused(signed_in.was_paused), done)
        case SignOut():
            return await _sign_out(talk, who, actor)
        case Pause(reason=reason):
            paused = await orders.pause(ports, who, reason, actor)
            return await served(talk, FixedPrompt("operator-paused" if paused else "operator-signed-out"))
        case Resume():
            resumed = await orders.resume(ports, who, actor)
            done = FixedPrompt("operator-resumed" if resumed.groups else "operator-signed-out")
            return await served(talk, *_why_paused(resumed.was_paused), done)


def _why_paused(reason: PauseReason | None) -> tuple[Announcement, ...]:
    """Who was paused by the system hears why when they come back (R26)."""
    if reason is PauseReason.NO_ANSWER:
        return (FixedPrompt("operator-was-paused-no-answer"),)
    if reason is PauseReason.NO_PHONE:
        return (FixedPrompt("operator-was-paused-no-phone"),)
    return ()


async def _sign_out(talk: Conversation, who: int, actor: str) -> CallOutcome:
    """Refused while it would leave announced hours unstaffed, unless the operator insists (R21)."""
    verdict = await orders.sign_out(talk.ports, who, actor)
    if isinstance(verdict, Refused):
        await talk.note(EventKind.DESK, refused=verdict.reason)
        if not await _insists(talk, verdict):
            return CallOutcome(Outcome.SERVED, "the sign-out was refused")
        await orders.sign_out(talk.ports, who, actor, confirm=True)
        await talk.note(EventKind.DESK, confirmed=True)
    return await served(talk, FixedPrompt("operator-signed-out"))


async def _insists(talk: Conversation, refused: Refused) -> bool:
    prompt = "operator-sign-out-too-few" if refused.present else "operator-sign-out-refused"
    try:
        digit = await talk.say(FixedPrompt(prompt), until_digit=True)
        return (digit or await talk.leg.digit(WAIT_FOR_DIGIT_S)) == ALL_THE_SAME
    except LegGone:
        return False
