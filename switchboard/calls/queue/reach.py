"""Which operators answer for a call, and whether they can be had."""

from switchboard.calls.conversation import Conversation
from switchboard.domain.announcement import Closed
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import FunctionGroup
from switchboard.domain.greeting import spoken_name
from switchboard.domain.opening_hours import in_hours, opens_at
from switchboard.domain.queueing import at_work


def operators_group(talk: Conversation) -> FunctionGroup | None:
    """The group that answers for the authority dialled."""
    authority = talk.authority
    if authority is None or authority.operators_group_id is None:
        return None
    return talk.directory.function_group(authority.operators_group_id)


def operators_on_offer(talk: Conversation) -> FunctionGroup | None:
    """The operators, where the menu may name them: in their opening hours, with somebody at work."""
    group = operators_group(talk)
    if group is None or not are_in_hours(talk, group):
        return None
    return group if at_work(talk.directory.operator_sessions(group.id)) else None


def are_in_hours(talk: Conversation, group: FunctionGroup) -> bool:
    return in_hours(group, talk.directory, talk.calendars, talk.now)


def closed_notice(talk: Conversation, group: FunctionGroup) -> Closed:
    opens = opens_at(group, talk.directory, talk.calendars, talk.now)
    return Closed(spoken_name(talk.directory, talk.authority or group), opens)


def authority_to_show(talk: Conversation, group: FunctionGroup | None) -> str:
    """The authority dialled, where those who answer in the group answer for others too; else empty (R38)."""
    if group is None or talk.authority is None:
        return ""
    people = {session.person_id for session in talk.directory.operator_sessions(group.id)}
    groups = {group.id} | {each.group_id for person in people for each in talk.directory.sessions_of(person)}
    served = [each for each in talk.directory.authorities() if each.operators_group_id in groups]
    return talk.authority.name if len(served) > 1 else ""


def authority_mailbox(talk: Conversation) -> Mailbox:
    """Of the authority dialled; where a fault came before that was known, of the first one there is."""
    if talk.authority is not None:
        return Mailbox(talk.authority.id)
    return Mailbox(min((each.id for each in talk.directory.authorities()), default=0))
