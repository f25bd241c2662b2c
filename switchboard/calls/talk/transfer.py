"""A caller who is sent on is routed as the transferor's own call would be; who cannot be had sends them back (R31)."""

import asyncio

from switchboard.calls import orders
from switchboard.calls.conversation import Conversation
from switchboard.calls.groups import ring_group
from switchboard.calls.queue import authority_mailbox, authority_to_show, enter_queue
from switchboard.calls.referring import refer_caller
from switchboard.calls.ringing import connect, note_rung_out, ring_for
from switchboard.calls.talk.consulting.consulted import why_back
from switchboard.calls.talk.race import Unanswered
from switchboard.calls.talk.steps import (
    BackToOperators,
    ComeBack,
    LeaveMessageFor,
    MovedOn,
    ParkFor,
    SendOn,
    Transferor,
)
from switchboard.calls.talk.targets import Elsewhere, NotToBeHad, Target, ToRing, find_target, why_nobody
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.desk_codes import DeskOrder, MailboxOf, Park
from switchboard.domain.directory import FunctionGroup
from switchboard.domain.display import ComingBack, show_sent_on
from switchboard.domain.routing import Route, ToAnnouncement, ToClosed, ToDesk, ToGroup, ToOperators

MOST_TRANSFERS = 5
# A phone that has just stopped ringing is told free a moment later.
PHONE_STOPS_WITHIN_S = 1.0
LOOK_AGAIN_S = 0.1


async def send_on(talk: Conversation, step: SendOn) -> CallOutcome:
    """A chain that grows too long ends at the operators (R33)."""
    talk.stage, talk.dialling = "during a transfer", step.target
    if talk.transfers > MOST_TRANSFERS:
        raise MovedOn(BackToOperators(ComingBack("too_many")))
    match await _target(talk, step):
        case NotToBeHad(back=back):
            raise MovedOn(ComeBack(step.by, back))
        case ToRing() as target:
            return await _ring(talk, step.by, target)
        case Elsewhere(route=route):
            return await _elsewhere(talk, step.by, route)


async def _elsewhere(talk: Conversation, by: Transferor, route: Route) -> CallOutcome:
    match route:
        case ToGroup(group=group):
            return await _ring_group(talk, by, group)
        case ToDesk(order=order):
            raise MovedOn(_by_code(talk, by, order))
        case ToOperators(group=group):
            sent_by = by.person.name if by.person else ""
            why = show_sent_on(sent_by, talk.caller, authority_to_show(talk, group))
            return await enter_queue(talk, group, authority_mailbox(talk), priority="recall", why=why)
        case ToClosed() | ToAnnouncement():
            return await refer_caller(talk, route)
        case _:
            raise MovedOn(ComeBack(by, ComingBack("not_allowed", number=talk.dialling)))


async def _target(talk: Conversation, step: SendOn) -> Target:
    target = await find_target(talk, step.by, step.target)
    looks = round(PHONE_STOPS_WITHIN_S / LOOK_AGAIN_S) if step.just_rang else 0
    for _ in range(looks):
        if not (isinstance(target, NotToBeHad) and target.back.why == "busy"):
            break
        await asyncio.sleep(LOOK_AGAIN_S)
        target = await find_target(talk, step.by, step.target)
    return target


async def _ring(talk: Conversation, by: Transferor, target: ToRing) -> CallOutcome:
    result = await ring_for(talk, target.requests)
    failed = result if isinstance(result, Unanswered) else await connect(talk, result)
    if failed is not None:
        person = talk.directory.person(target.person_id or 0)
        if person is not None:
            await note_rung_out(talk, person, failed)
        raise MovedOn(ComeBack(by, target.in_vain(why_back(failed.why))))
    return CallOutcome(Outcome.CONNECTED, "talked after a transfer")


async def _ring_group(talk: Conversation, by: Transferor, group: FunctionGroup) -> CallOutcome:
    left = await ring_group(talk, group)
    if left is None:
        return CallOutcome(Outcome.CONNECTED, "talked after a transfer")
    raise MovedOn(ComeBack(by, ComingBack(why_nobody(left), group.name)))


def _by_code(talk: Conversation, by: Transferor, order: DeskOrder) -> ParkFor | LeaveMessageFor | ComeBack:
    """A caller can be sent to a mailbox or to a parking place; the other codes are a colleague's own."""
    match order:
        case Park():
            return ParkFor(by)
        case MailboxOf(extension=digits):
            mailbox = orders.mailbox_at(talk.directory, by.person.authority_id, digits) if by.person else None
            if mailbox is None:
                return ComeBack(by, ComingBack("unknown"))
            person = talk.directory.person(mailbox.person_id) if mailbox.person_id is not None else None
            return LeaveMessageFor(mailbox, person)
        case _:
            return ComeBack(by, ComingBack("not_allowed", number=talk.dialling))
