"""What is said to a colleague about their own greetings and messages. All ids are of the script. Pure.

'Nytt meddelande från noll sju noll, … Mottaget i går klockan nio noll fem.'
"""

from datetime import date, datetime, timedelta
from itertools import chain

from switchboard.domain.directory import GreetingSituation, Language
from switchboard.domain.mailbox.announcements import (
    GreetingLasts,
    GreetingState,
    MailboxSummary,
    MessageHeader,
    TaskHeader,
    TasksSummary,
)
from switchboard.domain.opening_hours import STOCKHOLM
from switchboard.speech.calendar_words import FIRST_YEAR, LAST_YEAR, MONTHS_WITHOUT_YEAR, Day, months_after
from switchboard.speech.timed_phrases import WORDS
from switchboard.speech.waiting_phrases import is_foreign, number_groups, spoken_digits

MOST_COUNTED = 99
LONGEST_EXTENSION = 8


Personal = GreetingState | GreetingLasts | MailboxSummary | MessageHeader | TasksSummary | TaskHeader


def personal_phrase(announcement: Personal, language: Language, now: datetime) -> tuple[str, ...]:
    """The ids of the clips, at least one. `now` is aware."""
    today = now.astimezone(STOCKHOLM).date()
    match announcement:
        case GreetingState():
            return _state(announcement)
        case GreetingLasts(last_day):
            return ("greeting-lasts", *WORDS[language].promised_day(Day(last_day, today, time_follows=False)))
        case MailboxSummary(new, saved):
            return _summary(new, saved)
        case MessageHeader(new, caller, received_at):
            lead = "message-new" if new else "message-old"
            return (lead, *_caller(caller), *_received(received_at, language, today))
        case TasksSummary(count):
            return _counted(count, "task-to-return", "tasks-to-return") if count else ("tasks-none",)
        case TaskHeader(caller, received_at):
            return ("task-call", *_caller(caller), *_received(received_at, language, today))


def _state(state: GreetingState) -> tuple[str, ...]:
    which = "greeting-for-reason" if state.reason is not None else f"greeting-{_SITUATIONS[state.situation]}"
    spoken = "greeting-in-swedish" if state.language == "sv" else "greeting-in-english"
    return (which, spoken, "greeting-is-recorded" if state.recorded else "greeting-is-missing")


_SITUATIONS = {
    GreetingSituation.ALWAYS: "always",
    GreetingSituation.PRESENT: "present",
    GreetingSituation.ABSENT: "absent",
    GreetingSituation.TEMPORARY: "temporary",
}


def _summary(new: int, saved: int) -> tuple[str, ...]:
    """'Du har två nya meddelanden. Du har ett sparat meddelande.'"""
    if not new and not saved:
        return ("mailbox-empty",)
    return (
        *(_counted(new, "new-message", "new-messages") if new else ()),
        *(_counted(saved, "saved-message", "saved-messages") if saved else ()),
    )


def _counted(count: int, one: str, many: str) -> tuple[str, ...]:
    if count > MOST_COUNTED:
        return ("mailbox-many", many)
    return ("mailbox-have", f"number-{count}", one if count == 1 else many)


def _received(at: datetime, language: Language, today: date) -> tuple[str, ...]:
    received = at.astimezone(STOCKHOLM)
    clock = WORDS[language].clock_time(received.time().replace(second=0, microsecond=0))
    return ("message-received", *_past_day(received.date(), today, language), *clock)


def _caller(caller: str | None) -> tuple[str, ...]:
    groups = number_groups(caller) if caller else ()
    if caller is None or not groups:
        return ("message-hidden",)
    inside = not caller.startswith("+") and len(caller) <= LONGEST_EXTENSION
    lead = ("extension",) if inside else ("plus",) if is_foreign(caller) else ()
    last = len(groups)
    return (*lead, *chain.from_iterable(spoken_digits(group, last=at == last) for at, group in enumerate(groups, 1)))


def _past_day(day: date, today: date, language: Language) -> tuple[str, ...]:
    """'i dag', 'i går', 'måndag den tredje augusti', and the year when it is more than six months ago. A clock that was
    put back makes no message of tomorrow."""
    if day >= today:
        return ("today",)
    if day == today - timedelta(days=1):
        return ("yesterday",)
    weekday = f"{'on-' if language == 'en' else ''}weekday-{day.isoweekday()}"
    far = months_after(day, MONTHS_WITHOUT_YEAR) < today and FIRST_YEAR <= day.year <= LAST_YEAR
    return (weekday, f"day-{day.day}", f"month-{day.month}", *((f"year-{day.year}",) if far else ()))
