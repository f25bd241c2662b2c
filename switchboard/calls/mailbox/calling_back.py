"""Call whoever left a message, at once and with one's own rights (R14, R16)."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.outgoing import call_outside
from switchboard.calls.diverting import call_person
from switchboard.calls.mailbox.owner import MailboxOwner
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.mailbox.session import MailboxMessage
from switchboard.domain.routing import NotAllowed, ToOutside, ToPerson, decide_own_call


async def call_back(talk: Conversation, owner: MailboxOwner, message: MailboxMessage) -> CallOutcome | None:
    """The outcome of the talk. None: there was none, why has been said, and the messages go on."""
    if message.caller is None:
        await talk.say(FixedPrompt("message-no-number"))
        return None
    await talk.refresh()
    route = decide_own_call(message.caller, owner.person, talk.directory, talk.calendars, talk.now)
    await talk.note(EventKind.DESK, order="CallBack", message=message.id, pii_number=message.caller)
    match route:
        case ToOutside():
            outcome = await call_outside(talk, route)
        case ToPerson(person=person):
            outcome = await call_person(talk, person)
        case NotAllowed():
            await talk.say(FixedPrompt("call-not-allowed"))
            return None
        case _:
            await talk.say(FixedPrompt("message-no-number"))
            return None
    talk.stage = "at the messages"
    return None if outcome.outcome is Outcome.INFORMED else outcome
