"""Calendars as the usual programs publish them, from the text to the absences that callers are told of (R1, R2)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchboard.calendars.expanding import Expansion
from switchboard.domain.calendar import SourceKind, absences_of_events, words_of
from switchboard.domain.working_days import STOCKHOLM

SINCE, UNTIL = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
TEXTS = Path(__file__).parent / "published"


def told(name: str) -> list[str]:
    """Reason, from, until by the clock on the wall, and what else there is."""
    events = Expansion(SINCE, UNTIL).events(SourceKind.ICALENDAR, (TEXTS / f"{name}.ics").read_bytes())
    return [
        f"{each.reason} {each.start.astimezone(STOCKHOLM):%d %H:%M}-{each.until.astimezone(STOCKHOLM):%d %H:%M}"
        f"{' open' if each.open else ''}{f' >{each.deputy}' if each.deputy else ''}"
        for each in absences_of_events(events, words_of(()), SINCE)
    ]


@pytest.mark.requirement("R1", "R2")
@pytest.mark.parametrize(
    ("publisher", "expected"),
    [
        (
            "exchange",
            # A weekly meeting with one moved, one cancelled; out of office for days; free and tentative are none.
            [
                "meeting 03 09:00-03 10:00",
                "meeting 11 13:00-11 14:00",
                "other 13 00:00-15 00:00",
                "meeting 24 09:00-24 10:00",
                "meeting 31 09:00-31 10:00",
            ],
        ),
        (
            "google",
            # Whole days that are shown as free count by their code; a private one gives no reason.
            ["vacation 03 00:00-08 00:00 >212", "lunch 10 12:00-10 13:00 open", "other 12 14:00-12 15:30"],
        ),
        ("nextcloud", ["course 04 08:30-04 16:00", "meeting 05 10:00-05 10:45", "meeting 19 10:00-19 10:45"]),
    ],
)
def test_what_they_publish_is_what_callers_are_told(publisher: str, expected: list[str]) -> None:
    assert told(publisher) == expected
