"""RFC 5545 as calendars of colleagues use it, and calendars that mean no good (R1, R2)."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchboard.calendars import reading
from switchboard.calendars.expanding import Expansion, series_name
from switchboard.calendars.failures import CalendarFailure
from switchboard.calendars.reading import read_events
from switchboard.domain.calendar import CalendarEvent, Showing, SourceKind
from tests.calendars.calendar_texts import calendar, event

SINCE, UNTIL = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
NEW_YORK = (
    "BEGIN:VTIMEZONE\r\nTZID:Own zone\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:-0500\r\n"
    "TZOFFSETTO:-0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)
SERIES = event(
    "DTSTART;TZID=Europe/Stockholm:20260803T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3", "SUMMARY:MÖT"
)


def read(body: bytes) -> list[CalendarEvent]:
    return sorted(Expansion(SINCE, UNTIL).events(SourceKind.ICALENDAR, body), key=lambda each: each.start)


def starts(body: bytes) -> list[str]:
    return [f"{each.start:%d %H:%M}" for each in read(body)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("DTSTART:20260803T100000Z", "DTEND:20260803T110000Z"), "03 10:00-03 11:00"),
        (("DTSTART;TZID=Europe/Stockholm:20260803T100000", "DURATION:PT90M"), "03 08:00-03 09:30"),
        (("DTSTART;TZID=W. Europe Standard Time:20260803T100000", "DURATION:PT1H"), "03 08:00-03 09:00"),
        (("DTSTART;TZID=Own zone:20260803T100000", "DURATION:PT1H"), "03 15:00-03 16:00"),
        (("DTSTART:20260803T100000", "DURATION:PT1H"), "03 08:00-03 09:00"),
        (("DTSTART;VALUE=DATE:20260803", "DTEND;VALUE=DATE:20260805"), "02 22:00-04 22:00"),
        (("DTSTART;VALUE=DATE:20260803",), "02 22:00-03 22:00"),
    ],
)
def test_times(lines: tuple[str, ...], expected: str) -> None:
    (got,) = read(calendar(NEW_YORK, event(*lines)))
    assert f"{got.start:%d %H:%M}-{got.end:%d %H:%M}" == expected


def test_a_series_keeps_the_time_on_the_wall_when_the_clocks_change() -> None:
    body = calendar(event("DTSTART;TZID=Europe/Stockholm:20260302T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"))
    march = Expansion(datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)).events(
        SourceKind.ICALENDAR, body
    )
    assert sorted(f"{each.start:%d %H:%M}" for each in march) == ["23 09:00", "30 08:00"]


def test_an_exception_and_a_moved_instance() -> None:
    assert starts(calendar(SERIES)) == ["03 08:00", "04 08:00", "05 08:00"]
    without = SERIES.replace("SUMMARY", "EXDATE;TZID=Europe/Stockholm:20260804T100000\r\nSUMMARY")
    assert starts(calendar(without)) == ["03 08:00", "05 08:00"]
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Stockholm:20260804T100000",
        "DTSTART;TZID=Europe/Stockholm:20260804T150000",
        "DURATION:PT1H",
        "SUMMARY:MÖT",
    )
    assert starts(calendar(SERIES, moved)) == ["03 08:00", "04 13:00", "05 08:00"]


def test_a_cancelled_instance_is_cancelled_alone() -> None:
    gone = event(
        "RECURRENCE-ID;TZID=Europe/Stockholm:20260804T100000",
        "DTSTART;TZID=Europe/Stockholm:20260804T100000",
        "DURATION:PT1H",
        "STATUS:CANCELLED",
    )
    assert [each.cancelled for each in read(calendar(SERIES, gone))] == [False, True, False]


@pytest.mark.parametrize(
    ("line", "showing", "private"),
    [
        ("TRANSP:OPAQUE", Showing.BUSY, False),
        ("TRANSP:TRANSPARENT", Showing.FREE, False),
        ("STATUS:TENTATIVE", Showing.TENTATIVE, False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", Showing.OUT_OF_OFFICE, False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", Showing.ELSEWHERE, False),
        ("CLASS:PRIVATE", Showing.BUSY, True),
        ("CLASS:CONFIDENTIAL", Showing.BUSY, True),
    ],
)
def test_how_the_time_is_shown(line: str, showing: Showing, private: bool) -> None:
    (got,) = read(calendar(event("DTSTART:20260803T100000Z", "DURATION:PT1H", line)))
    assert (got.showing, got.private) == (showing, private)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_whatever_the_encoding(encoding: str) -> None:
    text = calendar(event("DTSTART:20260803T100000Z", "DURATION:PT1H", "SUMMARY:MÖT")).decode()
    (got,) = read(text.encode(encoding))
    assert got.title == "MÖT"


async def test_the_process_gives_what_the_calendar_says() -> None:
    reading_ = await read_events(SourceKind.ICALENDAR, calendar(SERIES), SINCE, UNTIL)
    first = reading_.events[0]
    assert (first.start, first.title, first.series) == (datetime(2026, 8, 3, 8, tzinfo=UTC), "MÖT", series_name("1"))
    assert (len(reading_.events), reading_.unread, reading_.problem) == (3, frozenset(), None)


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 50}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><multistatus xmlns='DAV:'>&i;</multistatus>"
).encode()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (SourceKind.ICALENDAR, b""),
        (SourceKind.ICALENDAR, b"<html>sign in</html>"),
        (SourceKind.ICALENDAR, b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"),
        (SourceKind.ICALENDAR, bytes(range(256)) * 100),
        (SourceKind.ICALENDAR, calendar(*(event("DTSTART:broken", uid=str(n)) for n in range(200)))),
        (SourceKind.ICALENDAR, calendar(SERIES, "BEGIN:VEVENT\r\nUID:2\r\n")),
        (SourceKind.CALDAV, b"<html/>"),
        (SourceKind.CALDAV, LAUGHS),
    ],
)
async def test_what_is_no_good_fails_within_the_limits(
    kind: SourceKind, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WALL_S", 6.0)
    with pytest.raises(CalendarFailure):
        await read_events(kind, body, SINCE, UNTIL)


BOMBS = ["RRULE:FREQ=SECONDLY", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "RRULE:FREQ=SECONDLY;BYHOUR=3;BYMONTH=2"]


@pytest.mark.parametrize(
    "broken",
    [
        *(("DTSTART:19700101T000000Z", "DURATION:PT1S", bomb) for bomb in BOMBS[:1]),
        ("DTSTART:19000101T000000Z", "DURATION:PT1S", BOMBS[2]),
        ("DTSTART:20260804T100000Z", "DURATION:PT1H", "RRULE:FREQ=NONSENSE"),
        ("DTSTART:20260804T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYHOUR=99"),
        ("DTSTART:tomorrow", "DURATION:PT1H"),
        ("DURATION:PT1H",),
        ("DTSTART:20260804T100000Z", "DTEND:later"),
    ],
)
async def test_a_broken_or_endless_series_is_named_and_takes_no_other_with_it(broken: tuple[str, ...]) -> None:
    body = calendar(SERIES, event(*broken, uid="bad"), event("DTSTART:20260810T100000Z", "DURATION:PT1H", uid="good"))
    got = await read_events(SourceKind.ICALENDAR, body, SINCE, UNTIL)
    assert [f"{each.start:%d %H:%M}" for each in got.events] == ["03 08:00", "04 08:00", "05 08:00", "10 10:00"]
    assert got.unread == {series_name("bad")}
    assert "1 event(s) that cannot be worked out" in (got.problem or "")


async def test_a_broken_resource_of_a_collection_is_one_series() -> None:
    answer = "".join(
        f"<response><propstat><prop><C:calendar-data><![CDATA[{text}]]></C:calendar-data></prop></propstat></response>"
        for text in (calendar(SERIES).decode(), "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:cut\r\n  off\r\nDTSTART:2026")
    )
    body = f"<multistatus xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'>{answer}</multistatus>".encode()
    got = await read_events(SourceKind.CALDAV, body, SINCE, UNTIL)
    assert (len(got.events), got.unread) == (3, frozenset({series_name("cut off")}))


async def test_the_process_that_reads_has_no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Instead of Python: a program that writes its environment where the events are expected."""
    program = tmp_path / "python"
    program.write_text(
        '#!/bin/sh\ncat >/dev/null\nprintf \'{"events": [], "unread": ["%s"]}\' "$(env | grep -c SWITCHBOARD)"\n'
    )
    program.chmod(0o700)
    monkeypatch.setenv("SWITCHBOARD_ARI_PASSWORD", "secret")
    monkeypatch.setattr(sys, "executable", str(program))
    assert (await read_events(SourceKind.ICALENDAR, b"", SINCE, UNTIL)).unread == {"0"}
