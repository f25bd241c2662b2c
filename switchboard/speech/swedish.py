"""How a Swede says a day and a time: which fragments of the script, in which order."""

from datetime import date, time

from switchboard.speech.calendar_words import Day, DayKind


def clock_time(at: time) -> tuple[str, ...]:
    """'klockan åtta', 'klockan fjorton och trettio', 'klockan nio noll fem'; after midnight 'klockan noll noll tio'."""
    if at.minute == 0:
        return (f"at-{at.hour}",)
    if at.hour == 0 and at.minute >= 10:
        return ("at-0-minute", f"minute-{at.minute}-midnight")
    return (f"at-{at.hour}-minute", f"minute-{at.minute}")


def return_day(day: Day) -> tuple[str, ...]:
    """After 'åter': nothing for today (the clock time says it), 'i morgon', 'måndag den tredje augusti'."""
    match day.kind:
        case DayKind.TODAY:
            return () if day.time_follows else ("later-today",)
        case DayKind.TOMORROW:
            return ("tomorrow",) if day.time_follows else ("tomorrow-end",)
        case DayKind.LATER:
            return (weekday(day.on), *day.month_and_year())


def promised_day(day: Day) -> tuple[str, ...]:
    """After 'senast': 'i morgon, onsdag den femte augusti'; the date is always said, for it is a promise."""
    near = {DayKind.TODAY: ("today",), DayKind.TOMORROW: ("tomorrow",), DayKind.LATER: ()}[day.kind]
    return (*near, weekday(day.on), *day.month_and_year())


def opening_day(day: Day) -> tuple[str, ...]:
    """'Vi öppnar igen måndag den tredje augusti', for a day that is more than a week away."""
    return ("opens", weekday(day.on), *day.month_and_year())


def weekday(on: date) -> str:
    """The indefinite form: 'måndag'."""
    return f"weekday-{on.isoweekday()}"
