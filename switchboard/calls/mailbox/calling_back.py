"""Call whoever left a message or waits to be called, at once and with one's own rights (R14, R16).

The journal has whom, by whom and for which task, so that the call proves itself whatever was dialled to come here.
"""

from dataclasses import dataclass, replace

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.outgoing import call_outside
from switchboard.calls.diverting import call_person
from switchboard.calls.mailbox.owner import MailboxOwner
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CALL_BACK, CallOutcome, EventKind, JsonValue, Outcome
from switchboard.domain.directory import Authority, Person
from switchboard.domain.mailbox.session import MailboxMessage
from switchboard.domain.routing import NotAllowed, Route, ToOutside, ToPerson, decide_own_call
from switchboard.domain.tasks.life import TaskState


@dataclass(frozen=True, slots=True)
class CallBack:
    """`about`: the message or the task. `shown_for`: the authority whose number is seen; None: by the person's own
    authority's rule."""

    number: str
    person: Person
    about: tuple[str, str]
    shown_for: Authority | None = None


async def call_back(talk: Conversation, owner: MailboxOwner, message: MailboxMessage) -> CallOutcome | None:
    """The outcome of the talk. None: there was none, why has been said, and the messages go on."""
    if message.caller is None:
        await talk.say(FixedPrompt("message-no-number"))
        return None
    outcome = await _ring(talk, CallBack(message.caller, owner.person, ("message", message.id)))
    talk.stage = "at the messages"
    return outcome


async def call_for_task(talk: Conversation, owner: MailboxOwner, task: TaskState) -> CallOutcome | None:
    """As `call_back`; what is seen is the number of the authority that the caller sought."""
    if task.caller is None:
        await talk.say(FixedPrompt("message-no-number"))
        return None
    shown_for = talk.directory.authority(task.mailbox.authority_id)
    outcome = await _ring(talk, CallBack(task.caller, owner.person, ("task", task.id), shown_for))
    talk.stage = "at the tasks"
    return outcome


async def _ring(talk: Conversation, back: CallBack) -> CallOutcome | None:
    await talk.refresh()
    route = shown_as(back, decide_own_call(back.number, back.person, talk.directory, talk.calendars, talk.now))
    about, id = back.about
    detail: dict[str, JsonValue] = {about: id, "person": back.person.id, "pii_number": back.number}
    await talk.note(EventKind.DESK, order=CALL_BACK, **detail)
    outcome = await connect_with(talk, route)
    return None if outcome is None or outcome.outcome is Outcome.INFORMED else outcome


def shown_as(back: CallBack, route: Route) -> Route:
    """The main number is shown of the authority for which the call is made."""
    if not isinstance(route, ToOutside) or back.shown_for is None:
        return route
    return replace(route, authority=back.shown_for, shown_number=back.shown_for.main_number)


async def connect_with(talk: Conversation, route: Route) -> CallOutcome | None:
    """None: nobody may be, or can be, rung there, which has been said."""
    match route:
        case ToOutside():
            return await call_outside(talk, route)
        case ToPerson(person=person):
            return await call_person(talk, person)
        case NotAllowed():
            await talk.say(FixedPrompt("call-not-allowed"))
            return None
        case _:
            await talk.say(FixedPrompt("message-no-number"))
            return None
