"""Take a message: beep, record, keep what was said, promise the call back (R11, R14)."""

from collections.abc import Awaitable
from dataclasses import dataclass

from switchboard.calls.callbacks import (
    Discarded,
    Kept,
    Noted,
    Postponed,
    recording_name,
    store_message,
    task_to_open,
)
from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import LegGone, RecordingLimits, TelephonyFault
from switchboard.domain.announcement import Goodbye, LeaveMessage, NothingRecorded, TechnicalFault
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import CallbackTask, Mailbox, PendingRecording, promise_for

ATTEMPTS = 2
DEFAULT_LIMITS = RecordingLimits(max_seconds=180, silence_seconds=5)
# A caller does not wait for a database that is slow: what takes longer goes on behind the caller's back.
BEGIN_WITHIN_S = 1.5
KEEP_WITHIN_S = 3.0


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one recording, whether the caller hung up in it, whether Asterisk refused to record."""

    fate: Kept | Noted | Postponed | Discarded
    gone: bool
    refused: bool = False


async def leave_message(talk: Conversation, mailbox: Mailbox) -> CallOutcome:
    """Record for `mailbox`. A caller who said nothing is told so and gets one more chance."""
    for _attempt in range(ATTEMPTS):
        talk.stage = "before the beep"
        await talk.say(LeaveMessage())
        outcome = await _conclude(talk, await record(talk, _pending(talk, mailbox)))
        if outcome is not None:
            return outcome
    await talk.say(Goodbye())
    return CallOutcome(Outcome.INFORMED, "no message was spoken")


async def resume_message(talk: Conversation, pending: PendingRecording) -> CallOutcome:
    """A recording that went on while the service was restarted: wait for its end and take it from there."""
    taken = await finish_recording(talk, pending)
    return await _conclude(talk, taken) or await leave_message(talk, pending.mailbox)


def _pending(talk: Conversation, mailbox: Mailbox) -> PendingRecording:
    return PendingRecording(recording_name(mailbox), talk.call.id, mailbox, talk.caller, talk.now)


async def record(talk: Conversation, pending: PendingRecording) -> Taken:
    """The pending recording is written before Asterisk is asked, so that a crash at any moment loses nothing. When
    the database cannot write now, the recording's own name tells whose it is."""
    begun = await talk.at_most(BEGIN_WITHIN_S, talk.ports.messages.begin(pending), "recording_not_begun_in_database")
    await talk.note(EventKind.RECORDING, recording=pending.name, in_database=begun)
    return await _see_through(talk, pending, talk.leg.record(pending.name, _limits(talk)))


async def finish_recording(talk: Conversation, pending: PendingRecording) -> Taken:
    """As `record`, of one that has begun before a restart."""
    return await _see_through(talk, pending, talk.leg.finish_recording(pending.name))


async def _see_through(talk: Conversation, pending: PendingRecording, recording: Awaitable[None]) -> Taken:
    talk.stage = "during the message"
    gone = refused = False
    with talk.ports.lasting.holds(talk.call.id):
        try:
            await recording
        except LegGone:
            gone = True
        except TelephonyFault as fault:
            refused = True
            talk.log.warning("recording_failed", recording=pending.name, fault=str(fault))
            await talk.note(EventKind.FAULT, what="recording failed")
        fate = await _keep(talk, pending)
    await _note_fate(talk, pending, fate)
    return Taken(fate, gone, refused)


async def _keep(talk: Conversation, pending: PendingRecording) -> Kept | Noted | Postponed | Discarded:
    """Whatever cannot be done in time is done by recovery; the caller who has spoken is promised the same."""
    results: list[Kept | Noted | Discarded] = []

    async def store() -> None:
        results.append(await store_message(talk.ports, talk.directory, pending))

    await talk.at_most(KEEP_WITHIN_S, store(), "message_kept_later")
    return results[0] if results else Postponed(task_to_open(talk.ports, talk.directory, pending))


async def _note_fate(talk: Conversation, pending: PendingRecording, fate: Kept | Noted | Postponed | Discarded) -> None:
    match fate:
        case Kept(task=task, duration_s=seconds):
            await talk.note(EventKind.RECORDED, recording=pending.name, seconds=round(seconds, 1))
            await talk.note(EventKind.TASK_OPENED, task=task.id, rule=task.deadline.rule)
        case Noted(task_id=task_id, duration_s=seconds):
            await talk.note(EventKind.RECORDED, recording=pending.name, seconds=round(seconds, 1), note_of=task_id)
        case Postponed():
            await talk.note(EventKind.FAULT, what="the message is kept later", recording=pending.name)
        case Discarded(why=why):
            await talk.note(EventKind.RECORDED, recording=pending.name, discarded=why)


async def _conclude(talk: Conversation, taken: Taken) -> CallOutcome | None:
    """None: nothing was said, and the caller has been told so. Raises LegGone for who hung up without a message."""
    if isinstance(taken.fate, Kept | Postponed):
        if taken.gone:
            return CallOutcome(Outcome.MESSAGE, "message left, caller hung up to end it")
        return await _promise(talk, taken.fate.task)
    if taken.gone:
        raise LegGone
    talk.stage = "after an empty message"
    await talk.say(TechnicalFault() if taken.refused else NothingRecorded())
    return None


def _limits(talk: Conversation) -> RecordingLimits:
    policy = talk.policy()
    if policy is None:
        return DEFAULT_LIMITS
    return RecordingLimits(policy.message_max_seconds, policy.message_silence_seconds)


async def _promise(talk: Conversation, task: CallbackTask) -> CallOutcome:
    talk.stage = "during the promise"
    try:
        await talk.say(promise_for(task, talk.policy()), Goodbye())
    except LegGone:
        return CallOutcome(Outcome.MESSAGE, "message left, caller hung up during the promise")
    return CallOutcome(Outcome.MESSAGE, "message left")
