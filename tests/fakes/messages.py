"""Voicemail and callback tasks, in memory. What was kept is read from `messages` and `tasks`."""

from collections.abc import Sequence

from switchboard.domain.callback import CallbackTask, PendingRecording, VoicemailMessage


class FakeMessages:
    def __init__(self) -> None:
        self.begun: dict[str, PendingRecording] = {}
        self.messages: dict[str, VoicemailMessage] = {}
        """By the recording's name."""
        self.tasks: list[CallbackTask] = []

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
        self.tasks.append(task)
        return True
