"""Referrals: what a caller is told who cannot be put through, and the menu that follows. Never a dead end (R11)."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.menu import Choice, Offer, offer_menu
from switchboard.calls.operators import call_operators, operators_on_offer
from switchboard.domain.announcement import Announcement, Closed, FixedPrompt, GroupUnreachable
from switchboard.domain.call import CallOutcome, EventKind
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import FunctionGroup, Person
from switchboard.domain.diversion import GroupRinging
from switchboard.domain.greeting import personal_greeting, spoken_name
from switchboard.domain.routing import ToAnnouncement, ToClosed


async def refer_group(talk: Conversation, group: FunctionGroup, found: GroupRinging) -> CallOutcome:
    """Nobody of the group answered. A group in which nobody could be rung at all gives the call to the operators."""
    operators = operators_on_offer(talk)
    if not found.ring and operators is not None and operators.id != group.id:
        await talk.note(EventKind.FAULT, what="nobody in the group could be rung", table="function_group", key=group.id)
        talk.log.warning("group_has_nobody", table="function_group", key=group.id)
        return await call_operators(talk, operators)
    mailbox = Mailbox(group.authority_id, unit_id=group.unit_id, group_id=group.id)
    return await tell_and_offer(talk, GroupUnreachable(spoken_name(talk.directory, group)), mailbox)


async def refer_closed(talk: Conversation, route: ToClosed) -> CallOutcome:
    """Told that it is closed and when it opens; a message for the unit (R23)."""
    return await tell_and_offer(talk, Closed(route.where, route.opens_at), route.mailbox)


async def refer_announcement(talk: Conversation, route: ToAnnouncement) -> CallOutcome:
    return await tell_and_offer(talk, FixedPrompt(route.prompt_id), Mailbox(route.authority.id))


async def tell_and_offer(talk: Conversation, announcement: Announcement, mailbox: Mailbox) -> CallOutcome:
    talk.stage = "during the announcement"
    digit = await talk.say(announcement, until_digit=True)

    async def offer() -> Offer:
        await talk.refresh()
        return Offer(mailbox, call_operators=operators_choice(talk))

    return await offer_menu(talk, offer, digit)


def operators_choice(talk: Conversation) -> Choice | None:
    """The menu's way to the operators, where they are on offer just now."""
    group = operators_on_offer(talk)
    if group is None:
        return None

    async def choose() -> CallOutcome | None:
        return await call_operators(talk, group)

    return choose


def mailbox_for(talk: Conversation, person: Person) -> Mailbox:
    """The person's own mailbox; where the person has none, or the policy withholds it from those without a greeting
    of their own (R12), the unit's, so that a message can always be left (R11)."""
    policy = talk.policy()
    withheld = policy is not None and not policy.mailbox_without_greeting
    if person.mailbox and withheld:
        withheld = not personal_greeting(talk.directory, person, None, talk.now).recordings
    if person.mailbox and not withheld:
        return Mailbox(person.authority_id, person_id=person.id)
    return Mailbox(person.authority_id, unit_id=person.unit_id)
