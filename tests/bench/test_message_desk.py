"""Where the clients under measurement keep messages, and the way of one of their calls."""

import asyncio
import io
import sqlite3
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from switchboard.calls.voicemail import DEFAULT_LIMITS
from tests.bench.message_calls import GREETINGS, INVITATION, MessageCalls, recording
from tests.bench.message_desk import Mailbox, Message, MessageDesk, due, furnish, kept
from tests.bench.people import AWAY

NUMBER, CHANNEL = "+46980401000", "box-1700.1"
ERIK = Mailbox(7, "vacation")
AT = "2026-08-12T10:00:00.000+0200"


class Refused(Exception):
    """As a library refuses."""


class FakePhone:
    """Notes what is asked of it; `refused` is not done."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()
        self.refused = ""

    async def claim(self, id: str) -> None:
        self._ask("claim", id)

    async def answer(self, id: str) -> None:
        self._ask("answer", id)

    async def play(self, id: str, playback: str, sound: str) -> None:
        self._ask("play", playback, sound)

    async def stop(self, playback: str) -> None:
        self._ask("stop", playback)

    async def record(self, id: str, name: str) -> None:
        self._ask("record", name)

    async def fetch(self, name: str) -> bytes:
        self._ask("fetch", name)
        return spoken(2.5)

    async def delete(self, name: str) -> None:
        self._ask("delete", name)

    def _ask(self, *words: str) -> None:
        self.asked.put_nowait(words)
        if words[0] == self.refused:
            raise Refused


def spoken(seconds: float) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(round(seconds * 16_000)))
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    furnish(tmp_path / "desk", {NUMBER: ERIK})
    return tmp_path / "desk"


@pytest.fixture
def desk(folder: Path) -> Iterator[MessageDesk]:
    with closing(MessageDesk(folder)) as desk:
        yield desk


@asynccontextmanager
async def calling(desk: MessageDesk) -> AsyncIterator[tuple[FakePhone, MessageCalls]]:
    phone = FakePhone()
    async with asyncio.timeout(10):
        yield phone, MessageCalls(phone, desk, Refused)


def arrives(calls: MessageCalls, number: str = NUMBER) -> None:
    caller = {"number": "+46701740605"}
    channel = {"id": CHANNEL, "dialplan": {"exten": number}, "caller": caller}
    calls.hear({"type": "CallBroadcast", "timestamp": AT, "channel": channel})


def happens(calls: MessageCalls, kind: str, **more: str) -> None:
    calls.hear({"type": kind, "channel": {"id": CHANNEL}, **more})


def ends(calls: MessageCalls, kind: str, what: str, id: str) -> None:
    calls.hear({"type": kind, what: {"id": id, "target_uri": f"channel:{CHANNEL}"}})


async def test_from_the_absence_to_message_and_task(folder: Path, desk: MessageDesk) -> None:
    async with calling(desk) as (phone, calls):
        arrives(calls)
        assert await phone.asked.get() == ("claim", CHANNEL)
        happens(calls, "StasisStart")
        assert await phone.asked.get() == ("answer", CHANNEL)
        _, greeting, sound = await phone.asked.get()
        assert sound == "absence-for-vacation"
        happens(calls, "ChannelDtmfReceived", digit="1")
        assert await phone.asked.get() == ("stop", greeting)
        ends(calls, "PlaybackFinished", "playback", greeting)
        _, invitation, sound = await phone.asked.get()
        assert sound == INVITATION
        assert phone.asked.empty(), "the caller hears it to its end"
        ends(calls, "PlaybackFinished", "playback", invitation)
        _, name = await phone.asked.get()
        ends(calls, "RecordingFinished", "recording", name)
        happens(calls, "StasisEnd")
        assert [await phone.asked.get(), await phone.asked.get()] == [("fetch", name), ("delete", name)]
    assert calls.kept == 1
    assert kept(folder) == [2.5]
    assert (folder / f"{name}.wav").read_bytes() == spoken(2.5)
    with closing(sqlite3.connect(folder / "messages.sqlite3")) as database:
        task = "SELECT message_id, person_id, caller, due_at, state FROM task"
        assert database.execute(task).fetchall() == [(name, 7, "+46701740605", "2026-08-13T10:00:00+02:00", "open")]


@pytest.mark.parametrize("end", ["hung up", "refused"])
async def test_what_was_not_recorded_is_not_kept(folder: Path, desk: MessageDesk, end: str) -> None:
    async with calling(desk) as (phone, calls):
        phone.refused = "fetch" if end == "refused" else ""
        arrives(calls)
        happens(calls, "StasisStart")
        happens(calls, "ChannelDtmfReceived", digit="1")
        words = [await phone.asked.get() for _ in range(5)]
        if end == "refused":
            ends(calls, "PlaybackFinished", "playback", words[-1][1])
            await phone.asked.get()
        happens(calls, "ChannelDestroyed")
        while calls.going_on:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert phone.asked.qsize() == (1 if end == "refused" else 0)
    assert (calls.kept, kept(folder)) == (0, [])


async def test_a_number_that_is_nobodys_is_not_claimed(desk: MessageDesk) -> None:
    async with calling(desk) as (phone, calls):
        arrives(calls, "+46980401999")
        while calls.going_on:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert phone.asked.empty()


def test_a_message_without_its_task_is_not_kept(folder: Path, desk: MessageDesk) -> None:
    desk.keep(Message("message-1", ERIK, "+46701740605", datetime.fromisoformat(AT)), spoken(1.0))
    with pytest.raises(sqlite3.IntegrityError):
        desk.keep(Message("message-1", ERIK, "+46701740605", datetime.fromisoformat(AT)), spoken(2.0))
    assert kept(folder) == [1.0]


def test_the_time_by_which_one_is_called_back_is_on_a_weekday() -> None:
    wednesday = datetime.fromisoformat(AT)
    days = [due(wednesday + timedelta(days=day)) - wednesday for day in range(5)]
    assert [each.days for each in days] == [1, 2, 5, 5, 5]


def test_it_is_recorded_as_the_service_does() -> None:
    asked = recording("message-1")
    limits = int(asked["maxDurationSeconds"]), int(asked["maxSilenceSeconds"])
    assert limits == (DEFAULT_LIMITS.max_seconds, DEFAULT_LIMITS.silence_seconds)
    assert AWAY["reason"] in GREETINGS
