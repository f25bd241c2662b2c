"""From a stored recording to a message and its callback task, in one transaction, however the recording came to be."""

import io
import uuid
import wave
from dataclasses import dataclass

from switchboard.calls.ports import Ports, StoredRecording
from switchboard.domain.callback import (
    CallbackTask,
    Mailbox,
    PendingRecording,
    TaskSource,
    VoicemailMessage,
    open_task,
)
from switchboard.domain.deadline import count_deadline
from switchboard.domain.directory import Directory
from switchboard.domain.spoken_sound import SoundVerdict, judge_sound

# Message and task get ids made from the recording's name: whoever keeps the same recording again, after a crash or
# on another instance, writes the same rows and not a second pair.
_NAMESPACE = uuid.UUID("6f3d1c3e-53a5-4f0e-9a37-5d1f0a1b7c11")


@dataclass(frozen=True, slots=True)
class Kept:
    task: CallbackTask
    duration_s: float


@dataclass(frozen=True, slots=True)
class Discarded:
    why: str


def recording_name() -> str:
    return f"message-{uuid.uuid4().hex}"


async def keep_recording(
    ports: Ports, directory: Directory, pending: PendingRecording, source: TaskSource = "voicemail"
) -> Kept | Discarded:
    """Store the audio, open the task, then let Asterisk's copy go. Can be repeated after a crash at any point."""
    stored = await ports.recordings.fetch(pending.name)
    verdict = _judge(stored)
    if stored is None or not verdict.holds_speech:
        await ports.messages.discard(pending.name)
        await ports.recordings.delete(pending.name)
        ports.log.info("recording_discarded", call_id=pending.call_id, recording=pending.name, why=verdict.why)
        return Discarded(verdict.why)
    sha256 = await ports.audio.put(stored.wav)
    message = VoicemailMessage(
        id=_derived_id("message", pending.name),
        call_id=pending.call_id,
        mailbox=pending.mailbox,
        caller=pending.caller,
        received_at=pending.started_at,
        duration_s=stored.duration_s,
        sha256=sha256,
    )
    task = _task_for(ports, directory, message, source, pending.name)
    await ports.messages.keep(pending.name, message, task)
    await ports.recordings.delete(pending.name)
    ports.log.info("message_kept", call_id=pending.call_id, task=task.id, rule=task.deadline.rule)
    return Kept(task, stored.duration_s)


def _task_for(
    ports: Ports, directory: Directory, message: VoicemailMessage, source: TaskSource, name: str
) -> CallbackTask:
    authority_id = message.mailbox.authority_id
    deadline = count_deadline(
        message.received_at, directory.policies(authority_id), ports.calendars.calendar(authority_id)
    )
    return open_task(message, _derived_id("task", name), deadline, source)


def _derived_id(kind: str, name: str) -> str:
    return uuid.uuid5(_NAMESPACE, f"{kind}:{name}").hex


def _judge(stored: StoredRecording | None) -> SoundVerdict:
    if stored is None:
        return SoundVerdict(False, "nothing was stored")
    with wave.open(io.BytesIO(stored.wav)) as audio:
        return judge_sound(audio.readframes(audio.getnframes()))


def mailbox_owner(mailbox: Mailbox) -> str:
    """Whose mailbox, for the log: ids only."""
    for kind, id_ in (
        ("person", mailbox.person_id),
        ("unit", mailbox.unit_id),
        ("function_group", mailbox.group_id),
    ):
        if id_ is not None:
            return f"{kind} {id_}"
    return f"authority {mailbox.authority_id}"
