"""Voicemail and callback tasks, in memory. What was kept is read from `messages`, `tasks` and `notes`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from switchboard.domain.callback import CallbackTask, Deadline, PendingRecording, VoicemailMessage


@dataclass(frozen=True, slots=True)
class SpokenNote:
    """`note` is for whom its task is for, as it is kept."""

    task_id: str
    note: VoicemailMessage
    by: str


class FakeMessages:
    """`opened` finds a task that a colleague has opened, and who that was."""

    def __init__(self, opened: Callable[[str], tuple[CallbackTask, str] | None] = lambda _: None) -> None:
        self.begun: dict[str, PendingRecording] = {}
        self.messages: dict[str, VoicemailMessage] = {}
        """By the recording's name."""
        self.tasks: list[CallbackTask] = []
        self.notes: list[SpokenNote] = []
        self._opened = opened
        self.belongs: dict[str, str] = {}
        """The task of each message."""

    async def begin(self, pending: PendingRecording) -> None:
        if pending.name not in self.messages:
            self.begun.setdefault(pending.name, pending)

    async def pending(self) -> Sequence[PendingRecording]:
        return sorted(self.begun.values(), key=lambda each: each.started_at)

    async def discard(self, name: str) -> None:
        self.begun.pop(name, None)

    async def keep(self, name: str, message: VoicemailMessage, task: CallbackTask) -> bool:
        self.begun.pop(name, None)
        if name in self.messages:
            return False
        self.messages[name] = message
        for place, old in enumerate(self.tasks):
            if message.caller and (old.caller, old.mailbox) == (message.caller, message.mailbox):
                self.tasks[place] = replace(old, deadline=_earlier(old.deadline, task.deadline))
                self.belongs[message.id] = old.id
                return True
        self.tasks.append(task)
        self.belongs[message.id] = task.id
        return True

    async def attach(self, name: str, note: VoicemailMessage, task_id: str) -> bool | None:
        found = self._opened(task_id)
        if found is None:
            return None
        self.begun.pop(name, None)
        if name in self.messages:
            return False
        task, actor = found
        self.messages[name] = replace(note, mailbox=task.mailbox, caller=task.caller)
        self.belongs[note.id] = task_id
        self.notes.append(SpokenNote(task_id, self.messages[name], actor))
        return True

    async def task_of(self, message_id: str) -> str | None:
        return self.belongs.get(message_id)


def _earlier(old: Deadline, new: Deadline) -> Deadline:
    return new if new.at is not None and (old.at is None or new.at < old.at) else old
