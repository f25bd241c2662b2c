"""Read a calendar in a process of its own, with limits on processor time and memory: a recurrence may be a bomb.

As a program: the body on standard input, arguments kind, since, until; a JSON list of events on standard output.
"""

import asyncio
import contextlib
import json
import resource
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import recurring_ical_events

from switchboard.calendars.failures import CalendarFailure
from switchboard.domain.calendar import CalendarEvent, Showing, SourceKind
from switchboard.domain.working_days import STOCKHOLM

CPU_S = 8
WALL_S = 12.0
MEMORY_BYTES = 768 * 1024 * 1024
MOST_EVENTS = 2000
LONGEST_TITLE = 200
_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"
_BUSY = {
    "FREE": Showing.FREE,
    "TENTATIVE": Showing.TENTATIVE,
    "BUSY": Showing.BUSY,
    "OOF": Showing.OUT_OF_OFFICE,
    "WORKINGELSEWHERE": Showing.ELSEWHERE,
}


async def read_events(kind: SourceKind, body: bytes, since: datetime, until: datetime) -> tuple[CalendarEvent, ...]:
    """What happens between the two. CalendarFailure where it cannot be read within the limits."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "switchboard.calendars.reading", kind.value, since.isoformat(), until.isoformat(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(WALL_S):
            out, _ = await process.communicate(body)
    except TimeoutError:
        raise CalendarFailure("takes too long to work out") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode == 3:
        raise CalendarFailure("is not a calendar that can be read")
    if process.returncode == 4:
        raise CalendarFailure(f"has more than {MOST_EVENTS} events in the time that counts")
    if process.returncode:
        raise CalendarFailure("takes too much time or memory to work out")
    return tuple(_event_of(fields) for fields in json.loads(out))


def events_between(kind: SourceKind, body: bytes, since: datetime, until: datetime) -> Iterator[CalendarEvent]:
    """ValueError where it is no calendar."""
    for text in _calendars(kind, body):
        for calendar in icalendar.Calendar.from_ical(text, multiple=True):
            if calendar.name != "VCALENDAR":
                raise ValueError("no calendar")
            for found in recurring_ical_events.of(calendar, skip_bad_series=True).between(since, until):
                yield _event(found)


def _calendars(kind: SourceKind, body: bytes) -> list[str]:
    if kind is SourceKind.ICALENDAR:
        text = _decoded(body)
        # One that was cut off must not pass for one from which events were taken away.
        if "BEGIN:VCALENDAR" not in text.upper() or not text.rstrip().upper().endswith("END:VCALENDAR"):
            raise ValueError("no calendar")
        return [text]
    root = ElementTree.fromstring(body)  # noqa: S314  in a process with limits; expat bounds entities
    if root.tag != "{DAV:}multistatus":
        raise ValueError("no multistatus")
    return [each.text for each in root.iter(_DATA) if each.text]


def _decoded(body: bytes) -> str:
    """UTF-8 is the rule (RFC 5545, 3.1.4); some servers send UTF-16 or Latin-1 all the same."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _event(found: icalendar.cal.Component) -> CalendarEvent:
    begin = found["DTSTART"].dt
    end = found["DTEND"].dt if "DTEND" in found else _end_without(begin, found)
    return CalendarEvent(
        _instant(begin),
        _instant(end),
        str(found.get("SUMMARY", ""))[:LONGEST_TITLE],
        _showing(found),
        str(found.get("CLASS", "PUBLIC")).upper() in ("PRIVATE", "CONFIDENTIAL"),
        str(found.get("STATUS", "")).upper() == "CANCELLED",
    )


def _end_without(begin: date, found: icalendar.cal.Component) -> date:
    """RFC 5545, 3.6.1: the duration, else the whole day, else no time at all."""
    if "DURATION" in found:
        length: timedelta = found["DURATION"].dt
        return begin + length
    return begin if isinstance(begin, datetime) else begin + timedelta(days=1)


def _showing(found: icalendar.cal.Component) -> Showing:
    exchange = _BUSY.get(str(found.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper())
    if exchange is not None:
        return exchange
    if str(found.get("TRANSP", "OPAQUE")).upper() == "TRANSPARENT":
        return Showing.FREE
    return Showing.TENTATIVE if str(found.get("STATUS", "")).upper() == "TENTATIVE" else Showing.BUSY


def _instant(value: date) -> datetime:
    """A date, and a time without a zone, are meant where the person is."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(0), STOCKHOLM)
    return (value if value.tzinfo else value.replace(tzinfo=STOCKHOLM)).astimezone(UTC)


def _event_of(fields: list[object]) -> CalendarEvent:
    start, end, title, showing, private, cancelled = fields
    return CalendarEvent(
        datetime.fromisoformat(str(start)), datetime.fromisoformat(str(end)), str(title), Showing(str(showing)),
        bool(private), bool(cancelled),
    )  # fmt: skip


def _main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    kind, since, until = sys.argv[1:]
    rows = []
    try:
        between = datetime.fromisoformat(since), datetime.fromisoformat(until)
        for each in events_between(SourceKind(kind), sys.stdin.buffer.read(), *between):
            row = (each.start.isoformat(), each.end.isoformat(), each.title, each.showing.value)
            rows.append((*row, each.private, each.cancelled))
            if len(rows) > MOST_EVENTS:
                return 4
    except MemoryError:
        return 5
    except Exception:  # noqa: BLE001  whatever the libraries make of it, it cannot be read
        return 3
    sys.stdout.write(json.dumps(rows))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
