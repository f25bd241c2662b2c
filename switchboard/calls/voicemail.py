"""Take a message: beep, record, keep what was said, promise the call back (R11, R14)."""

from collections.abc import Awaitable
from dataclasses import dataclass

from switchboard.calls.callbacks import (
    Discarded,
    Kept,
    Lost,
    Noted,
    Postponed,
    recording_name,
    store_message,
    task_to_open,
)
from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import CallLeg, LegGone, RecordingLimits, TelephonyFault
from switchboard.domain.announcement import FixedPrompt, Goodbye, LeaveMessage, NothingRecorded
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import CallbackTask, Mailbox, PendingRecording, promise_for

ATTEMPTS = 2
DEFAULT_LIMITS = RecordingLimits(max_seconds=180, silence_seconds=5)
# A caller does not wait for a database that is slow: what takes longer goes on behind the caller's back.
BEGIN_WITHIN_S = 1.5
KEEP_WITHIN_S = 3.0


Fate = Kept | Noted | Postponed | Discarded | Lost


class MessageUnkept(Exception):
    """What the caller spoke could not be kept, and the caller has been told so: the operators are next."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one recording, whether the speaker hung up in it, whether Asterisk refused to record."""

    fate: Fate
    gone: bool
    refused: bool = False


async def leave_message(talk: Conversation, mailbox: Mailbox) -> CallOutcome:
    """Record for `mailbox`. A caller who said nothing is told so and gets one more chance. Raises MessageUnkept."""
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
    """Of whoever the call is about; who speaks when the service stops speaks on."""
    await _begin(talk, pending)
    with talk.ports.lasting.holds(talk.call.id):
        return await _see_through(talk, pending, talk.leg.record(pending.name, _limits(talk)))


async def record_from(speaker: CallLeg, talk: Conversation, pending: PendingRecording) -> Taken:
    """As `record`, of another party, who does not outlive a stop."""
    await _begin(talk, pending)
    return await _see_through(talk, pending, speaker.record(pending.name, _limits(talk)))


async def _begin(talk: Conversation, pending: PendingRecording) -> None:
    """The pending recording is written before Asterisk is asked, so that a crash at any moment loses nothing. When
    the database cannot write now, the recording's own name tells whose it is."""
    begun = await talk.at_most(BEGIN_WITHIN_S, talk.ports.messages.begin(pending), "recording_not_begun_in_database")
    await talk.note(EventKind.RECORDING, recording=pending.name, in_database=begun)


async def finish_recording(talk: Conversation, pending: PendingRecording) -> Taken:
    """As `record`, of one that has begun before a restart."""
    with talk.ports.lasting.holds(talk.call.id):
        return await _see_through(talk, pending, talk.leg.finish_recording(pending.name), begun=False)


async def _see_through(
    talk: Conversation, pending: PendingRecording, recording: Awaitable[None], *, begun: bool = True
) -> Taken:
    """`begun` False: nobody knows whether Asterisk was ever asked for it."""
    talk.stage = "during the message"
    gone = refused = False
    try:
        await recording
    except LegGone:
        gone = True
    except TelephonyFault as fault:
        refused = True
        talk.log.warning("recording_failed", recording=pending.name, fault=str(fault))
        await talk.note(EventKind.FAULT, what="recording failed")
    with talk.ports.lasting.concluding(talk.call.id):
        fate = await _keep(talk, pending, must_be_there=begun and not gone)
        await _note_fate(talk, pending, fate)
    return Taken(fate, gone, refused)


async def _keep(talk: Conversation, pending: PendingRecording, *, must_be_there: bool) -> Fate:
    """Whatever cannot be done in time is done by recovery; the caller who has spoken is promised the same."""
    results: list[Kept | Noted | Discarded | Lost] = []

    async def store() -> None:
        results.append(await store_message(talk.ports, talk.directory, pending, must_be_there=must_be_there))

    await talk.at_most(KEEP_WITHIN_S, store(), "message_kept_later")
    return results[0] if results else Postponed(task_to_open(talk.ports, talk.directory, pending))


async def _note_fate(talk: Conversation, pending: PendingRecording, fate: Fate) -> None:
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
        case Lost(task=opened):
            await talk.note(EventKind.FAULT, what="the message was lost", recording=pending.name)
            if opened is not None:
                await talk.note(EventKind.TASK_OPENED, task=opened.id, rule=opened.deadline.rule)


async def _conclude(talk: Conversation, taken: Taken) -> CallOutcome | None:
    """None: nothing was said, and the caller has been told so. Raises LegGone for who hung up without a message."""
    if isinstance(taken.fate, Kept | Postponed):
        if taken.gone:
            return CallOutcome(Outcome.MESSAGE, "message left, caller hung up to end it")
        return await _promise(talk, taken.fate.task)
    if isinstance(taken.fate, Lost):
        return await _tell_of_loss(talk, taken)
    if taken.gone:
        raise LegGone
    talk.stage = "after an empty message"
    await talk.say(NothingRecorded())
    return None


async def _tell_of_loss(talk: Conversation, taken: Taken) -> CallOutcome:
    """Who is there still is told the truth, and asked to speak no second time."""
    if taken.gone:
        return CallOutcome(Outcome.INTERRUPTED, "the message was lost by a fault of ours")
    talk.stage = "after a message that was lost"
    await talk.say(FixedPrompt("message-unkept"))
    raise MessageUnkept


def _limits(talk: Conversation) -> RecordingLimits:
    policy = talk.policy()
    if policy is None:
        return DEFAULT_LIMITS
    return RecordingLimits(policy.message_max_seconds, policy.message_silence_seconds)


async def _promise(talk: Conversation, task: CallbackTask) -> CallOutcome:
    talk.stage = "during the promise"
    try:
        with talk.ports.lasting.concluding(talk.call.id):
            await talk.say(promise_for(task, talk.policy()), Goodbye())
    except LegGone:
        return CallOutcome(Outcome.MESSAGE, "message left, caller hung up during the promise")
    return CallOutcome(Outcome.MESSAGE, "message left")
