"""The operators, in the simple form: all who are signed in ring at once, the first answer wins."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.groups import ring_group
from switchboard.calls.menu import Offer, offer_menu
from switchboard.calls.waiting import Waiting
from switchboard.domain.announcement import Announcement, OperatorsUnavailable
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import FunctionGroup
from switchboard.domain.diversion import GroupRinging
from switchboard.domain.opening_hours import is_open


def operators_group(talk: Conversation) -> FunctionGroup | None:
    """The group that answers for the authority dialled."""
    authority = talk.authority
    if authority is None or authority.operators_group_id is None:
        return None
    return talk.directory.function_group(authority.operators_group_id)


def operators_on_offer(talk: Conversation) -> FunctionGroup | None:
    """The operators, where the menu may name them: in their opening hours, with somebody signed in."""
    group = operators_group(talk)
    if group is None or not _in_hours(talk, group):
        return None
    signed_in = any(not session.paused for session in talk.directory.operator_sessions(group.id))
    return group if signed_in else None


def _in_hours(talk: Conversation, group: FunctionGroup) -> bool:
    if group.schedule_id is None:
        return True
    schedule = talk.directory.schedule(group.schedule_id)
    return schedule is None or is_open(schedule, talk.calendar(group.authority_id), talk.now)


async def call_operators(talk: Conversation, group: FunctionGroup | None, *first: Announcement) -> CallOutcome:
    """Ring those signed in until one answers or the group's time is over; then the caller may leave a message."""
    if first:
        talk.stage = "before the operators"
        await talk.say(*first)
    if group is None:
        await talk.note(EventKind.FAULT, what="the authority has no operators' group")
    found = await _ring_in_turn(talk, group) if group else None
    if group is not None and found is None:
        return CallOutcome(Outcome.CONNECTED, "talked with an operator")
    talk.stage = "after the operators"
    someone = found is not None and bool(found.ring or found.left_out)
    await talk.say(OperatorsUnavailable(busy=someone))
    return await offer_menu(talk, lambda: _message_only(talk))


async def _ring_in_turn(talk: Conversation, group: FunctionGroup) -> GroupRinging | None:
    authority = talk.authority.name if talk.authority else ""
    waiting = Waiting(talk.call.id, authority, talk.call.called[:64], talk.caller, talk.now)
    with talk.ports.waiting.holds(waiting):
        return await ring_group(talk, group)


async def _message_only(talk: Conversation) -> Offer:
    return Offer(Mailbox(talk.authority.id if talk.authority else 0))
