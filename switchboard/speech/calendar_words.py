"""What both languages need to know of a day before they name it: how near it is, and whether its year is said."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

MONTHS_WITHOUT_YEAR = 6
FIRST_YEAR, LAST_YEAR = 2025, 2045  # of which the script has recordings


class DayKind(Enum):
    TODAY = auto()
    TOMORROW = auto()
    LATER = auto()


@dataclass(frozen=True, slots=True)
class Day:
    """A day to be named, seen from `today`. `time_follows`: a clock time is said after it."""

    on: date
    today: date
    time_follows: bool

    @property
    def kind(self) -> DayKind:
        if self.on <= self.today:
            return DayKind.TODAY
        return DayKind.TOMORROW if self.on == self.today + timedelta(days=1) else DayKind.LATER

    def month_and_year(self) -> tuple[str, ...]:
        """'den tredje' 'augusti', and the year when the day is more than six months away."""
        end = "" if self.time_follows else "-end"
        day, month = f"day-{self.on.day}", f"month-{self.on.month}"
        if self.is_far and FIRST_YEAR <= self.on.year <= LAST_YEAR:
            return (day, month, f"year-{self.on.year}{end}")
        return (day, f"{month}{end}")

    @property
    def is_far(self) -> bool:
        return self.on > months_after(self.today, MONTHS_WITHOUT_YEAR)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day. Past the year 9999: the last day there is."""
    years, month_index = divmod(day.month - 1 + months, 12)
    if day.year + years > date.max.year:
        return date.max
    last = calendar.monthrange(day.year + years, month_index + 1)[1]
    return date(day.year + years, month_index + 1, min(day.day, last))
