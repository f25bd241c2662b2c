"""A code for one's own greetings, messages or callback tasks, carried out for whoever owns them."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.mailbox.greetings import attend_greetings
from switchboard.calls.mailbox.messages import attend_messages
from switchboard.calls.mailbox.owner import MailboxOwner
from switchboard.calls.mailbox.shared import owner_at
from switchboard.calls.mailbox.tasks import attend_tasks
from switchboard.calls.ports import LegGone
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.directory import Person
from switchboard.domain.mailbox.codes import MailboxOrder, OwnGreetings, OwnMessages, OwnTasks


async def attend_own(talk: Conversation, person: Person | None, actor: str, order: MailboxOrder) -> CallOutcome:
    """`person` None: the telephone is nobody's. A hang-up is how most such calls end."""
    if person is None:
        await talk.say(FixedPrompt("mailbox-nobodys"))
        return CallOutcome(Outcome.SERVED, "the telephone is nobody's")
    owner = MailboxOwner(person, actor)
    try:
        match order:
            case OwnGreetings():
                return await attend_greetings(talk, owner, order)
            case OwnMessages(extension=extension):
                return await _attend_messages(talk, owner, extension)
            case OwnTasks():
                return await attend_tasks(talk, owner)
    except LegGone:
        return CallOutcome(Outcome.SERVED, f"hung up {talk.stage}")


async def _attend_messages(talk: Conversation, owner: MailboxOwner, extension: str | None) -> CallOutcome:
    asked = owner if extension is None else await owner_at(talk, owner.person, owner.actor, extension)
    if asked is None:
        return CallOutcome(Outcome.SERVED, "the mailbox is not theirs to watch")
    return await attend_messages(talk, asked)
