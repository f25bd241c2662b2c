"""The sentences that name a day or a time: an absence, the opening hours, the promise to call back.

The languages share the sentences' order and differ in how they name days and times (`swedish`, `english`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from switchboard.domain.announcement import AbsenceNotice, Closed, Promise, PromisedCallback
from switchboard.domain.directory import AbsenceReason, Language
from switchboard.domain.opening_hours import STOCKHOLM
from switchboard.speech import english, swedish
from switchboard.speech.calendar_words import LAST_YEAR, Day
from switchboard.speech.clips import Clips, prompts
from switchboard.speech.names import place, somebody

MIDNIGHT = time(0, 0)
DAYS_NAMED_BY_WEEKDAY = 6  # "på måndag" is clear up to the day before the same weekday


@dataclass(frozen=True, slots=True)
class DayWords:
    """How one language names days and times, as ids of fragments."""

    clock_time: Callable[[time], tuple[str, ...]]
    return_day: Callable[[Day], tuple[str, ...]]
    promised_day: Callable[[Day], tuple[str, ...]]
    agreed_day: Callable[[Day], tuple[str, ...]]
    opening_day: Callable[[Day], tuple[str, ...]]


WORDS: Mapping[Language, DayWords] = {
    "sv": DayWords(
        swedish.clock_time, swedish.return_day, swedish.promised_day, swedish.promised_day, swedish.opening_day
    ),
    "en": DayWords(
        english.clock_time, english.return_day, english.promised_day, english.agreed_day, english.opening_day
    ),
}
_NO_REASON = "reason-away"


Timed = AbsenceNotice | Closed | Promise | PromisedCallback


def timed_phrase(announcement: Timed, language: Language, now: datetime) -> Clips:
    """`now` is local to Europe/Stockholm."""
    match announcement:
        case AbsenceNotice():
            return _absence(announcement, language, now)
        case Closed():
            return _closed(announcement, language, now)
        case Promise():
            return _promise(announcement, language, now)
        case PromisedCallback():
            return _promised_callback(announcement, language, now)


def _absence(notice: AbsenceNotice, language: Language, now: datetime) -> Clips:
    """'Anna Andersson har semester och är åter måndag den tredje augusti klockan åtta' (R2)."""
    known = notice.reason not in {None, AbsenceReason.OTHER}
    reason = f"reason-{notice.reason}" if known else _NO_REASON
    who = somebody(notice.person, language)
    until = _speakable(notice.until, now)
    if until is None:
        return (*who, *prompts(language, reason))
    # Nobody is expected back at midnight: such a time stands for the day.
    timed = not notice.whole_days and until.time() != MIDNIGHT
    words = WORDS[language]
    day = words.return_day(Day(until.date(), now.date(), timed))
    clock = words.clock_time(until.time()) if timed else ()
    return (*who, *prompts(language, f"{reason}-back", *day, *clock))


def _closed(closed: Closed, language: Language, now: datetime) -> Clips:
    """'Du har kommit till Bygglov. Vi har stängt just nu. Vi öppnar igen i morgon klockan nio' (R23)."""
    named = place(closed.where, language)
    where = (*prompts(language, "reached"), *named) if named else ()
    if closed.opens_at is None:
        return (*where, *prompts(language, "closed-until-further-notice"))
    opens = _speakable(closed.opens_at, now)
    again = _opening(opens, language, now) if opens else ()
    return (*where, *prompts(language, "closed", *again))


def _opening(opens: datetime, language: Language, now: datetime) -> tuple[str, ...]:
    words = WORDS[language]
    days = (opens.date() - now.date()).days
    clock = words.clock_time(opens.time())
    if days <= 1:
        return ("opens-tomorrow" if days else "opens-today", *clock)
    if days <= DAYS_NAMED_BY_WEEKDAY:
        return (f"opens-weekday-{opens.isoweekday()}", *clock)
    return (*words.opening_day(Day(opens.date(), now.date(), time_follows=True)), *clock)


def _promise(promise: Promise, language: Language, now: datetime) -> Clips:
    """'Tack. Vi ringer upp dig senast onsdag den femte augusti' (R14-R16)."""
    hidden = "" if promise.has_number else "hidden-"
    means = "call-or-email" if promise.email_counts else "call"
    prompt = f"promise-{hidden}{means}"
    if promise.by is None or not now.date() <= promise.by <= date(LAST_YEAR, 12, 31):
        return prompts(language, prompt)
    day = Day(promise.by, now.date(), time_follows=False)
    return prompts(language, f"{prompt}-by", *WORDS[language].promised_day(day))


def _promised_callback(promised: PromisedCallback, language: Language, now: datetime) -> Clips:
    """'Vi har lovat att ringa upp i dag, torsdag den tredje december klockan fjorton och trettio' (R20)."""
    at = _speakable(promised.at, now)
    if at is None:
        return prompts(language, "desk-promised")
    words = WORDS[language]
    if promised.whole_day:
        day = Day(promised.at.astimezone(STOCKHOLM).date(), now.date(), time_follows=False)
        return prompts(language, "desk-promised-by", *words.promised_day(day))
    day = Day(at.date(), now.date(), time_follows=True)
    return prompts(language, "desk-promised-at", *words.agreed_day(day), *words.clock_time(at.time()))


def _speakable(moment: datetime | None, now: datetime) -> datetime | None:
    """The local time to be said, to the next full minute; None where it has passed, or is too far off to be meant."""
    if moment is None or not now.year - 1 <= moment.year <= LAST_YEAR:
        return None
    # In UTC, because Python compares two times of one zone by the wall clock, which in October goes back.
    instant = moment.astimezone(UTC)
    if instant <= now.astimezone(UTC):
        return None
    beyond = timedelta(seconds=instant.second, microseconds=instant.microsecond)
    whole = instant - beyond + (timedelta(minutes=1) if beyond else timedelta())
    return whole.astimezone(STOCKHOLM)
