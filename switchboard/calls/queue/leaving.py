"""How a place ends without an answer, and the callback task that may come of it (R16)."""

import uuid
from typing import Literal

from switchboard.calls.ports import Ports, QueuePlace
from switchboard.calls.queue.lines import Lines
from switchboard.domain.call import CallEvent, EventKind, JsonValue
from switchboard.domain.callback import CallbackTask, Mailbox
from switchboard.domain.deadline import count_deadline, policy_in_force
from switchboard.domain.directory import Directory
from switchboard.domain.working_days import STOCKHOLM

# The task of a place has an id made from the place's: however often it is tried, one task is opened.
_NAMESPACE = uuid.UUID("9d0a7f52-0f3e-4f0c-8a86-3d1f7f5b6a02")
ACTOR = "switchboard"


def queue_mailbox(directory: Directory, place: QueuePlace) -> Mailbox:
    """Of the operators themselves, for the authority dialled."""
    group = directory.function_group(place.group_id)
    return Mailbox(place.authority_id, unit_id=group.unit_id if group else None, group_id=place.group_id)


def task_for(
    ports: Ports, directory: Directory, place: QueuePlace, mailbox: Mailbox, source: Literal["queue", "abandoned"]
) -> CallbackTask:
    """Counted from when the caller came (R14, R15)."""
    policies, calendar = directory.policies(place.authority_id), ports.calendars.calendar(place.authority_id)
    return CallbackTask(
        id=uuid.uuid5(_NAMESPACE, f"{source}:{place.id}").hex,
        mailbox=mailbox,
        caller=place.number,
        source=source,
        call_id=place.id,
        voicemail_message_id=None,
        received_at=place.since,
        deadline=count_deadline(place.since, policies, calendar),
    )


async def open_task(lines: Lines, task: CallbackTask, note: str) -> None:
    """In the database, however long that takes; the caller's story waits a second at most."""
    ports = lines.ports
    await lines.keeper.write(f"task-{task.id}", lambda: ports.tasks.open(task, note, ACTOR), ports.log)
    detail: dict[str, JsonValue] = {"task": task.id, "rule": task.deadline.rule}
    await ports.journal.note(CallEvent(task.call_id or "", ports.clock.now(), EventKind.TASK_OPENED, detail))


def waited_s(lines: Lines, place: QueuePlace) -> int:
    """In this line: one who came back stands where their call began (`since`), and has talked since then."""
    began = place.entered_at or place.since
    return max(0, round((lines.ports.clock.now() - began).total_seconds()))


async def note_left(lines: Lines, place: QueuePlace, how: str) -> None:
    detail: dict[str, JsonValue] = {"how": how, "group": place.group_id, "waited_s": waited_s(lines, place)}
    await lines.ports.journal.note(CallEvent(place.id, lines.ports.clock.now(), EventKind.LEFT_QUEUE, detail))


async def note_abandoned(lines: Lines, place: QueuePlace, mailbox: Mailbox) -> None:
    """The caller gave up. By the authority's policy that opens a task too, where there is a number to call (R16)."""
    lines.leave(place, "abandoned")
    await note_left(lines, place, "abandoned")
    ports, waited = lines.ports, waited_s(lines, place)
    directory = await ports.directory.current()
    today = ports.clock.now().astimezone(STOCKHOLM).date()
    policy = policy_in_force(directory.policies(place.authority_id), today)
    if policy is None or not policy.abandoned_opens_task or waited < policy.abandoned_after_seconds:
        return
    if place.number is not None:
        task = task_for(ports, directory, place, mailbox, "abandoned")
        await open_task(lines, task, f"Lade på efter {waited} sekunder i kön.")
