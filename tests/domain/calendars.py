"""The calendar that most rules are tested with: Sweden 2025-2030 with the three eves off."""

from datetime import datetime

from switchboard.domain.directory import DayOff
from switchboard.domain.working_days import STOCKHOLM, build_calendar
from tests.domain.swedish_holidays import PUBLIC_HOLIDAYS, YEARS

THREE_EVES = (
    DayOff(1, 1, "midsummer_eve"),
    DayOff(2, 1, "christmas_eve"),
    DayOff(3, 1, "new_years_eve"),
)
CALENDAR = build_calendar(YEARS, PUBLIC_HOLIDAYS, THREE_EVES)


def local(text: str) -> datetime:
    """`2026-08-03 08:00` on a clock in Sweden."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)
