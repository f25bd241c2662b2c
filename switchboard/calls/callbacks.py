"""From a stored recording to a message and its callback task, in one transaction, however the recording came to be."""

import asyncio
import io
import re
import uuid
import wave
from dataclasses import dataclass, replace

from switchboard.calls.ports import Ports, StoredRecording, TelephonyFault
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
_NAME = re.compile(r"message-[0-9a-f]{32}-a([0-9]{1,9})(?:-([pug])([0-9]{1,9}))?(?:-t([0-9a-f]{32}))?")
RECORDING_PREFIX = "message-"
ACTOR = "switchboard"
LOST_NOTE = "Talade in ett meddelande som gick förlorat genom ett fel i växeln."
FETCH_TRIES = 3
FETCH_PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class Kept:
    """`new` False: it had been kept before."""

    task: CallbackTask
    duration_s: float
    new: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """It is the note of a task that was open already. `new` as in `Kept`."""

    task_id: str
    duration_s: float
    new: bool


@dataclass(frozen=True, slots=True)
class Discarded:
    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A fault of ours cost it, not its speaker: `task` is opened without it (R16). None: nobody knows whom to call.
    `new` as in `Kept`."""

    task: CallbackTask | None
    new: bool


@dataclass(frozen=True, slots=True)
class Postponed:
    """It could not be kept now, and will be by recovery: Asterisk has the recording. `task` is the one to come; that of
    a note is there."""

    task: CallbackTask


def recording_name(mailbox: Mailbox, note_of: str | None = None) -> str:
    """Says for whom it is, and of which task it is the note, so that a recording whose row was never written still
    finds its owner."""
    owners = (("p", mailbox.person_id), ("u", mailbox.unit_id), ("g", mailbox.group_id))
    owner = next((f"-{letter}{id_}" for letter, id_ in owners if id_ is not None), "")
    task = f"-t{note_of}" if note_of is not None else ""
    return f"{RECORDING_PREFIX}{uuid.uuid4().hex}-a{mailbox.authority_id}{owner}{task}"


def owner_in(name: str) -> Mailbox | None:
    """The mailbox that a recording's name tells of."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    authority, kind, id_, _ = found.groups()
    owner = int(id_) if id_ else None
    return Mailbox(
        int(authority),
        person_id=owner if kind == "p" else None,
        unit_id=owner if kind == "u" else None,
        group_id=owner if kind == "g" else None,
    )


def task_in(name: str) -> str | None:
    """The task whose note the recording is, by its name."""
    found = _NAME.fullmatch(name)
    return found[4] if found is not None else None


async def store_message(
    ports: Ports,
    directory: Directory,
    pending: PendingRecording,
    source: TaskSource = "voicemail",
    *,
    must_be_there: bool = False,
) -> Kept | Noted | Discarded | Lost:
    """Store the audio, open the task or give it its note, then let Asterisk's copy go. Can be repeated after a crash at
    any point. A note whose task is no more is kept as a message, with a task of its own. `must_be_there`: the speaker
    was there to the end of it.

    Raises what Asterisk, the audio store or the database raise; then nothing is lost and it can be tried again.
    """
    stored = await _fetch(ports, pending.name)
    verdict = _judge(stored)
    if stored is None and (before := await _kept_before(ports, directory, pending, source)) is not None:
        return before
    if stored is None or not verdict.holds_speech:
        lost = must_be_there if stored is None else not stored.whole
        return await _give_up(ports, directory, pending, verdict.why, lost=lost)
    message = _message(pending, await ports.audio.put(stored.wav), stored.duration_s)
    kept = await _note(ports, pending, message) or await _keep(ports, directory, pending, message, source)
    await _let_go(ports, pending.name)
    return kept


async def _give_up(
    ports: Ports, directory: Directory, pending: PendingRecording, why: str, *, lost: bool
) -> Discarded | Lost:
    """A note that is lost has its task."""
    fate: Discarded | Lost = Discarded(why)
    if lost and pending.task_id is None:
        fate = await _open_without(ports, directory, pending)
        if ports.losses.note(pending.name):
            ports.log.warning("message_lost", call_id=pending.call_id, recording=pending.name, why=why)
    await ports.messages.discard(pending.name)
    await _let_go(ports, pending.name)
    if isinstance(fate, Discarded):
        ports.log.info("recording_discarded", call_id=pending.call_id, recording=pending.name, why=why)
    return fate


async def _open_without(ports: Ports, directory: Directory, pending: PendingRecording) -> Lost:
    """Its id is that of the task with the message: however often it is tried, one is opened."""
    if pending.caller is None:
        return Lost(None, new=True)
    task = replace(task_to_open(ports, directory, pending, "interrupted"), voicemail_message_id=None)
    return Lost(task, await ports.tasks.open(task, LOST_NOTE, ACTOR))


async def _kept_before(
    ports: Ports, directory: Directory, pending: PendingRecording, source: TaskSource
) -> Kept | None:
    """Its message stands, and Asterisk's copy was let go: the service died between the two and the journal."""
    task_id = await ports.messages.task_of(_derived_id("message", pending.name))
    if task_id is None:
        return None
    await ports.messages.discard(pending.name)
    return Kept(replace(task_to_open(ports, directory, pending, source), id=task_id), 0.0, new=False)


async def _keep(
    ports: Ports, directory: Directory, pending: PendingRecording, message: VoicemailMessage, source: TaskSource
) -> Kept:
    task = task_to_open(ports, directory, pending, source)
    new = await ports.messages.keep(pending.name, message, task)
    if new:
        task = replace(task, id=await ports.messages.task_of(message.id) or task.id)
        ports.log.info("message_kept", call_id=pending.call_id, task=task.id, rule=task.deadline.rule)
    return Kept(task, message.duration_s, new)


async def _note(ports: Ports, pending: PendingRecording, message: VoicemailMessage) -> Noted | None:
    """None: it is no note, or its task is not there."""
    if pending.task_id is None:
        return None
    new = await ports.messages.attach(pending.name, message, pending.task_id)
    if new is None:
        ports.log.warning("note_without_task", call_id=pending.call_id, task=pending.task_id)
        return None
    if new:
        ports.log.info("note_kept", call_id=pending.call_id, task=pending.task_id)
    return Noted(pending.task_id, message.duration_s, new)


def task_to_open(
    ports: Ports, directory: Directory, pending: PendingRecording, source: TaskSource = "voicemail"
) -> CallbackTask:
    """The task that a recording opens, by the policy in force when it was received."""
    authority_id = pending.mailbox.authority_id
    policies, calendar = directory.policies(authority_id), ports.calendars.calendar(authority_id)
    deadline = count_deadline(pending.started_at, policies, calendar)
    return open_task(_message(pending, "", 0.0), _derived_id("task", pending.name), deadline, source)


def _message(pending: PendingRecording, sha256: str, duration_s: float) -> VoicemailMessage:
    return VoicemailMessage(
        id=_derived_id("message", pending.name),
        call_id=pending.call_id,
        mailbox=pending.mailbox,
        caller=pending.caller,
        received_at=pending.started_at,
        duration_s=duration_s,
        sha256=sha256,
    )


async def _fetch(ports: Ports, name: str) -> StoredRecording | None:
    for _ in range(FETCH_TRIES - 1):
        try:
            return await ports.recordings.fetch(name)
        except TelephonyFault:
            await asyncio.sleep(FETCH_PAUSE_S)
    return await ports.recordings.fetch(name)


async def _let_go(ports: Ports, name: str) -> None:
    """What is kept is kept: Asterisk's copy that stays now goes at the next recovery."""
    try:
        await ports.recordings.delete(name)
    except TelephonyFault as fault:
        ports.log.warning("recording_not_deleted", recording=name, fault=str(fault))


def _derived_id(kind: str, name: str) -> str:
    return uuid.uuid5(_NAMESPACE, f"{kind}:{name}").hex


def _judge(stored: StoredRecording | None) -> SoundVerdict:
    if stored is None:
        return SoundVerdict(False, "nothing was stored")
    with wave.open(io.BytesIO(stored.wav)) as audio:
        return judge_sound(audio.readframes(audio.getnframes()))
