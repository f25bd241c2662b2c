"""From a calendar's text to its events, each series for itself: one that is broken, or would never end, takes no other
with it, and is named instead of passing for one that was deleted (RFC 5545, RFC 4791)."""

import re
import signal
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from types import FrameType

import icalendar
import recurring_ical_events

from switchboard.domain.calendar import CalendarEvent, Showing, SourceKind
from switchboard.domain.working_days import STOCKHOLM

SERIES_CPU_S = 2.0
MOST_OF_A_SERIES = 1000
LONGEST_TITLE = 200
MOST_UNREAD = 100
_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"
_UID = re.compile(r"^UID[^:\r\n]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.MULTILINE | re.IGNORECASE)
_BEGIN = re.compile(r"^BEGIN:VEVENT\s*$", re.MULTILINE | re.IGNORECASE)
_FOLD = re.compile(r"\r?\n[ \t]")
_TIMES = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"})
_BUSY = {
    "FREE": Showing.FREE,
    "TENTATIVE": Showing.TENTATIVE,
    "BUSY": Showing.BUSY,
    "OOF": Showing.OUT_OF_OFFICE,
    "WORKINGELSEWHERE": Showing.ELSEWHERE,
}


class _Endless(Exception):
    """A series takes too long."""


class Expansion:
    """`unread` are the series that could not be worked out, once `events` is through."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self._since = since
        self._until = until
        self.unread: set[str] = set()

    def events(self, kind: SourceKind, body: bytes) -> Iterator[CalendarEvent]:
        """ValueError where it is no calendar."""
        if kind is SourceKind.ICALENDAR:
            yield from self._of_text(_decoded(body))
            return
        for text in _resources(body):
            try:
                found = list(self._of_text(text))
            except Exception as error:
                # One resource is one series (RFC 4791, 4.1).
                names = {series_name(_FOLD.sub("", uid).strip()) for uid in _UID.findall(text)}
                if not names:
                    raise ValueError("a resource without a name") from error
                self._give_up(names)
            else:
                yield from found

    def _of_text(self, text: str) -> Iterator[CalendarEvent]:
        for calendar in _whole(text):
            for uid, events in _by_series(calendar).items():
                yield from self._of_series(calendar, series_name(uid), events)

    def _of_series(
        self, calendar: icalendar.cal.Component, name: str, events: list[icalendar.cal.Component]
    ) -> list[CalendarEvent]:
        alone = icalendar.Calendar(calendar)
        alone.subcomponents = events
        broken = any(fault[0] in _TIMES for event in events for fault in event.errors)
        found: list[CalendarEvent] = []
        try:
            with _processor_time(SERIES_CPU_S):
                occurrences = recurring_ical_events.of(alone).between(self._since, self._until)
                found = [_event(each, name) for each in occurrences[: MOST_OF_A_SERIES + 1]]
        except Exception:  # noqa: BLE001  whatever the libraries make of it, it cannot be worked out
            broken = True
        if broken or len(found) > MOST_OF_A_SERIES:
            self._give_up({name})
            return []
        return found

    def _give_up(self, names: set[str]) -> None:
        self.unread |= names
        if len(self.unread) > MOST_UNREAD:
            raise ValueError("more broken than whole")


def series_name(uid: str) -> str:
    return sha256(uid.encode()).hexdigest()[:20]


@contextmanager
def _processor_time(seconds: float) -> Iterator[None]:
    def over(number: int, frame: FrameType | None) -> None:
        raise _Endless

    former = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)


def _by_series(calendar: icalendar.cal.Component) -> dict[str, list[icalendar.cal.Component]]:
    found: dict[str, list[icalendar.cal.Component]] = {}
    for event in calendar.walk("VEVENT"):
        found.setdefault(str(event.get("UID", "")), []).append(event)
    return found


def _whole(text: str) -> list[icalendar.Calendar]:
    """ValueError for one that was cut off: it must not pass for one from which events were taken away."""
    if "BEGIN:VCALENDAR" not in text.upper() or not text.rstrip().upper().endswith("END:VCALENDAR"):
        raise ValueError("no calendar")
    found = icalendar.Calendar.from_ical(text, multiple=True)
    if any(each.name != "VCALENDAR" for each in found):
        raise ValueError("no calendar")
    if sum(len(each.walk("VEVENT")) for each in found) != len(_BEGIN.findall(text)):
        raise ValueError("events that were not understood")
    return found


def _resources(body: bytes) -> list[str]:
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


def _event(found: icalendar.Event, name: str) -> CalendarEvent:
    begin = found.DTSTART
    if begin is None:
        raise ValueError("no start")
    return CalendarEvent(
        _instant(begin),
        _instant(found.DTEND or _end_without(begin, found)),
        str(found.get("SUMMARY", ""))[:LONGEST_TITLE],
        _showing(found),
        str(found.get("CLASS", "PUBLIC")).upper() in ("PRIVATE", "CONFIDENTIAL"),
        str(found.get("STATUS", "")).upper() == "CANCELLED",
        name,
    )


def _end_without(begin: date, found: icalendar.Event) -> date:
    """RFC 5545, 3.6.1: the duration, else the whole day, else no time at all."""
    length: timedelta | None = found.DURATION
    if length is not None:
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
