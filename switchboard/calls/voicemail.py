"""Take a message: beep, record, keep what was said, promise the call back (R11, R14)."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from switchboard.calls.callbacks import Discarded, Kept, keep_recording, recording_name
from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import LegGone, RecordingLimits, TelephonyFault
from switchboard.domain.announcement import Goodbye, LeaveMessage, NothingRecorded, TechnicalFault
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import Mailbox, PendingRecording, promise_for

ATTEMPTS = 2
DEFAULT_LIMITS = RecordingLimits(max_seconds=180, silence_seconds=5)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one recording, and whether the caller hung up in it."""

    fate: Kept | Discarded
    gone: bool


async def leave_message(talk: Conversation, mailbox: Mailbox) -> CallOutcome:
    """Record for `mailbox`. A caller who said nothing is told so and gets one more chance."""
    for _attempt in range(ATTEMPTS):
        talk.stage = "before the beep"
        await talk.say(LeaveMessage())
        outcome = await _conclude(talk, await _record(talk, mailbox))
        if outcome is not None:
            return outcome
    await talk.say(Goodbye())
    return CallOutcome(Outcome.INFORMED, "no message was spoken")


async def resume_message(talk: Conversation, pending: PendingRecording) -> CallOutcome:
    """A recording that went on while the service was restarted: wait for its end and take it from there."""
    taken = await _see_through(talk, pending, talk.leg.finish_recording(pending.name))
    return await _conclude(talk, taken) or await leave_message(talk, pending.mailbox)


async def _record(talk: Conversation, mailbox: Mailbox) -> Taken:
    """The pending recording is written before Asterisk is asked, so that a crash at any moment loses nothing."""
    pending = PendingRecording(
        name=recording_name(),
        call_id=talk.call.id,
        mailbox=mailbox,
        caller=talk.caller,
        started_at=talk.now,
    )
    await talk.ports.messages.begin(pending)
    await talk.note(EventKind.RECORDING, recording=pending.name)
    return await _see_through(talk, pending, talk.leg.record(pending.name, _limits(talk)))


async def _see_through(talk: Conversation, pending: PendingRecording, recording: Awaitable[None]) -> Taken:
    talk.stage = "during the message"
    gone = False
    try:
        await recording
    except LegGone:
        gone = True
    except TelephonyFault as fault:
        talk.log.warning("recording_failed", recording=pending.name, fault=str(fault))
        await talk.note(EventKind.FAULT, what="recording failed")
        await talk.say(TechnicalFault())
    fate = await asyncio.shield(keep_recording(talk.ports, talk.directory, pending))
    await _note_fate(talk, pending, fate)
    return Taken(fate, gone)


async def _conclude(talk: Conversation, taken: Taken) -> CallOutcome | None:
    """None: nothing was said, and the caller has been told so. Raises LegGone for who hung up without a message."""
    if isinstance(taken.fate, Kept):
        if taken.gone:
            return CallOutcome(Outcome.MESSAGE, "message left, caller hung up to end it")
        return await _promise(talk, taken.fate)
    if taken.gone:
        raise LegGone
    talk.stage = "after an empty message"
    await talk.say(NothingRecorded())
    return None


async def _note_fate(talk: Conversation, pending: PendingRecording, fate: Kept | Discarded) -> None:
    match fate:
        case Kept(task=task, duration_s=seconds):
            await talk.note(EventKind.RECORDED, recording=pending.name, seconds=round(seconds, 1))
            await talk.note(EventKind.TASK_OPENED, task=task.id, rule=task.deadline.rule)
        case Discarded(why=why):
            await talk.note(EventKind.RECORDED, recording=pending.name, discarded=why)


def _limits(talk: Conversation) -> RecordingLimits:
    policy = talk.policy()
    if policy is None:
        return DEFAULT_LIMITS
    return RecordingLimits(policy.message_max_seconds, policy.message_silence_seconds)


async def _promise(talk: Conversation, kept: Kept) -> CallOutcome:
    talk.stage = "during the promise"
    try:
        await talk.say(promise_for(kept.task, talk.policy()), Goodbye())
    except LegGone:
        return CallOutcome(Outcome.MESSAGE, "message left, caller hung up during the promise")
    return CallOutcome(Outcome.MESSAGE, "message left")
