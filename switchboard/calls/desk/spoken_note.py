"""A note that a colleague speaks for the callback task they have just opened (R20, R30).

It is recorded and kept like any message, and belongs to the task that is open already.
"""

from switchboard.calls.callbacks import Discarded, recording_name
from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.operator import dialling_operator
from switchboard.calls.ports import LegGone
from switchboard.calls.voicemail import Taken, finish_recording, record
from switchboard.domain.announcement import Announcement, FixedPrompt, TechnicalFault
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.callback import CallbackTask, PendingRecording


async def take_note(talk: Conversation, task: CallbackTask) -> CallOutcome:
    """After the tone. Who hangs up or says nothing leaves no note."""
    name = recording_name(task.mailbox, task.id)
    pending = PendingRecording(name, talk.call.id, task.mailbox, task.caller, talk.now, task.id)
    return await _conclude(talk, await record(talk, pending))


async def resume_note(talk: Conversation, pending: PendingRecording) -> CallOutcome:
    """A note that went on being spoken while the service was restarted."""
    person = dialling_operator(talk).person
    if person is not None:
        talk.language = person.language
    return await _conclude(talk, await finish_recording(talk, pending))


async def _conclude(talk: Conversation, taken: Taken) -> CallOutcome:
    spoken = not isinstance(taken.fate, Discarded)
    reason = "order carried out, with a spoken note" if spoken else "order carried out, no note was spoken"
    if not taken.gone:
        try:
            await talk.say(_told(taken, spoken))
        except LegGone:
            reason += ", hung up during the confirmation"
    return CallOutcome(Outcome.SERVED, reason)


def _told(taken: Taken, spoken: bool) -> Announcement:
    if spoken:
        return FixedPrompt("desk-note-kept")
    return TechnicalFault() if taken.refused else FixedPrompt("desk-note-none")
