"""Straight to somebody's message, without ringing them (R30)."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.operator import dialling_operator
from switchboard.calls.orders import mailbox_at
from switchboard.calls.referring import mailbox_for
from switchboard.calls.voicemail import leave_message
from switchboard.domain.absence import absence_in_force
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.directory import Person
from switchboard.domain.greeting import personal_greeting


async def leave_for_extension(talk: Conversation, digits: str) -> CallOutcome:
    """The person's greeting, then the beep; for a unit or a function the beep alone."""
    mailbox = mailbox_at(talk.directory, dialling_operator(talk).authority_id, digits)
    if mailbox is None:
        await talk.say(FixedPrompt("desk-unknown-extension"))
        return CallOutcome(Outcome.SERVED, "nobody has the extension")
    person = talk.directory.person(mailbox.person_id) if mailbox.person_id is not None else None
    if person is None:
        return await leave_message(talk, mailbox)
    return await leave_for_person(talk, person)


async def leave_for_person(talk: Conversation, person: Person) -> CallOutcome:
    talk.stage = "during the greeting"
    absence = absence_in_force(talk.directory.absences(person.id), talk.now)
    reason = absence.reason if absence is not None else None
    await talk.say(personal_greeting(talk.directory, person, reason, talk.now))
    return await leave_message(talk, mailbox_for(talk, person))
