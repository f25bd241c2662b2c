"""The keypad services by telephone: who calls from outside says who they are, then a menu, or a code keyed (R41)."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.absences import carry_out_absence
from switchboard.calls.desk.asking import CANCEL, END, USUAL
from switchboard.calls.desk.identify import KeypadUser, identify_by_pin
from switchboard.calls.desk.operator import dialling_operator
from switchboard.calls.mailbox.codes import attend_own
from switchboard.calls.ports import LegGone
from switchboard.calls.talk.steps import HandedOver, MovedOn
from switchboard.domain.announcement import FixedPrompt, InvalidChoice, TechnicalFault
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.keypad.orders import AbsenceOrder, AskAbsence, HearAbsence, LiftAbsence, parse_absence_order
from switchboard.domain.mailbox.codes import MailboxOrder, OwnGreetings, OwnMessages, OwnTasks, parse_mailbox_order
from switchboard.domain.routing import ToKeypad

CHOICES: dict[str, AbsenceOrder | MailboxOrder] = {
    "1": AskAbsence(),
    "2": LiftAbsence(),
    "3": HearAbsence(),
    "4": OwnGreetings(),
    "5": OwnMessages(),
    "6": OwnTasks(),
}
MOST_ORDERS = 10
IN_VAIN = 3
LONGEST_CODE = 32


async def serve_keypad(talk: Conversation, route: ToKeypad) -> CallOutcome:
    """A fault of ours is told, and goes to no operator."""
    talk.stage = "in the keypad services"
    try:
        user = await _who(talk, route)
        if user is None:
            return CallOutcome(Outcome.REFUSED, "extension and PIN were not given")
        return await _menu(talk, user)
    except LegGone:
        return CallOutcome(Outcome.SERVED, f"hung up {talk.stage}")
    except (MovedOn, HandedOver):
        raise
    except Exception:
        talk.log.exception("keypad_services_failed", stage=talk.stage)
        await talk.note(EventKind.FAULT, what="the keypad services failed", stage=talk.stage)
        await talk.say(TechnicalFault())
        return CallOutcome(Outcome.FAILED, "our own fault, see the log")


async def _who(talk: Conversation, route: ToKeypad) -> KeypadUser | None:
    """Whose phone of ours it is, else whoever knows a PIN."""
    colleague = dialling_operator(talk) if talk.call.source == "phone" else None
    if colleague is None or colleague.person is None:
        return await identify_by_pin(talk, route.authority.id)
    talk.language = colleague.person.language
    return KeypadUser(colleague.person, colleague.actor)


async def _menu(talk: Conversation, user: KeypadUser) -> CallOutcome:
    done: list[str] = []
    in_vain = 0
    while in_vain < IN_VAIN and len(done) < MOST_ORDERS:
        talk.stage = "in the keypad services"
        order = await _next_order(talk)
        if order is None:
            in_vain += 1
            continue
        in_vain = 0
        await talk.refresh()
        outcome = await _carry_out(talk, user, order)
        if outcome.outcome is not Outcome.SERVED:
            return outcome
        done.append(outcome.reason)
    await talk.say(FixedPrompt("keypad-goodbye"))
    return CallOutcome(Outcome.SERVED, done[-1] if done else "nothing was ordered")


async def _carry_out(talk: Conversation, user: KeypadUser, order: AbsenceOrder | MailboxOrder) -> CallOutcome:
    """`SERVED`: the menu goes on. Who has called somebody back has done what they came for."""
    if isinstance(order, OwnGreetings | OwnMessages | OwnTasks):
        return await attend_own(talk, user.person, user.actor, order)
    return CallOutcome(Outcome.SERVED, await carry_out_absence(talk, user, order))


async def _next_order(talk: Conversation) -> AbsenceOrder | MailboxOrder | None:
    """None for silence, a wrong key and an unknown code; the latter two are told."""
    key = await talk.say(FixedPrompt("keypad-menu"), until_digit=True) or await talk.leg.digit(USUAL.first_s)
    order: AbsenceOrder | MailboxOrder | None
    if key in (CANCEL, END):
        code = await _code(talk, key)
        order = parse_absence_order(code) or parse_mailbox_order(code)
        if order is None:
            await talk.say(FixedPrompt("keypad-unknown-code"))
    elif key is not None:
        await talk.note(EventKind.CHOSE, digit=key)
        order = CHOICES.get(key)
        if order is None:
            await talk.say(InvalidChoice())
    else:
        order = None
    if order is not None:
        await talk.note(EventKind.DESK, order=type(order).__name__)
    return order


async def _code(talk: Conversation, first: str) -> str:
    """Up to a `#` that is not the first key, or a pause."""
    code = first
    while len(code) < LONGEST_CODE:
        key = await talk.leg.digit(USUAL.next_s)
        if key is None:
            break
        code += key
        if key == END:
            break
    return code
