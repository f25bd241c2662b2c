"""Referrals: what a caller is told who cannot be put through, and the menu that follows. Never a dead end (R11)."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.groups import ring_group
from switchboard.calls.menu import Choice, Offer, offer_menu
from switchboard.calls.queue import call_operators, operators_group, operators_on_offer
from switchboard.domain.announcement import Announcement, Closed, FixedPrompt, GroupUnreachable, UnknownNumber
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import FunctionGroup, Person
from switchboard.domain.greeting import has_own_greeting, spoken_name
from switchboard.domain.routing import ToAnnouncement, ToClosed


async def call_group(talk: Conversation, group: FunctionGroup) -> CallOutcome:
    """Ring the function's members. One in which nobody could be rung at all gives the call to the operators."""
    found = await ring_group(talk, group)
    if found is None:
        return CallOutcome(Outcome.CONNECTED, "talked with a member of the group")
    mailbox = Mailbox(group.authority_id, unit_id=group.unit_id, group_id=group.id)
    operators = operators_on_offer(talk)
    if not found.ring and operators is not None and operators.id != group.id:
        await talk.note(EventKind.FAULT, what="nobody could be rung", table="function_group", key=group.id)
        talk.log.warning("group_has_nobody", table="function_group", key=group.id)
        return await call_operators(talk, operators, mailbox)
    return await tell_and_offer(talk, GroupUnreachable(spoken_name(talk.directory, group)), mailbox)


async def refer_caller(talk: Conversation, route: ToClosed | ToAnnouncement) -> CallOutcome:
    """Nobody is to be rung: told why (when it opens, R23), and a message can be left."""
    match route:
        case ToClosed(where=where, opens_at=opens_at, mailbox=mailbox, announce_unknown=unknown):
            if unknown:
                await talk.say(UnknownNumber())
            return await tell_and_offer(talk, Closed(where, opens_at), mailbox)
        case ToAnnouncement():
            return await _announce(talk, route)


async def _announce(talk: Conversation, route: ToAnnouncement) -> CallOutcome:
    """A row that names a prompt which does not exist gives the call to the operators."""
    mailbox = Mailbox(route.authority.id)
    if talk.ports.announcer.knows(route.prompt_id):
        return await tell_and_offer(talk, FixedPrompt(route.prompt_id), mailbox)
    reason = route.reason
    await talk.note(EventKind.FAULT, what="no such prompt", table=reason.table, key=reason.key, column=reason.column)
    talk.log.warning("no_such_prompt", table=reason.table, key=reason.key, column=reason.column)
    return await call_operators(talk, operators_group(talk), mailbox)


async def tell_and_offer(talk: Conversation, announcement: Announcement, mailbox: Mailbox) -> CallOutcome:
    talk.stage = "during the announcement"
    digit = await talk.say(announcement, until_digit=True)

    async def offer() -> Offer:
        await talk.refresh()
        return Offer(mailbox, (announcement,), call_operators=operators_choice(talk, mailbox))

    return await offer_menu(talk, offer, digit)


def operators_choice(talk: Conversation, mailbox: Mailbox) -> Choice | None:
    """The menu's way to the operators, where they are on offer just now."""
    group = operators_on_offer(talk)
    if group is None:
        return None

    async def choose() -> CallOutcome | None:
        return await call_operators(talk, group, mailbox)

    return choose


def mailbox_for(talk: Conversation, person: Person) -> Mailbox:
    """The person's own mailbox; where the person has none, or the policy withholds it from those without a greeting
    of their own (R12), the unit's, so that a message can always be left (R11)."""
    policy = talk.policy()
    withheld = policy is not None and not policy.mailbox_without_greeting
    if person.mailbox and withheld:
        withheld = not has_own_greeting(talk.directory, person, talk.now)
    if person.mailbox and not withheld:
        return Mailbox(person.authority_id, person_id=person.id)
    return Mailbox(person.authority_id, unit_id=person.unit_id)
