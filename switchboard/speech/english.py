"""How a day and a time are said in English: which fragments of the script, in which order."""

from datetime import date, time

from switchboard.speech.calendar_words import Day, DayKind


def clock_time(at: time) -> tuple[str, ...]:
    """'at eight o'clock', 'at two o'clock in the afternoon', 'at two thirty p.m.', 'at nine oh five a.m.'."""
    if at.minute == 0:
        return (f"at-{at.hour}",)
    half = "am" if at.hour < 12 else "pm"
    return (f"at-{at.hour % 12 or 12}-minute", f"minute-{at.minute}-{half}")


def return_day(day: Day) -> tuple[str, ...]:
    """After 'will be back': nothing for today (the clock time says it), 'tomorrow', 'on Monday the third of August'."""
    match day.kind:
        case DayKind.TODAY:
            return () if day.time_follows else ("later-today",)
        case DayKind.TOMORROW:
            return ("tomorrow",) if day.time_follows else ("tomorrow-end",)
        case DayKind.LATER:
            return (_on_weekday(day.on), *day.month_and_year())


def promised_day(day: Day) -> tuple[str, ...]:
    """After 'no later than': 'tomorrow, Wednesday the fifth of August'."""
    near = {DayKind.TODAY: ("today",), DayKind.TOMORROW: ("tomorrow",), DayKind.LATER: ()}[day.kind]
    return (*near, f"weekday-{day.on.isoweekday()}", *day.month_and_year())


def agreed_day(day: Day) -> tuple[str, ...]:
    """After 'promised to call back': 'tomorrow, Friday the fourth of December', 'on Monday the seventh of December'."""
    if day.kind is DayKind.LATER:
        return (_on_weekday(day.on), *day.month_and_year())
    return promised_day(day)


def opening_day(day: Day) -> tuple[str, ...]:
    """'We open again on Monday the third of August', for a day that is more than a week away."""
    return ("opens", _on_weekday(day.on), *day.month_and_year())


def _on_weekday(on: date) -> str:
    return f"on-weekday-{on.isoweekday()}"
