"""The calls of the demonstration. Those that would meet at one phone come one after the other, the rest at once."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, time

from switchboard.domain.working_days import STOCKHOLM
from tests.callers.phone import PhoneCall
from tests.demo.by_phone import set_by_phone
from tests.demo.clock import is_working_day, working_day_after
from tests.demo.library import Library
from tests.demo.phones import ABSENT, Phones
from tests.demo.stack import Stack
from tests.demo.story import Expected, ExpectedTask, Story, talking_after
from tests.demo.swedish import promise_words, return_words, time_words
from tests.hearing.noise import speech_like, tone

MENU = "Tryck ett för att lämna ett meddelande"
OPERATORS = "Tryck noll för att komma till växeln"
COMPOSED = "Du har kommit till {authority} {name}"
MESSAGE_S = 4.0
TALK_S = 2.0
OPERATOR_TONE_HZ, CALLER_TONE_HZ = 900.0, 600.0
NORRBY, SODERAS = "+46980319", "+464062804"
DEMO_CALLERS = "+467017406"
Act = Callable[[Story], Awaitable[None]]


@dataclass
class Demonstration:
    """`absences` are the rows of the API, by the person's name."""

    stack: Stack
    phones: Phones
    library: Library
    absences: dict[str, datetime | None]
    stories: list[Story] = field(default_factory=list)
    _numbers: int = 4

    def __post_init__(self) -> None:
        self.now = self.stack.now()
        self.today = self.now.date()
        self.erik_was_offered_anna = asyncio.Event()

    async def run(self) -> list[Story]:
        """All calls; each story says what became of it."""
        await asyncio.gather(
            self._erik(),
            self._maria(),
            self._johan(),
            self._asa(),
            self._nils(),
            self._at_the_operators(),
            self._at_anna(),
        )
        await set_by_phone(self)
        for story in self.stories:
            self._note_silence(story)
        return sorted(self.stories, key=lambda story: story.line.recording.started)

    def _note_silence(self, story: Story) -> None:
        """Absent people's phones may ring in none of the calls."""
        for account in story.expected.silent:
            rang = account in ABSENT and bool(self.phones[account].rung)
            story.phones.append(f"{account} RANG" if rang else f"{account} stayed silent")
            if rang:
                story.problems.append(f"the phone {account} rang although its owner is away")

    # What the callers do

    async def call(self, title: str, number: str, expected: Expected, act: Act, caller: str | None = None) -> None:
        """From the trunk; `caller` empty: without a number, None: one of their own."""
        self._numbers += 1
        own = f"{DEMO_CALLERS}{self._numbers:02d}" if caller is None else caller
        story = Story(title, own, number, expected)
        self.stories.append(story)
        phone = await self.phones.caller(own or "anonymous")
        anonymous = b'"Anonymous" <sip:anonymous@anonymous.invalid>'
        story.call = await (phone.dial(number) if own else phone.dial_as(anonymous, number))
        await story.tell(act(story))
        await story.tell(story.line.ended(within=15))

    async def _leave_message(self, story: Story, end: str = "#") -> None:
        """From the invitation to speak to the end of the message; `end` is a key, or empty to hang up."""
        await story.hears(self.library, "sv/leave-message", within=40)
        await asyncio.sleep(1.0)  # the tone
        story.step(f"speaks for {MESSAGE_S:g} seconds")
        await story.line.play(speech_like(MESSAGE_S, seed=self._numbers))
        await asyncio.sleep(MESSAGE_S + 0.3)
        if end:
            await story.press(end)
        else:
            await story.hang_up()

    async def _talk(self, story: Story, called: PhoneCall, who: str) -> None:
        """Both speak, both are heard."""
        await called.play_on(tone(OPERATOR_TONE_HZ, 1))
        await story.line.play_on(tone(CALLER_TONE_HZ, 1))
        await story.line.hears(lambda heard: heard.tone(OPERATOR_TONE_HZ, 1), within=8, what=f"the voice of {who}")
        await called.hears(lambda heard: heard.tone(CALLER_TONE_HZ, 1), within=8, what="the caller's voice")
        story.phones.append(f"{who} and the caller heard each other")
        await asyncio.sleep(TALK_S)
        await story.hang_up()
        await called.ended(within=5)

    # Absent and unreachable colleagues

    def _absent(self, name: str) -> str:
        """The words of the return time, from the absence's own row."""
        until = self.absences[name]
        return f"åter {return_words(until, self.now)}" if until else ""

    def _task(self, name: str, working_days: int = 1) -> ExpectedTask:
        return ExpectedTask(working_day_after(self.today, working_days), person=name)

    def _promise(self, words: str, working_days: int = 1) -> str:
        return f"{words} senast {promise_words(working_day_after(self.today, working_days), self.today)}"

    async def _erik(self) -> None:
        async def act(story: Story) -> None:
            await story.hears(self.library, "sv/menu-deputy", within=40)
            self.erik_was_offered_anna.set()
            await story.hears(self.library, "sv/menu-hang-up", within=15)
            await story.press("1")
            await self._leave_message(story)

        says = (
            "Hej du har kommit till Erik Lund på Bygglov i Norrby kommun",
            f"Erik Lund har semester och är {self._absent('Erik Lund')}",
            MENU,
            "Tryck två för att tala med Anna Andersson",
            *([OPERATORS] if self._operators_are_there else []),
            "Lämna ditt meddelande efter tonen",
            self._promise("Vi ringer upp dig"),
        )
        expected = Expected("message", says, task=self._task("Erik Lund"), silent=("erik",))
        try:
            await self.call("Erik Lund is on holiday", f"{NORRBY}211", expected, act)
        finally:
            self.erik_was_offered_anna.set()

    async def _maria(self) -> None:
        async def act(story: Story) -> None:
            await story.hears(self.library, "sv/menu-message", within=40)
            await story.press("1")
            await self._leave_message(story, end="")

        says = (
            COMPOSED.format(authority="Norrby kommun", name="Maria Berg"),
            f"Maria Berg sitter i möte och är {self._absent('Maria Berg')}",
            MENU,
        )
        expected = Expected("message", says, task=self._task("Maria Berg"), silent=("maria",))
        title = "Maria Berg is in a meeting and has no greeting; the caller hangs up to end the message"
        await self.call(title, f"{NORRBY}212", expected, act)

    async def _johan(self) -> None:
        async def act(story: Story) -> None:
            await story.hears(self.library, "sv/menu-hang-up", within=40)
            await story.hang_up()

        says = (COMPOSED.format(authority="Norrby kommun", name="Johan Ek"), "Johan Ek är inte på plats", MENU)
        expected = Expected("abandoned", says, never=("Tryck två", "sjuk"), silent=("johan", "maria"))
        title = "Johan Ek is ill: that is not told, and his deputy Maria, absent too, is not offered"
        await self.call(title, f"{NORRBY}213", expected, act)

    async def _asa(self) -> None:
        async def act(story: Story) -> None:
            await self._leave_message(story)

        says = ("Åsa Öberg kan inte nås på telefon just nu", MENU, MENU, "Lämna ditt meddelande efter tonen")
        expected = Expected("message", (*says, self._promise("Vi ringer upp dig")), task=self._task("Åsa Öberg"))
        title = "Åsa Öberg is present but has no phone; the caller presses nothing"
        await self.call(title, f"{NORRBY}214", expected, act)

    async def _nils(self) -> None:
        async def act(story: Story) -> None:
            await story.hears(self.library, "sv/menu-message", within=40)
            await story.press("1")
            await self._leave_message(story)

        says = (
            COMPOSED.format(authority="Söderås kommunalteknik", name="Nils Ås"),
            f"Nils Ås har semester och är {self._absent('Nils Ås')}",
            MENU,
            self._promise("Vi ringer eller mejlar dig", 2),
        )
        expected = Expected("message", says, task=self._task("Nils Ås", 2), silent=("nils",))
        title = "Nils Ås of Söderås is on holiday: there the promise is two working days, by call or e-mail"
        await self.call(title, f"{SODERAS}10", expected, act)

    # The operators

    async def _at_the_operators(self) -> None:
        if not self._operators_are_there:
            await self._switchboard_closed()
            return
        await self.call("The main number: both operators ring", f"{NORRBY}200", Expected("connected"), self._first_wins)
        await self.call(
            "Söderås' main number: the same operators", f"{SODERAS}00", Expected("connected"), self._operator
        )
        unknown = Expected("connected", ("Numret du har ringt används inte", "koppla dig till växeln"))
        await self.call("A number that nobody has", f"{NORRBY}777", unknown, self._operator)
        await self.call("A caller without a number", f"{NORRBY}200", Expected("connected"), self._operator, caller="")

    async def _switchboard_closed(self) -> None:
        async def act(story: Story) -> None:
            await story.hears(self.library, "sv/menu-message", within=40)
            await story.hang_up()

        says = ("Vi har stängt just nu", "Vi öppnar igen", time_words(_at(self.now, time(8))))
        title = "The main number outside its opening hours"
        await self.call(title, f"{NORRBY}200", Expected("abandoned", says), act)

    async def _first_wins(self, story: Story) -> None:
        first, second = await self._both_ring(story)
        await asyncio.sleep(1.5)
        await first.answer()
        await story.line.talks(within=5)
        story.step(f"op1 answers after {talking_after(story.line) or 0:.1f} s")
        await second.ended(within=5)
        story.phones.append(f"op2 stopped ringing: “{_words_of_end(second)}”")
        await self._talk(story, first, "op1")

    async def _operator(self, story: Story) -> None:
        first, second = await self._both_ring(story)
        await second.answer()
        await story.line.talks(within=5)
        story.step("op2 answers")
        await first.ended(within=5)
        await self._talk(story, second, "op2")

    async def _both_ring(self, story: Story) -> tuple[PhoneCall, PhoneCall]:
        ringing = [await self.phones[account].wait_incoming(within=15) for account in ("op1", "op2")]
        story.step(f"op1 and op2 ring, their displays show {ringing[0].shown[-1]}")
        return ringing[0], ringing[1]

    # Anna: present, a deputy, and a member of a function

    async def _at_anna(self) -> None:
        async with asyncio.timeout(60):
            await self.erik_was_offered_anna.wait()
        await self.call("Anna Andersson is present", f"{NORRBY}210", Expected("connected"), self._anna_answers)
        spoken = Expected("connected", ("Hej du har kommit till Erik Lund",), silent=("erik",))
        await self.call("Erik's deputy: the caller presses two at once", f"{NORRBY}211", spoken, self._press_two)
        if self._open(time(9), time(12)):
            group = Expected("connected", silent=("erik",))
            await self.call("Bygglov in its telephone hours", f"{NORRBY}220", group, self._anna_answers)
            with self.stack.closed_today("Bygglovs telefontid"):
                await self._closed_function("Bygglov, closed today by a row of SQL a moment ago")
        else:
            await self._closed_function("Bygglov outside its telephone hours")

    async def _closed_function(self, title: str) -> None:
        async def act(story: Story) -> None:
            await story.hears(self.library, "sv/menu-message", within=40)
            await story.hang_up()

        says = ("Du har kommit till Bygglov", "Vi har stängt just nu", "Vi öppnar igen", "klockan nio")
        await self.call(title, f"{NORRBY}220", Expected("abandoned", says, silent=("erik",)), act)

    async def _anna_answers(self, story: Story) -> None:
        called = await self.phones["anna"].wait_incoming(within=15)
        story.step(f"anna rings, the display shows {called.shown[-1]}")
        await asyncio.sleep(0.8)
        await called.answer()
        await story.line.talks(within=5)
        story.step("anna answers")
        await self._talk(story, called, "anna")

    async def _press_two(self, story: Story) -> None:
        await story.line.talks(within=5)
        await story.hears(self.library, "demo/sv/greeting-erik-lund", within=20)
        await story.press("2")
        await self._anna_answers(story)

    @property
    def _operators_are_there(self) -> bool:
        return self._open(time(8), time(16, 30))

    def _open(self, opens: time, closes: time) -> bool:
        local = self.now.astimezone(STOCKHOLM)
        return is_working_day(local.date()) and opens <= local.time() < closes


def _words_of_end(call: PhoneCall) -> str:
    """The text of a Reason header (RFC 3326) where there is one."""
    found = re.search(r'text="([^"]+)"', call.reason)
    return found[1] if found else call.reason or str(call.code)


def _at(moment: datetime, clock: time) -> datetime:
    return datetime.combine(moment.astimezone(STOCKHOLM).date(), clock, STOCKHOLM)
