"""Everything that the story of a call needs, in memory and in virtual time, put together once for its tests."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from switchboard.calls.foresight import Foresight
from switchboard.calls.incoming import follow_call, see_through
from switchboard.calls.live import LastingCalls, LiveTalks, Losses, ParkingLot
from switchboard.calls.ports import Ports
from switchboard.calls.queue import Queues
from switchboard.domain.announcement import Announcement, FixedPrompt
from switchboard.domain.call import CallEvent, CallOutcome, EventKind, IncomingCall
from switchboard.domain.directory import Absence, Language
from switchboard.domain.directory_index import DirectoryIndex, Record
from switchboard.domain.mailbox.announcements import RecordedSound
from switchboard.domain.working_days import STOCKHOLM, WorkingCalendar
from tests.builders import norrby
from tests.fakes.audio import FakeAudioStore
from tests.fakes.desk import FakeOperatorDesk, FakeQueueBook, FakeTasks
from tests.fakes.journal import FakeJournal
from tests.fakes.keypad import FakeAbsenceBook, FakePins
from tests.fakes.leg import FakeLeg
from tests.fakes.mailbox import FakeGreetingBook, FakeMessageBook, FakeWorkshop
from tests.fakes.marks import FakeMarks
from tests.fakes.messages import FakeMessages
from tests.fakes.presence import FakePresence
from tests.fakes.tasks import FakeTaskBook
from tests.fakes.telephony import FakeTelephony

# A Wednesday in a working week without holidays.
WEDNESDAY = datetime(2026, 8, 12, 10, 0, tzinfo=STOCKHOLM)


def at_work(*records: Record) -> DirectoryIndex:
    """The demo's people, all of them present, and `records` put into it."""
    index = norrby(WEDNESDAY)
    for absence in list(index.rows(Absence)):
        index.remove("absence", absence.id)
    for record in records:
        index.put(record)
    return index


class LoopClock:
    """The loop's (virtual) time, counted from a given instant."""

    def __init__(self, start: datetime) -> None:
        self.start = start

    def now(self) -> datetime:
        return self.start + timedelta(seconds=asyncio.get_running_loop().time())


class FakeAnnouncer:
    """Media are the announcement's own words: `AbsenceNotice:sv`, the sha256 of a recording, and with `names_prompts`
    the ids of prompts; `said` keeps the values themselves."""

    def __init__(self) -> None:
        self.said: list[Announcement] = []
        self.unknown_prompts: set[str] = set()
        self.names_prompts = False

    def knows(self, prompt_id: str) -> bool:
        return prompt_id not in self.unknown_prompts

    def media(self, announcement: Announcement, language: Language, now: datetime) -> Sequence[str]:
        del now
        self.said.append(announcement)
        if isinstance(announcement, RecordedSound):
            return [f"sound:{announcement.sha256}"]
        if self.names_prompts and isinstance(announcement, FixedPrompt):
            return [announcement.prompt_id]
        return [f"{type(announcement).__name__}:{language}"]

    def transcript(self, announcement: Announcement, language: Language, now: datetime) -> str:
        del language, now
        return type(announcement).__name__


class FakeCalendars:
    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar = calendar

    def calendar(self, authority_id: int) -> WorkingCalendar:
        del authority_id
        return self._calendar


class FakeDirectorySource:
    """`broken` True: the database is away and there never was a snapshot. `slow`: what it holds is never known at
    once."""

    def __init__(self, index: DirectoryIndex) -> None:
        self.index = index
        self.broken = False
        self.slow = False

    @property
    def version(self) -> int | None:
        return id(self.index)

    def expect(self, call_id: str) -> DirectoryIndex | None:
        del call_id
        return None if self.broken or self.slow else self.index

    async def current(self, call_id: str | None = None) -> DirectoryIndex:
        del call_id
        await asyncio.sleep(0)
        if self.broken:
            raise ConnectionError("the database is away")
        return self.index


class FakeLog:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, object]]] = []

    def bind(self, **fields: object) -> "FakeLog":
        del fields
        return self

    def info(self, event: str, **fields: object) -> None:
        self.lines.append(("info", event, fields))

    def warning(self, event: str, **fields: object) -> None:
        self.lines.append(("warning", event, fields))

    def exception(self, event: str, **fields: object) -> None:
        self.lines.append(("exception", event, fields))

    def events(self, level: str) -> list[str]:
        return [event for logged, event, _ in self.lines if logged == level]


class World:
    """A directory, phones, a clock: `await world.call("0980319211", caller)` tells one call's whole story.

    citizen = world.telephony.caller()
    world.start("0980319200", citizen)
    mine = world.dial("op1", "210")
    await world.passes(3)
    citizen.leave()
    await world.over()
    """

    def __init__(
        self,
        index: DirectoryIndex,
        at: datetime = WEDNESDAY,
        hang_up_after_steps: int | None = None,
        who_hangs_up: str | None = None,
    ) -> None:
        self.telephony = FakeTelephony(hang_up_after_steps, who_hangs_up)
        self.stories: list[asyncio.Task[CallOutcome]] = []
        self.announcer = FakeAnnouncer()
        self.journal = FakeJournal()
        self.directory = FakeDirectorySource(index)
        self.log = FakeLog()
        self.clock = LoopClock(at)
        self.places = FakeQueueBook()
        self.desk = FakeOperatorDesk(self.directory)
        self.tasks = FakeTasks(self.journal)
        self.messages = FakeMessages(self.tasks.find)
        self.queues = Queues()
        self.absences = FakeAbsenceBook(self.directory)
        self.pins = FakePins(self.directory)
        self.audio = FakeAudioStore()
        self.greetings = FakeGreetingBook(self.directory)
        self.workshop = FakeWorkshop()
        self.message_book = FakeMessageBook()
        self.marks = FakeMarks(self.message_book)
        self.task_book = FakeTaskBook()
        first, last = at.date().replace(year=at.year - 1), at.date().replace(year=at.year + 2)
        calendars = FakeCalendars(WorkingCalendar(first, last, frozenset()))
        self.presence = FakePresence(self.directory, calendars.calendar)
        self.ports = Ports(
            telephony=self.telephony,
            recordings=self.telephony.recordings,
            audio=self.audio,
            messages=self.messages,
            journal=self.journal,
            directory=self.directory,
            calendars=calendars,
            announcer=self.announcer,
            clock=self.clock,
            log=self.log,
            lasting=LastingCalls(),
            losses=Losses(),
            live=LiveTalks(),
            parking=ParkingLot(),
            places=self.places,
            desk=self.desk,
            tasks=self.tasks,
            marks=self.marks,
            queues=self.queues,
            foresight=Foresight(self.directory, calendars, self.clock),
            absences=self.absences,
            pins=self.pins,
            greetings=self.greetings,
            workshop=self.workshop,
            message_book=self.message_book,
            task_book=self.task_book,
            presence=self.presence,
        )
        self.queues.attend(self.ports, see_through)

    def incoming(self, called: str, caller: FakeLeg, number: str | None = "+46701234567") -> IncomingCall:
        return IncomingCall(caller.id, called, number, None, "trunk", None, self.clock.now())

    async def call(self, called: str, caller: FakeLeg, number: str | None = "+46701234567") -> CallOutcome:
        outcome = await self._follow(self.incoming(called, caller, number), caller)
        await self.queues.settle()
        return outcome

    async def _follow(self, call: IncomingCall, leg: FakeLeg) -> CallOutcome:
        """As the reception and the dispatcher do."""
        self.ports.foresight.look_ahead(call)
        if self.ports.foresight.is_told(call):
            leg.answer_ahead()
        return await follow_call(call, leg, self.ports)

    def start(self, called: str, caller: FakeLeg, number: str | None = "+46701234567") -> None:
        """The story of a citizen's call, told beside others."""
        self._tell(self.incoming(called, caller, number), caller)

    def dial(self, account: str, called: str) -> FakeLeg:
        """Somebody dials on one of our phones: the leg of it, its story told beside others."""
        out = sum(leg.account == account for leg in self.telephony.legs) + 1
        leg = self.telephony.caller(f"{account}-out-{out}", account)
        self._tell(IncomingCall(leg.id, called, account, None, "phone", account, self.clock.now()), leg)
        return leg

    def _tell(self, call: IncomingCall, leg: FakeLeg) -> None:
        self.stories.append(asyncio.create_task(self._follow(call, leg), name=f"call-{call.id}"))

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def over(self, within_s: float = 3600) -> None:
        """Wait until every story is told."""
        async with asyncio.timeout(within_s):
            await asyncio.gather(*self.stories)
            await self.queues.settle()

    def outcome(self, call_id: str = "caller-1") -> CallOutcome | None:
        """As the journal has it; None while the call goes on."""
        return self.journal.calls[call_id].outcome

    def heard(self, caller: FakeLeg) -> list[str]:
        """What the caller heard, without the language."""
        return [what.split(":")[0] for what in caller.hears]

    def events(self, call_id: str) -> list[CallEvent]:
        return [event for event in self.journal.events if event.call_id == call_id]

    def kinds(self, call_id: str) -> list[EventKind]:
        return [event.kind for event in self.events(call_id)]
