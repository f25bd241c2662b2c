"""The examples of RFC 5545 (3.8.5.3), and every calendar of the suite of the library that works series out (R2)."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from switchboard.calendars.expanding import Expansion
from switchboard.domain.calendar import SourceKind
from switchboard.domain.working_days import STOCKHOLM
from tests.calendars.calendar_texts import calendar, event

NEW_YORK = ZoneInfo("America/New_York")
WEEKDAYS = "MO,TU,WE,TH,FR"
RFC_5545 = [
    ("970902", "FREQ=DAILY;COUNT=10", "970902 970903 970904 970905 970906 970907 970908 970909 970910 970911"),
    ("970902", "FREQ=DAILY;INTERVAL=2", "970902 970904 970906 970908 970910"),
    ("970902", "FREQ=DAILY;INTERVAL=10;COUNT=5", "970902 970912 970922 971002 971012"),
    ("970902", "FREQ=WEEKLY;COUNT=10", "970902 970909 970916 970923 970930 971007 971014 971021 971028 971104"),
    ("970902", "FREQ=WEEKLY;INTERVAL=2;WKST=SU", "970902 970916 970930 971014 971028 971111 971125 971209 971223"),
    (
        "970902",
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        "970902 970904 970909 970911 970916 970918 970923 970925 970930 971002",
    ),
    (
        "970901",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "970901 970903 970905 970915 970917 970919 970929 971001 971003 971013 971015 971017 971027 971029 971031 "
        "971110 971112 971114 971124 971126 971128 971208 971210 971212 971222",
    ),
    (
        "970902",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        "970902 970904 970916 970918 970930 971002 971014 971016",
    ),
    (
        "970905",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "970905 971003 971107 971205 980102 980206 980306 980403 980501 980605",
    ),
    ("970905", "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "970905 971003 971107 971205"),
    (
        "970907",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "970907 970928 971102 971130 980104 980125 980301 980329 980503 980531",
    ),
    ("970922", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "970922 971020 971117 971222 980119 980216"),
    ("970928", "FREQ=MONTHLY;BYMONTHDAY=-3", "970928 971029 971128 971229 980129 980226"),
    (
        "970902",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "970902 970915 971002 971015 971102 971115 971202 971215 980102 980115",
    ),
    (
        "970930",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "970930 971001 971031 971101 971130 971201 971231 980101 980131 980201",
    ),
    (
        "970910",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "970910 970911 970912 970913 970914 970915 990310 990311 990312 990313",
    ),
    ("970902", "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "970902 970909 970916 970923 970930 971104 971111 971118 971125"),
    (
        "970610",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "970610 970710 980610 980710 990610 990710 000610 000710 010610 010710",
    ),
    (
        "970310",
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "970310 990110 990210 990310 010110 010210 010310 030110 030210 030310",
    ),
    (
        "970101",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "970101 970410 970719 000101 000409 000718 030101 030410 030719 060101",
    ),
    ("970519", "FREQ=YEARLY;BYDAY=20MO", "970519 980518 990517"),
    ("970512", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "970512 980511 990517"),
    ("970313", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "970313 970320 970327 980305 980312 980319 980326"),
    ("970605", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", "970605 970612 970619 970626 970703 970710 970717 970724 970731"),
    (
        "970902",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13\r\nEXDATE;TZID=America/New_York:19970902T090000",
        "980213 980313 981113 990813 001013",
    ),
    (
        "970913",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "970913 971011 971108 971213 980110 980207 980307 980411 980509 980613",
    ),
    ("961105", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "961105 001107 041102"),
    ("970904", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "970904 971007 971106"),
    ("970929", f"FREQ=MONTHLY;BYDAY={WEEKDAYS};BYSETPOS=-2", "970929 971030 971127 971230 980129 980226 980330"),
    ("970805", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "970805 970810 970819 970824"),
    ("970805", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "970805 970817 970819 970831"),
    ("070115", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "070115 070130 070215 070315 070330"),
]
SUITE = Path(recurring_ical_events.__file__).parent / "test" / "calendars"
OTHER_COMPONENTS = {"issue_97_simple_journal", "issue_97_simple_todo", "issue_97_todo_nodtstart"}
UNREADABLE = "bad_rrule_missing_until_event"


def _century(day: str) -> str:
    return f"{'19' if day.startswith('9') else '20'}{day}"


@pytest.mark.parametrize(("start", "rule", "expected"), RFC_5545, ids=[rule for _, rule, _ in RFC_5545])
def test_each_example_of_the_standard_falls_on_its_days(start: str, rule: str, expected: str) -> None:
    """At nine in New York whatever the season; of those without an end the days up to the last that is named."""
    body = calendar(event(f"DTSTART;TZID=America/New_York:{_century(start)}T090000", "DURATION:PT1H", f"RRULE:{rule}"))
    since = datetime.strptime(_century(start), "%Y%m%d").replace(tzinfo=NEW_YORK)
    last = datetime.strptime(_century(expected.split()[-1]), "%Y%m%d").replace(tzinfo=NEW_YORK)
    found = Expansion(since, last + timedelta(days=1)).events(SourceKind.ICALENDAR, body)
    assert [
        f"{each.start.astimezone(NEW_YORK):%y%m%d %H%M}" for each in sorted(found, key=lambda each: each.start)
    ] == [f"{day} 0900" for day in expected.split()]


def _as_the_library_says(body: bytes, since: datetime, until: datetime) -> list[datetime]:
    whole = icalendar.Calendar.from_ical(body)
    starts = [each.DTSTART for each in recurring_ical_events.of(whole).between(since, until)]
    times = [each if isinstance(each, datetime) else datetime(each.year, each.month, each.day) for each in starts]  # noqa: DTZ001
    return sorted((each if each.tzinfo else each.replace(tzinfo=STOCKHOLM)).astimezone(UTC) for each in times)


def _years(body: bytes) -> list[int]:
    """In which its events begin; those of its time zones stand before them."""
    events = body.partition(b"BEGIN:VEVENT")[2]
    return sorted({int(year) for year in re.findall(rb"^DTSTART[^:\r\n]*:([0-9]{4})", events, re.MULTILINE)})


def _suite() -> list[str]:
    return sorted({file.stem for file in SUITE.glob("*.ics")} - OTHER_COMPONENTS - {UNREADABLE})


@pytest.mark.parametrize("name", _suite())
def test_each_calendar_of_the_library_s_suite_is_read_as_the_library_reads_it(name: str) -> None:
    """We take it apart by series before: nothing may be lost or doubled by that."""
    body = (SUITE / f"{name}.ics").read_bytes()
    for year in _years(body):
        since, until = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        expansion = Expansion(since, until)
        found = sorted(each.start for each in expansion.events(SourceKind.ICALENDAR, body))
        assert (found, expansion.unread) == (_as_the_library_says(body, since, until), set())


def test_the_suite_is_there() -> None:
    assert len(_suite()) > 80


def test_a_series_that_the_library_refuses_is_named() -> None:
    expansion = Expansion(datetime(2019, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC))
    body = (SUITE / f"{UNREADABLE}.ics").read_bytes()
    assert (list(expansion.events(SourceKind.ICALENDAR, body)), len(expansion.unread)) == ([], 1)
