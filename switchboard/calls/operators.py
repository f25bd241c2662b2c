"""The operators, in the simple form: all who are signed in ring at once, the first answer wins."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.groups import ring_group, somebody_is_busy
from switchboard.calls.menu import Offer, offer_menu
from switchboard.calls.waiting import Waiting
from switchboard.domain.announcement import Announcement, Closed, OperatorsUnavailable
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import FunctionGroup
from switchboard.domain.diversion import GroupRinging
from switchboard.domain.greeting import spoken_name
from switchboard.domain.opening_hours import is_open, next_opening


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


async def call_operators(
    talk: Conversation, group: FunctionGroup | None, mailbox: Mailbox, *first: Announcement
) -> CallOutcome:
    """Ring those signed in until one answers or the group's time is over; then a message for `mailbox` may be left.

    Outside their opening hours nobody is rung: the caller is told when they open (R23).
    """
    if first:
        talk.stage = "before the operators"
        await talk.say(*first)
    if group is None:
        await talk.note(EventKind.FAULT, what="the authority has no operators' group")
        return await _message_only(talk, mailbox, OperatorsUnavailable(busy=False))
    if not _in_hours(talk, group):
        return await _message_only(talk, mailbox, _closed(talk, group))
    found = await _ring_in_turn(talk, group)
    if found is None:
        return CallOutcome(Outcome.CONNECTED, "talked with an operator")
    busy = bool(found.ring) or somebody_is_busy(found)
    return await _message_only(talk, mailbox, OperatorsUnavailable(busy))


def _closed(talk: Conversation, group: FunctionGroup) -> Closed:
    schedule = talk.directory.schedule(group.schedule_id) if group.schedule_id is not None else None
    opens = next_opening(schedule, talk.calendar(group.authority_id), talk.now) if schedule else None
    return Closed(spoken_name(talk.directory, talk.authority or group), opens)


async def _ring_in_turn(talk: Conversation, group: FunctionGroup) -> GroupRinging | None:
    authority = talk.authority.name if talk.authority else ""
    waiting = Waiting(talk.call.id, authority, talk.call.called[:64], talk.caller, talk.now)
    with talk.ports.waiting.holds(waiting):
        return await ring_group(talk, group)


async def _message_only(talk: Conversation, mailbox: Mailbox, notice: Announcement) -> CallOutcome:
    talk.stage = "after the operators"
    digit = await talk.say(notice, until_digit=True)

    async def offer() -> Offer:
        return Offer(mailbox, (notice,))

    return await offer_menu(talk, offer, digit)


def authority_mailbox(talk: Conversation) -> Mailbox:
    """Of the authority dialled; where a fault came before that was known, of the first one there is."""
    if talk.authority is not None:
        return Mailbox(talk.authority.id)
    return Mailbox(min((each.id for each in talk.directory.authorities()), default=0))
