"""A note that a colleague speaks for the callback task they have just opened (R20, R30).

It is recorded and kept like any message, and belongs to the task that is open already.
"""

from switchboard.calls.callbacks import Discarded, recording_name
from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.operator import dialling_operator
from switchboard.calls.ports import CallLeg, LegGone
from switchboard.calls.voicemail import Taken, finish_recording, record, record_from
from switchboard.domain.announcement import Announcement, FixedPrompt, TechnicalFault
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.callback import CallbackTask, PendingRecording


async def take_note(talk: Conversation, task: CallbackTask) -> CallOutcome:
    """After the tone. Who hangs up or says nothing leaves no note."""
    return await _conclude(talk, await record(talk, _pending(talk, task)))


async def note_from(speaker: CallLeg, talk: Conversation, task: CallbackTask) -> Taken:
    """As `take_note`, of a party whom the call is not about. What they are told of it is `told_of`."""
    return await record_from(speaker, talk, _pending(talk, task))


def _pending(talk: Conversation, task: CallbackTask) -> PendingRecording:
    name = recording_name(task.mailbox, task.id)
    return PendingRecording(name, talk.call.id, task.mailbox, task.caller, talk.now, task.id)


async def resume_note(talk: Conversation, pending: PendingRecording) -> CallOutcome:
    """A note that went on being spoken while the service was restarted."""
    person = dialling_operator(talk).person
    if person is not None:
        talk.language = person.language
    return await _conclude(talk, await finish_recording(talk, pending))


async def _conclude(talk: Conversation, taken: Taken) -> CallOutcome:
    spoken = _spoken(taken)
    reason = "order carried out, with a spoken note" if spoken else "order carried out, no note was spoken"
    if not taken.gone:
        try:
            await talk.say(told_of(taken))
        except LegGone:
            reason += ", hung up during the confirmation"
    return CallOutcome(Outcome.SERVED, reason)


def _spoken(taken: Taken) -> bool:
    return not isinstance(taken.fate, Discarded)


def told_of(taken: Taken) -> Announcement:
    if _spoken(taken):
        return FixedPrompt("desk-note-kept")
    return TechnicalFault() if taken.refused else FixedPrompt("desk-note-none")
