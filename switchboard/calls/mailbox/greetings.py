"""Somebody's own greetings by telephone: hear, record, do over, remove, take the previous one back (R6, R12)."""

from dataclasses import dataclass, replace
from datetime import date

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.asking import CANCEL, Asking, ask_choice, ask_digits
from switchboard.calls.mailbox.greeting_recording import RecordedGreeting, record_greeting
from switchboard.calls.mailbox.owner import MailboxOwner
from switchboard.changes import GreetingSpot
from switchboard.domain.announcement import Announcement, FixedPrompt, InvalidChoice
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.directory import LANGUAGES, Greeting, GreetingKind, GreetingSituation, Language
from switchboard.domain.mailbox.announcements import GreetingLasts, GreetingState, RecordedSound
from switchboard.domain.mailbox.codes import (
    BY_REASON,
    GreetingChoice,
    OwnGreetings,
    choice_for_reason,
    choice_of,
    read_last_day,
)
from switchboard.domain.working_days import local_date

MOST_ROUNDS = 50
DATES_ASKED = 3
ONE_DATE = Asking(tries=1, most=6)
SERVED = CallOutcome(Outcome.SERVED, "greetings attended to")


@dataclass(frozen=True, slots=True)
class Spot:
    """Which of the person's greetings is attended to."""

    owner: MailboxOwner
    choice: GreetingChoice
    language: Language

    @property
    def key(self) -> GreetingSpot:
        reason = self.choice.reason.value if self.choice.reason is not None else None
        place = (self.language, reason, self.choice.situation.value)
        return GreetingSpot("person", self.owner.person.id, "personal", *place)

    def greeting(self, talk: Conversation) -> Greeting | None:
        """The one in force."""
        found = [each for each in talk.directory.greetings("person", self.owner.person.id) if self._is(each)]
        lasting = [each for each in found if each.valid_until is None or each.valid_until > talk.now]
        return max(lasting, key=lambda each: each.id, default=None)

    def _is(self, greeting: Greeting) -> bool:
        here = (self.language, self.choice.reason, self.choice.situation)
        return (
            greeting.kind is GreetingKind.PERSONAL and (greeting.language, greeting.reason, greeting.situation) == here
        )

    def state(self, talk: Conversation) -> GreetingState:
        recorded = self.greeting(talk) is not None
        return GreetingState(self.choice.situation, self.choice.reason, self.language, recorded)


async def attend_greetings(talk: Conversation, owner: MailboxOwner, order: OwnGreetings) -> CallOutcome:
    """Raises LegGone; whatever was confirmed is done by then."""
    talk.stage = "at the greetings"
    choice = await _choice(talk, owner, order)
    if choice is None:
        return await _farewell(talk)
    spot = Spot(owner, choice, order.language or owner.person.language)
    last_day = await _day_of_order(talk, order)
    for _round in range(MOST_ROUNDS):
        await talk.refresh()
        key = await ask_choice(talk, "12349*", spot.state(talk), FixedPrompt("greeting-menu"))
        if key is None or key == CANCEL:
            break
        if key == "9":
            spot = replace(spot, language=next(each for each in LANGUAGES if each != spot.language))
        else:
            await _do(talk, spot, key, last_day)
    return await _farewell(talk)


async def _farewell(talk: Conversation) -> CallOutcome:
    await talk.say(FixedPrompt("service-end"))
    return SERVED


async def _choice(talk: Conversation, owner: MailboxOwner, order: OwnGreetings) -> GreetingChoice | None:
    authority_id, key = owner.person.authority_id, order.reason_key
    if order.choice is not None:
        return order.choice
    if key is None:
        kind = await ask_choice(talk, "12345*", FixedPrompt("greeting-choose"))
        if kind != BY_REASON:
            return choice_of(kind)
        key = await ask_choice(talk, "0123456789*", FixedPrompt("greeting-choose-reason"))
    chosen = choice_for_reason(key or "", talk.directory, authority_id)
    if chosen is None and key not in (None, CANCEL):
        await talk.say(InvalidChoice())
    return chosen


async def _do(talk: Conversation, spot: Spot, key: str, last_day: date | None) -> None:
    match key:
        case "1":
            await _record(talk, spot, last_day)
        case "2":
            await _listen(talk, spot)
        case "3":
            removed = await talk.ports.greetings.remove(spot.key, spot.owner.act(talk))
            await _told(talk, "remove", "greeting-removed" if removed else "greeting-is-none")
        case "4":
            restored = await talk.ports.greetings.restore(spot.key, spot.owner.act(talk))
            await _told(talk, "restore", "greeting-restored" if restored else "greeting-no-previous")
        case _:
            talk.log.warning("key_without_act", key=key)


async def _told(talk: Conversation, act: str, prompt_id: str, *more: Announcement) -> None:
    await talk.note(EventKind.DESK, greeting=act, told=prompt_id)
    await talk.say(FixedPrompt(prompt_id), *more)


async def _listen(talk: Conversation, spot: Spot) -> None:
    greeting = spot.greeting(talk)
    if greeting is None:
        await talk.say(FixedPrompt("greeting-is-none"))
        return
    await talk.say(RecordedSound(greeting.sha256), until_digit=True)


async def _record(talk: Conversation, spot: Spot, last_day: date | None) -> None:
    until: date | None = None
    if spot.choice.situation is GreetingSituation.TEMPORARY:
        until = last_day or await _ask_last_day(talk)
        if until is None:
            return
    if await record_greeting(talk, RecordedGreeting(spot.owner, spot.key, until)):
        lasts = (GreetingLasts(until),) if until is not None else ()
        await _told(talk, "record", "greeting-saved", *lasts)


async def _day_of_order(talk: Conversation, order: OwnGreetings) -> date | None:
    """None also for a day that cannot be: it is said, and asked for when it is needed."""
    if order.last_day is None:
        return None
    day = read_last_day(order.last_day, local_date(talk.now))
    if day is None:
        await talk.say(FixedPrompt("greeting-date-wrong"))
    return day


async def _ask_last_day(talk: Conversation) -> date | None:
    for _ in range(DATES_ASKED):
        digits = await ask_digits(talk, FixedPrompt("greeting-until"), asking=ONE_DATE)
        if digits is None:
            return None
        day = read_last_day(digits, local_date(talk.now))
        if day is not None:
            return day
        await talk.say(FixedPrompt("greeting-date-wrong"))
    return None
