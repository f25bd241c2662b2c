"""`python -m tests.demo.clock`: the SWITCHBOARD_NOW with which the demonstration begins at ten on a working day.

So the calls go the same way at any hour of any day, and opening hours and deadlines are seen at their best.
"""

import sys
from datetime import UTC, date, datetime, time, timedelta

from holidays import PUBLIC
from holidays.countries.sweden import Sweden

from switchboard.domain.working_days import STOCKHOLM

BEGINS = time(10, 0)
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Of the demo's authorities: no weekend, no public holiday, none of the three eves."""
    midsummer_eve = next(each for each in _days_from(date(day.year, 6, 19)) if each.weekday() == 4)
    eves = (midsummer_eve, date(day.year, 12, 24), date(day.year, 12, 31))
    public = Sweden(years=day.year, categories=(PUBLIC,), include_sundays=False)
    return day.weekday() < _SATURDAY and day not in public and day not in eves


def working_day_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    for each in _days_from(day + timedelta(days=1)):
        count -= is_working_day(each)
        if count == 0:
            return each
    raise AssertionError("the days never end")


def shift_to_working_day(real: datetime) -> str:
    """An offset that the service's clock reads, from `real` to ten o'clock today or on the next working day."""
    today = real.astimezone(STOCKHOLM).date()
    day = today if is_working_day(today) else working_day_after(today, 1)
    shift = datetime.combine(day, BEGINS, STOCKHOLM).astimezone(UTC) - real.astimezone(UTC)
    days, seconds = divmod(round(abs(shift.total_seconds())), 24 * 60 * 60)
    return f"{'-' if shift < timedelta() else '+'}{days}d{seconds}s"


def _days_from(first: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range(60)]


if __name__ == "__main__":
    print(shift_to_working_day(datetime.now(UTC)))  # noqa: TID251 - the real clock is what is shifted
    sys.exit(0)
