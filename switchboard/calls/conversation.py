"""What one call's story carries with it: the caller's leg, the language, and the habit of writing down what is done."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.calls.live import Party, StillRinging
from switchboard.calls.ports import CallLeg, HangupCause, Log, Ports, TelephonyFault
from switchboard.calls.talk.live_call import LiveCall
from switchboard.changes import Act
from switchboard.domain.announcement import Announcement
from switchboard.domain.call import CallEvent, EventKind, IncomingCall, JsonValue
from switchboard.domain.callback import CallbackTask
from switchboard.domain.deadline import PromisedTime, policy_in_force
from switchboard.domain.directory import LANGUAGES, Authority, Directory, Language, Person, Policy, UnansweredCalls
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.display import UNANSWERED_SHOWN
from switchboard.domain.diversion import PhoneState
from switchboard.domain.numbers import display_number, parse_caller, parse_number
from switchboard.domain.working_days import STOCKHOLM, WorkingCalendar

NOTHING_KNOWN = DirectoryIndex()


@dataclass(frozen=True, slots=True)
class TakenMessage:
    """A callback task that was opened in the talk, by the phone `account`. `promised`: the time that the caller was
    told."""

    account: str
    task: CallbackTask
    promised: PromisedTime | None


class Conversation:
    """The state of one call while its story is told.

    `stage` names where the story stands, for the journal's account of a hang-up. `directory` is replaced by
    `refresh`, so that each decision sees what has been committed before it. `leg` is the party whom the call is about:
    after a transfer by the caller's own phone that is the one who remains. `display`: what a phone that rings shows
    instead of the caller. `dialling`: what the phones that ring now were dialled by. `transfers` so far; `sent` is the
    latest one's transferor and target, `tried` whoever was to be reached last, `taken` the message taken last.
    """

    def __init__(self, call: IncomingCall, leg: CallLeg, ports: Ports) -> None:
        self.call = call
        self.leg = leg
        self.ports = ports
        self.directory: Directory = NOTHING_KNOWN
        self.authority: Authority | None = None
        self.language: Language = "sv"
        self.stage = "before answer"
        self.answered = False
        self.display: str | None = None
        self.dialling = call.called
        self.transfers = 0
        self.sent: tuple[str, str] | None = None
        self.tried: Person | None = None
        self.taken: TakenMessage | None = None
        self.live = LiveCall(call.id, self._step_aside)
        self.log: Log = ports.log.bind(call_id=call.id)
        self._others: dict[str, CallLeg] = {}
        self._leaving: dict[str, CallLeg] = {}
        self._given_away = False
        self._behind: set[asyncio.Task[None]] = set()

    @property
    def now(self) -> datetime:
        return self.ports.clock.now()

    @property
    def caller(self) -> str | None:
        return callable_number(self.call, self.authority)

    @property
    def shown_caller(self) -> str:
        """The caller as an operator's display shows it."""
        country = self.authority.country_code if self.authority else "46"
        return display_number(self.caller, country) if self.caller else "Dolt nummer"

    def belong_to(self, authority: Authority) -> None:
        self.authority = authority
        self.language = authority.languages[0] if authority.languages else "sv"

    @property
    def other_language(self) -> Language | None:
        """What the caller may change to."""
        languages = self.authority.languages if self.authority else LANGUAGES
        return next((each for each in languages if each != self.language), None)

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

    async def refresh(self, arriving: bool = False) -> None:
        """See what has been committed up to now; for a call that is `arriving`, up to when it was announced."""
        self.directory = await self.ports.directory.current(self.call.id if arriving else None)

    async def phone_states(self, people: Iterable[int]) -> Mapping[str, PhoneState]:
        """Of every telephone in use of the persons with these ids, by account."""
        accounts = sorted(each.account for person in people for each in self.directory.devices(person) if each.enabled)
        return await self.ports.telephony.phone_states(accounts) if accounts else {}

    async def note(self, kind: EventKind, **detail: JsonValue) -> None:
        await self.ports.journal.note(CallEvent(self.call.id, self.now, kind, detail))
        account = detail.get("account")
        if kind is EventKind.CONNECTED and isinstance(account, str):
            self.note_presence(account, show=True)

    def note_presence(self, account: str, *, show: bool) -> UnansweredCalls | None:
        """Whoever uses the telephone is there: what was counted against them is over, and is given. With `show` their
        display says so, where they were asked to set an absence."""
        device = self.directory.device(account)
        row = self.directory.unanswered(device.person_id) if device is not None else None
        if row is None:
            return None
        touch = self.ports.presence.touched(row.person_id, Act(f"phone {account}", self.now))
        self.beside(touch, "touch")
        if show and row.asked_at is not None:
            self.beside(self.ports.telephony.tell(account, UNANSWERED_SHOWN), "display")
        return row

    async def answer(self) -> None:
        if not self.answered:
            await self.leg.answer()
            self.answered = True
            await self.note(EventKind.ANSWERED, by="switchboard")

    async def say(
        self, *announcements: Announcement, until_digit: bool = False, unanswered: bool = False
    ) -> str | None:
        """Answer if need be (not where the call stays `unanswered`) and tell the caller. Gives the digit that
        interrupted, with `until_digit`.

        Sound that cannot be played is logged and costs nobody the call: the story goes on.
        """
        if not unanswered:
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

    async def at_most(self, seconds: float, work: Coroutine[None, None, None], otherwise: str) -> bool:
        """Whether `work` was done in time. If not it goes on behind the caller's back; a failure is logged under
        `otherwise`. `settle` waits for it."""
        task = self._begin(work, otherwise)
        self._behind.add(task)
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            self.log.warning(otherwise, why="not in time")
            return False
        self._behind.discard(task)
        error = task.exception()
        if error is not None:
            self.log.warning(otherwise, why=repr(error))
        return error is None

    def beside(self, work: Coroutine[None, None, None], what: str) -> None:
        """It goes on without this call, to whose end alone `settle` waits for it."""
        self._behind.add(self._begin(work, what))

    def _begin(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        return asyncio.create_task(work, name=f"{name}-{self.call.id}")

    async def settle(self) -> None:
        """Wait for what goes on behind the caller's back."""
        for error in await asyncio.gather(*self._behind, return_exceptions=True):
            if isinstance(error, Exception):
                self.log.warning("work_behind_the_call_failed", why=repr(error))
        self._behind.clear()

    async def hang_up(self, cause: HangupCause = HangupCause.NORMAL) -> None:
        """End everybody's part in the call."""
        if not self._given_away:
            await self.leg.hang_up(cause)
        await self.end_others()
        await self.end_leaving()

    async def leave_to_fallback(self) -> None:
        """The dialplan has the subject from now on; the others are ended."""
        if not self._given_away:
            await self.leg.leave_to_fallback()
        await self.finish()

    # Others than the subject

    def begin(self) -> None:
        """Other calls' stories can ask for this one from now on."""
        self.ports.live.put(self.live, self.leg.id)

    def involve(self, leg: CallLeg) -> None:
        """It is this call's to end."""
        self._others[leg.id] = leg
        self.ports.live.put(self.live, leg.id)

    def go_on_with(self, party: Party) -> Party:
        """The call is about `party` from now on; gives the one whom it was about, who is one of the others now."""
        former = Party(self.leg, self.caller, self.call.caller_name)
        self._others.pop(party.leg.id, None)
        self.leg = party.leg
        self.involve(former.leg)
        self.call = replace(
            self.call,
            caller=party.number,
            caller_name=party.name,
            source="phone" if party.leg.account else "trunk",
            account=party.leg.account,
        )
        return former

    def give_away(self, leg: CallLeg) -> None:
        """Another call's story ends it."""
        self.ports.live.drop(self.live, leg.id)
        if leg.id == self.leg.id:
            self._given_away = True
        self._others.pop(leg.id, None)

    def let_leave(self, leg: CallLeg) -> None:
        """Its phone has been told that it may go, and does. Nobody can ask for who talks with it any more."""
        self.ports.live.drop(self.live, leg.id)
        self._leaving[leg.id] = self._others.pop(leg.id, leg)

    async def end_other(self, leg: CallLeg) -> None:
        self._others.pop(leg.id, None)
        self._leaving.pop(leg.id, None)
        self.ports.live.drop(self.live, leg.id)
        await leg.hang_up()

    async def end_others(self) -> None:
        """But those whom their own phones end."""
        for leg in list(self._others.values()):
            await self.end_other(leg)

    async def end_leaving(self) -> None:
        for leg in list(self._leaving.values()):
            await self.end_other(leg)

    async def finish(self) -> None:
        """Nobody can ask for this call any more, and nobody of it is left."""
        self.live.end()
        self.ports.live.drop(self.live, self.leg.id)
        await self.end_others()
        await self.end_leaving()

    async def _step_aside(self, leg_id: str) -> StillRinging | None:
        """Another call asks while this one neither rings nor talks: there is only where it was to go."""
        if leg_id != self.leg.id or self.leg.gone:
            return None
        await self.leg.hang_up()
        return StillRinging(self.dialling)


def callable_number(call: IncomingCall, authority: Authority | None) -> str | None:
    """The caller's number in E.164 where it can be read, an internal caller's digits as they came, else None."""
    country, area = (authority.country_code, authority.area_code) if authority else ("46", "")
    parsed = parse_caller(call.caller, country, area)
    raw = (call.caller or "").strip()
    if parsed is None and call.source == "phone" and raw.isascii() and raw.isdigit():
        return raw[:15]
    return parsed


def readable(call: IncomingCall) -> IncomingCall:
    """With both numbers in E.164 where they can be read: as the journal shows them. An anonymous caller is none."""
    called = parse_number(call.called) if call.source == "trunk" else None
    return replace(call, called=called or call.called, caller=callable_number(call, None))
