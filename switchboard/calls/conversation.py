"""What one call's story carries with it: the caller's leg, the language, and the habit of writing down what is done."""

from collections.abc import Callable
from datetime import datetime

from switchboard.calls.ports import CallLeg, HangupCause, Log, Ports, TelephonyFault
from switchboard.domain.announcement import Announcement
from switchboard.domain.call import CallEvent, EventKind, IncomingCall, JsonValue
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import Authority, Directory, Language, Policy
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.numbers import display_number, parse_caller
from switchboard.domain.working_days import STOCKHOLM, WorkingCalendar


class Conversation:
    """The state of one call while its story is told.

    `stage` names where the story stands, for the journal's account of a hang-up. `directory` is replaced by
    `refresh`, so that each decision sees what has been committed before it.
    """

    def __init__(self, call: IncomingCall, leg: CallLeg, ports: Ports) -> None:
        self.call = call
        self.leg = leg
        self.ports = ports
        self.directory: Directory = DirectoryIndex()
        self.authority: Authority | None = None
        self.language: Language = "sv"
        self.stage = "before answer"
        self.answered = False
        self.log: Log = ports.log.bind(call_id=call.id)

    @property
    def now(self) -> datetime:
        return self.ports.clock.now()

    @property
    def caller(self) -> str | None:
        """The caller's number in E.164 where it can be read, else an internal caller's digits as they came, else
        None."""
        authority = self.authority
        country = authority.country_code if authority else "46"
        area = authority.area_code if authority else ""
        parsed = parse_caller(self.call.caller, country, area)
        raw = (self.call.caller or "").strip()
        if parsed is None and self.call.source == "phone" and raw.isascii() and raw.isdigit():
            return raw[:15]
        return parsed

    @property
    def shown_caller(self) -> str:
        """The caller as an operator's display shows it."""
        country = self.authority.country_code if self.authority else "46"
        return display_number(self.caller, country) if self.caller else "Dolt nummer"

    def belong_to(self, authority: Authority) -> None:
        self.authority = authority
        self.language = authority.languages[0] if authority.languages else "sv"

    def policy(self) -> Policy | None:
        """The version of the authority's rules in force today (R50)."""
        if self.authority is None:
            return None
        return policy_in_force(self.directory.policies(self.authority.id), self.now.astimezone(STOCKHOLM).date())

    def calendar(self, authority_id: int) -> WorkingCalendar:
        return self.ports.calendars.calendar(authority_id)

    @property
    def calendars(self) -> Callable[[int], WorkingCalendar]:
        return self.ports.calendars.calendar

    async def refresh(self) -> None:
        self.directory = await self.ports.directory.current()

    async def note(self, kind: EventKind, **detail: JsonValue) -> None:
        await self.ports.journal.note(CallEvent(self.call.id, self.now, kind, detail))

    async def answer(self) -> None:
        if not self.answered:
            await self.leg.answer()
            self.answered = True
            await self.note(EventKind.ANSWERED, by="switchboard")

    async def say(self, *announcements: Announcement, until_digit: bool = False) -> str | None:
        """Answer if need be and tell the caller. Gives the digit that interrupted, with `until_digit`.

        Sound that cannot be played is logged and costs nobody the call: the story goes on.
        """
        await self.answer()
        now, announcer = self.now, self.ports.announcer
        media = [uri for each in announcements for uri in announcer.media(each, self.language, now)]
        text = " ".join(announcer.transcript(each, self.language, now) for each in announcements)
        what = ",".join(type(each).__name__ for each in announcements)
        await self.note(EventKind.PLAYED, what=what, language=self.language, pii_text=text)
        if not media:
            return None
        try:
            return await self.leg.play(media, until_digit)
        except TelephonyFault as fault:
            self.log.warning("announcement_not_played", what=what, fault=str(fault))
            await self.note(EventKind.FAULT, what="announcement not played", announcement=what)
            return None

    async def hang_up(self, cause: HangupCause = HangupCause.NORMAL) -> None:
        await self.leg.hang_up(cause)
