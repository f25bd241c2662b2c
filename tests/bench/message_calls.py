"""The way from an absence to a message and its task as the plainest client would write it: a task for each call, what
Asterisk says of the call told to it. What it takes of ARI stands in `Phone`, and each library does it its own way.
"""

import asyncio
import contextlib
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from tests.bench.client_talk import EVENT_TYPES
from tests.bench.message_desk import FOLDER, Message, MessageDesk

MESSAGE_EVENTS = (*EVENT_TYPES, "ChannelDtmfReceived", "RecordingFinished")
GREETINGS = {"vacation": "absence-for-vacation"}
INVITATION = "leave-message"
MOST_S, SILENCE_S = 180, 5
"""What the service asks for where an authority has set nothing else."""


class Phone(Protocol):
    """Each raises one of the client's refusals where Asterisk does."""

    async def claim(self, id: str) -> None: ...
    async def answer(self, id: str) -> None: ...
    async def play(self, id: str, playback: str, sound: str) -> None: ...
    async def stop(self, playback: str) -> None: ...
    async def record(self, id: str, name: str) -> None: ...
    async def fetch(self, name: str) -> bytes: ...
    async def delete(self, name: str) -> None: ...


class Event(Protocol):
    """As Asterisk sent it."""

    def __getitem__(self, name: str, /) -> Any: ...  # noqa: ANN401 - text or an object


class CallGone(Exception):
    """The caller has hung up."""


class _Call:
    def __init__(self) -> None:
        self._happened: set[str] = set()
        self._more = asyncio.Event()

    def hear(self, what: str) -> None:
        self._happened.add(what)
        self._more.set()

    async def until(self, *wanted: str) -> str:
        """Which of them has happened. Raises CallGone, unless that is wanted."""
        while (found := next((each for each in (*wanted, "gone") if each in self._happened), None)) is None:
            self._more.clear()
            await self._more.wait()
        if found not in wanted:
            raise CallGone
        return found


class MessageCalls:
    """`refusals`: what `phone` raises of a call that is gone, which costs that call and no more."""

    def __init__(self, phone: Phone, desk: MessageDesk, *refusals: type[Exception]) -> None:
        self._phone = phone
        self._desk = desk
        self._lost: tuple[type[Exception], ...] = (CallGone, *refusals)
        self._calls: dict[str, _Call] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._writer = ThreadPoolExecutor(1)
        self.kept = 0

    @property
    def going_on(self) -> int:
        """Calls that have not come to their end."""
        return len(self._tasks)

    def hear(self, event: Event) -> None:
        """Waits for nobody."""
        match event["type"]:
            case "CallBroadcast":
                self._begin(event)
            case "StasisStart":
                self._tell(event["channel"]["id"], "started")
            case "StasisEnd" | "ChannelDestroyed":
                self._tell(event["channel"]["id"], "gone")
            case "ChannelDtmfReceived":
                self._tell(event["channel"]["id"], f"key {event['digit']}")
            case "PlaybackFinished":
                self._tell(_target(event["playback"]), event["playback"]["id"])
            case "RecordingFinished":
                self._tell(_target(event["recording"]), "recorded")
            case _:
                pass

    def _tell(self, id: str, what: str) -> None:
        if (call := self._calls.get(id)) is not None:
            call.hear(what)

    def _begin(self, event: Event) -> None:
        channel = event["channel"]
        if (mailbox := self._desk.mailboxes.get(channel["dialplan"]["exten"])) is None:
            return
        at = datetime.fromisoformat(event["timestamp"])
        message = Message(f"message-{uuid.uuid4().hex}", mailbox, channel["caller"]["number"], at)
        self._calls[channel["id"]] = _Call()
        task = asyncio.create_task(self._take(channel["id"], message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, id: str, message: Message) -> None:
        call = self._calls[id]
        try:
            with contextlib.suppress(*self._lost):
                await self._phone.claim(id)
                await call.until("started")
                await self._serve(id, call, message)
        finally:
            del self._calls[id]

    async def _serve(self, id: str, call: _Call, message: Message) -> None:
        """Who presses nothing is asked to speak at the greeting's end."""
        phone, greeting, invitation = self._phone, f"greeting-{message.id}", f"invitation-{message.id}"
        await phone.answer(id)
        await phone.play(id, greeting, GREETINGS[message.mailbox.reason])
        if await call.until("key 1", greeting) != greeting:
            await phone.stop(greeting)
        await phone.play(id, invitation, INVITATION)
        await call.until(invitation)
        await phone.record(id, message.id)
        await call.until("recorded", "gone")
        sound = await phone.fetch(message.id)
        await asyncio.get_running_loop().run_in_executor(self._writer, self._desk.keep, message, sound)
        self.kept += 1
        await phone.delete(message.id)


def _target(what: Event) -> str:
    return str(what["target_uri"]).removeprefix("channel:")


def open_desk() -> MessageDesk:
    """Where the environment says."""
    return MessageDesk(Path(os.environ[FOLDER]))


def media(sound: str) -> str:
    return f"sound:/sounds/sv/{sound}"


def recording(name: str) -> dict[str, str]:
    """What is asked of Asterisk for it, in the words that both libraries can send."""
    return {
        "name": name,
        "format": "wav",
        "maxDurationSeconds": str(MOST_S),
        "maxSilenceSeconds": str(SILENCE_S),
        "beep": "true",
        "terminateOn": "#",
        "ifExists": "fail",
    }
