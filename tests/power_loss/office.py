"""What does the service's work in the process that is killed: its stories, database, spool and audio store; callers and
Asterisk's recordings are ours."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from switchboard.app.settling import Settling
from switchboard.asterisk.recordings import mend_wav
from switchboard.calls.callbacks import task_to_open
from switchboard.calls.dispatcher import Dispatcher
from switchboard.calls.foresight import Foresight
from switchboard.calls.ports import Clock, Ports, RecordingLimits, StoredRecording
from switchboard.calls.recovery import Recovery
from switchboard.clock import ShiftedClock
from switchboard.db.audio_store import FolderAudioStore, sync
from switchboard.db.desk_tasks import DatabaseTasks
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.journal import DatabaseJournal
from switchboard.db.messages import DatabaseMessages
from switchboard.db.public_holidays import SwedishCalendars
from switchboard.db.spool import Spool
from switchboard.db.spool.beside import SpooledMessages, SpooledTasks
from switchboard.domain.call import IncomingCall
from switchboard.domain.callback import Mailbox, PendingRecording
from tests.acceptance.wait import until
from tests.calls.test_recovery import Book
from tests.demo_house import NOW
from tests.fakes.leg import BEEP, FakeLeg
from tests.fakes.world import FakeLog, World, at_work

JOURNAL_PATIENCE_S = 0.5
LONGEST_CALL_S = 60.0
SOUND_S = 0.004
"""Of whatever is said: callers here do not listen for long."""


@dataclass(frozen=True, slots=True)
class Place:
    """Everything that outlives the process: the database, the spool, the audio, and Asterisk's own copies."""

    folder: Path
    server: str | None = None
    """The URL of a database that is no file."""

    @property
    def url(self) -> str:
        return self.server or f"sqlite:///{self.database}"

    @property
    def database(self) -> Path:
        return self.folder / "switchboard.sqlite3"

    @property
    def spool(self) -> Path:
        return self.folder / "spool.sqlite3"

    @property
    def audio(self) -> Path:
        return self.folder / "audio"

    @property
    def recordings(self) -> Path:
        return self.folder / "asterisk"


class FolderRecordings:
    """What Asterisk stored, which outlives the service."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def store(self, name: str, wav: bytes) -> None:
        unfinished = self._folder / f"{name}.part"
        unfinished.write_bytes(wav)
        unfinished.replace(self._path(name))
        sync(self._folder)

    async def names(self) -> Sequence[str]:
        return [path.stem for path in await asyncio.to_thread(lambda: list(self._folder.glob("*.wav")))]

    async def fetch(self, name: str) -> StoredRecording | None:
        try:
            return mend_wav(await asyncio.to_thread(self._path(name).read_bytes))
        except FileNotFoundError:
            return None

    async def delete(self, name: str) -> None:
        await asyncio.to_thread(self._path(name).unlink, missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.wav"


class Caller(FakeLeg):
    """Presses 1, speaks, and listens to the promise or hangs up before it. `recorded`: the name of its message."""

    recorded = ""

    def __init__(self, world: World, name: str, wav: bytes, recordings: FolderRecordings) -> None:
        super().__init__(world.telephony, name)
        self._wav = wav
        self._recordings = recordings
        self.listens = True
        self.on_hearing("Menu", lambda: self.press("1"))

    async def record(self, name: str, limits: RecordingLimits) -> None:
        self.hear(BEEP)
        self.recorded = name
        await asyncio.to_thread(self._recordings.store, name, self._wav)
        self._digits.clear()
        if not self.listens:
            self.leave()
        await self._step("record")


class Office:
    """`open` first. `told`: the file in which stands what a caller or a colleague was told is kept."""

    def __init__(self, place: Place, clock: Clock, told: Path) -> None:
        self._told = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._clock = clock
        self._place = place
        self._world = World(at_work())
        self._world.telephony.seconds_of = lambda media: SOUND_S  # type: ignore[method-assign]
        self.recordings = FolderRecordings(place.recordings)
        self.database = Database(place.url)
        self.spool = Spool(place.spool)
        self.log = FakeLog()
        self.settling = Settling(self.database, self.spool, self.log)
        self.ports = self._ports()
        self.dispatcher = Dispatcher(self.ports)
        self._recovery = Recovery(self.ports, Book(), self.dispatcher.follows, self.dispatcher.adopt)
        self.recovered = False

    def _ports(self) -> Ports:
        clock = self._clock
        directory = DirectoryStore(self.database, clock.now, self.log)
        calendars = SwedishCalendars(lambda: directory.latest, clock.now)
        self.journal = DatabaseJournal(self.database, self.log, JOURNAL_PATIENCE_S, self.spool)
        self.directory = directory
        return replace(
            self._world.ports,
            recordings=self.recordings,
            audio=FolderAudioStore(self._place.audio),
            messages=SpooledMessages(DatabaseMessages(self.database), self.spool),
            tasks=SpooledTasks(DatabaseTasks(self.database), self.spool),
            journal=self.journal,
            directory=directory,
            calendars=calendars,
            clock=clock,
            log=self.log,
            foresight=Foresight(directory, calendars, clock),
        )

    def tell(self, line: str) -> None:
        """In one write, so that no half of it is read."""
        os.write(self._told, f"{line}\n".encode())

    async def open(self) -> None:
        """As the service starts."""
        await self.directory.current()
        await self.settling.settle()
        self.journal.start()

    async def settle(self) -> None:
        """What the service does every two seconds."""
        if not await self.settling.settle():
            self.recovered = False
        elif not self.recovered:
            self.recovered = await self._recovery.run()

    async def take_call(self, called: str, number: str, wav: bytes, listens: bool) -> None:
        """To its end. The message is told of as soon as the promise begins to be heard."""
        caller = Caller(self._world, f"call-{number.lstrip('+')}", wav, self.recordings)
        caller.listens = listens
        caller.on_hearing("Promise", lambda: self.tell(f"message {caller.recorded} {number}"))
        call = IncomingCall(caller.id, called, number, None, "trunk", None, self.ports.clock.now())
        self.dispatcher.start(call, caller)

        async def over() -> bool:
            return not self.dispatcher.follows(call.id)

        await until(over, LONGEST_CALL_S, "the call is over")

    async def open_task(self, mailbox: Mailbox, number: str) -> None:
        """By an operator, as a message that was taken in a talk."""
        noted = PendingRecording(f"task-{number}", f"talk-{number}", mailbox, number, self.ports.clock.now())
        task = task_to_open(self.ports, await self.directory.current(), noted, "operator")
        if await self.ports.tasks.open(replace(task, voicemail_message_id=None), "ring efter tre", "phone op1"):
            self.tell(f"task {task.id} {number}")

    @property
    def at_rest(self) -> bool:
        return self.recovered and not len(self.spool) and not len(self.dispatcher)


async def opened_office(place: Place) -> Office:
    """On the demo's day; what callers were told goes to the file `told` in its folder."""
    shift = NOW - datetime.now(UTC)  # noqa: TID251 - the demo's day
    office = Office(place, ShiftedClock(shift), place.folder / "told")
    await office.open()
    return office
