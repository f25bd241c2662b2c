"""A code for one's own greetings or messages, carried out for whoever owns them."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.mailbox.greetings import attend_greetings
from switchboard.calls.mailbox.messages import attend_messages
from switchboard.calls.mailbox.owner import MailboxOwner
from switchboard.calls.ports import LegGone
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.directory import Person
from switchboard.domain.mailbox.codes import MailboxOrder, OwnGreetings, OwnMessages


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
            case OwnMessages():
                return await attend_messages(talk, owner)
    except LegGone:
        return CallOutcome(Outcome.SERVED, f"hung up {talk.stage}")
