"""What a colleague's keys in a talk ask for, and what of it is done without disturbing the talk."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from switchboard.calls import orders
from switchboard.calls.live import Party
from switchboard.calls.ports import CallLeg
from switchboard.calls.talk import leaving
from switchboard.calls.talk.joining import transferor_at
from switchboard.domain.call import EventKind
from switchboard.domain.callback import Mailbox
from switchboard.domain.deadline import NotPromised, PromisedTime, WhyNot
from switchboard.domain.display import show_promise
from switchboard.domain.talk_keys import Consult, ParkCaller, SendToMessage, TakeMessageFor, TalkKeys

if TYPE_CHECKING:
    from switchboard.calls.talk.talking import Talk

Ending = Callable[[], Awaitable[Party | None]]

NOBODY_HAS_IT = "Ingen har anknytning {digits}."
NOTED = "Noterat: anknytning {digits} ska ringa upp{when}."
NOT_NOTED = "Kunde inte noteras. Slå *22*{order}# efter samtalet."
NOT_PROMISED: Mapping[WhyNot, str] = {
    "form": "Inget noterat: {promised} är varken klockslag (fyra siffror) eller datum (sex siffror).",
    "no_time": "Inget noterat: klockslaget {promised} finns inte.",
    "no_date": "Inget noterat: datumet {promised} finns inte.",
    "passed": "Inget noterat: datumet {promised} har passerat.",
    "too_far": "Inget noterat: datumet {promised} är mer än ett år fram.",
}


async def key_command(one: "Talk", leg: CallLeg, digit: str) -> Ending | None:
    """What is to be done once the two are parted; None where the talk just goes on."""
    keys = one.keys.setdefault(leg.id, TalkKeys())
    match keys.feed(digit, one.talk.now):
        case Consult(number=number):
            return partial(leaving.consult, one, leg, number)
        case ParkCaller():
            return partial(leaving.park, one, leg)
        case SendToMessage(extension=None):
            return _message_of_the_last(one, leg)
        case SendToMessage(extension=str(digits)):
            return await _message_at(one, leg, digits)
        case TakeMessageFor() as order:
            await _take_message(one, leg, order)
            return None
        case _:
            return None


def _message_of_the_last(one: "Talk", leg: CallLeg) -> Ending | None:
    person = one.talk.tried
    if person is None:
        return None
    return partial(leaving.leave_message_for, one, leg, Mailbox(person.authority_id, person_id=person.id), person)


async def _message_at(one: "Talk", leg: CallLeg, digits: str) -> Ending | None:
    mailbox = await _mailbox(one, leg, digits)
    if mailbox is None:
        return None
    person = one.talk.directory.person(mailbox.person_id) if mailbox.person_id is not None else None
    return partial(leaving.leave_message_for, one, leg, mailbox, person)


async def _take_message(one: "Talk", leg: CallLeg, order: TakeMessageFor) -> None:
    """A callback task without leaving the talk (R20); the colleague reads on the display that it is noted, or why
    not."""
    tell = partial(one.talk.ports.telephony.tell, leg.account or "")
    mailbox = await _mailbox(one, leg, order.extension)
    if mailbox is None:
        return
    try:
        promised = orders.promised_time(one.talk.ports, mailbox, order.promised)
        if isinstance(promised, NotPromised):
            await tell(NOT_PROMISED[promised.why].format(promised=order.promised or "tiden"))
            return
        await _open_task(one, leg, mailbox, promised)
    except Exception:
        one.talk.log.exception("task_not_opened")
        await tell(NOT_NOTED.format(order="*".join(filter(None, (order.extension, order.promised)))))
        return
    when = f" {show_promise(promised.at)}" if promised is not None else ""
    await tell(NOTED.format(digits=order.extension, when=when))


async def _open_task(one: "Talk", leg: CallLeg, mailbox: Mailbox, promised: PromisedTime | None) -> None:
    talk = one.talk
    caller = talk.caller if leg.id == one.far.leg.id else one.far.number
    at = promised.at if promised is not None else None
    new = orders.NewTask(mailbox, caller, talk.now, promised_at=at, call_id=talk.call.id)
    task = await orders.open_task(talk.ports, new, f"phone {leg.account or ''}")
    await talk.note(EventKind.TASK_OPENED, task=task.id, rule=task.deadline.rule)


async def _mailbox(one: "Talk", leg: CallLeg, digits: str) -> Mailbox | None:
    talk, account = one.talk, leg.account or ""
    await talk.refresh()
    person = transferor_at(talk, account).person
    mailbox = orders.mailbox_at(talk.directory, person.authority_id, digits) if person else None
    if mailbox is None:
        await talk.ports.telephony.tell(account, NOBODY_HAS_IT.format(digits=digits))
    return mailbox
