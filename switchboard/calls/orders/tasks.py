"""A callback task opened in one step by whoever talks, or has talked, with the caller (R20, R30)."""

import asyncio
import contextlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from switchboard.calls.ports import Ports
from switchboard.domain.callback import CallbackTask, Mailbox
from switchboard.domain.deadline import NotPromised, PromisedTime, count_deadline, decide_promised_time
from switchboard.domain.directory import Destination, DestinationKind, Directory
from switchboard.domain.display import show_task

LONGEST_CHAIN = 8
TOLD_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class NewTask:
    """`received_at`: when the caller asked for it. `promised_at`: a time that the caller was told. `id`: of an order
    that may be given twice, and opens one task."""

    mailbox: Mailbox
    caller: str | None
    received_at: datetime
    note: str = ""
    promised_at: datetime | None = None
    call_id: str | None = None
    id: str | None = None


async def open_task(ports: Ports, new: NewTask, actor: str) -> CallbackTask:
    """Open it, with the deadline that the policy of its authority sets (R14, R15), and tell whom it is for."""
    directory = await ports.directory.current()
    authority_id = new.mailbox.authority_id
    policies, calendar = directory.policies(authority_id), ports.calendars.calendar(authority_id)
    task = CallbackTask(
        id=new.id or uuid.uuid4().hex,
        mailbox=new.mailbox,
        caller=new.caller,
        source="operator",
        call_id=new.call_id,
        voicemail_message_id=None,
        received_at=new.received_at,
        deadline=count_deadline(new.received_at, policies, calendar),
        promised_at=new.promised_at,
    )
    if await ports.tasks.open(task, new.note, actor):
        ports.log.info("callback_task_opened", task=task.id, call_id=new.call_id, rule=task.deadline.rule)
        await tell_owner(ports, directory, task, new.note)
    return task


def promised_time(ports: Ports, mailbox: Mailbox, digits: str | None) -> PromisedTime | NotPromised | None:
    """What was keyed as the time that the caller was told; None where nothing was. Working days are those of whoever is
    to call back."""
    if digits is None:
        return None
    return decide_promised_time(digits, ports.calendars.calendar(mailbox.authority_id), ports.clock.now())


async def tell_owner(ports: Ports, directory: Directory, task: CallbackTask, note: str = "") -> None:
    """On the telephones of the person, or of the function's members; whoever cannot be reached there has the notice."""
    mailbox = task.mailbox
    members = () if mailbox.group_id is None else directory.members(mailbox.group_id)
    people = [each.person_id for each in members] if mailbox.person_id is None else [mailbox.person_id]
    accounts = [device.account for each in people for device in directory.devices(each) if device.enabled]
    text = show_task(task.caller, task.promised_at, task.deadline.on, note)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TOLD_WITHIN_S):
            await asyncio.gather(*(ports.telephony.tell(account, text) for account in accounts))


def mailbox_at(directory: Directory, authority_id: int, digits: str) -> Mailbox | None:
    """Whose message it is that is meant for an extension: of the authority, else of the only other one that has it.

    None where nobody has it, or it leads to nobody who could be told.
    """
    own = directory.extension(authority_id, digits)
    others = [directory.extension(each.id, digits) for each in directory.authorities() if each.id != authority_id]
    found = [own] if own is not None else [each for each in others if each is not None]
    if len(found) != 1:
        return None
    return _mailbox(directory, found[0].authority_id, found[0].destination)


def _mailbox(directory: Directory, authority_id: int, destination: Destination) -> Mailbox | None:
    for _ in range(LONGEST_CHAIN):
        if destination.kind is not DestinationKind.EXTENSION:
            return _owner(directory, authority_id, destination)
        onward = directory.extension(authority_id, destination.key or "")
        if onward is None:
            return None
        destination = onward.destination
    return None


def _owner(directory: Directory, authority_id: int, destination: Destination) -> Mailbox | None:
    key = destination.key or ""
    id_ = int(key) if key.isascii() and key.isdigit() and len(key) <= 18 else 0
    match destination.kind:
        case DestinationKind.PERSON:
            person = directory.person(id_)
            return Mailbox(person.authority_id, person_id=id_) if person else None
        case DestinationKind.UNIT:
            unit = directory.unit(id_)
            return Mailbox(unit.authority_id, unit_id=id_) if unit else None
        case DestinationKind.FUNCTION_GROUP:
            group = directory.function_group(id_)
            return Mailbox(group.authority_id, unit_id=group.unit_id, group_id=id_) if group else None
        case DestinationKind.OPERATORS:
            return Mailbox(authority_id)
        case DestinationKind.ANNOUNCEMENT | DestinationKind.REFUSE | DestinationKind.EXTENSION | DestinationKind.KEYPAD:
            return None
