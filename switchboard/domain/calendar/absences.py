"""From events to absences (R1, R2).

A code in the title decides, also where the time is shown as free: calendars show whole days as free unless told
otherwise. Without a code busy is a meeting and out of office is away; free, tentative and elsewhere are no absence.
A private event gives no reason: callers hear that the person is away and when they are back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from switchboard.domain.calendar.events import CalendarEvent, Showing
from switchboard.domain.calendar.titles import TitleCode, read_title
from switchboard.domain.directory import AbsenceCode, AbsenceReason

_SHOWN: Mapping[Showing, AbsenceReason | None] = {
    Showing.BUSY: AbsenceReason.MEETING,
    Showing.OUT_OF_OFFICE: AbsenceReason.OTHER,
    Showing.FREE: None,
    Showing.TENTATIVE: None,
    Showing.ELSEWHERE: None,
}


@dataclass(frozen=True, slots=True)
class CalendarAbsence:
    """`deputy` is an extension's digits, `series` as in CalendarEvent. No title leaves the calendar."""

    reason: AbsenceReason
    start: datetime
    until: datetime
    open: bool = False
    deputy: str | None = None
    series: str = ""


def absences_of_events(
    events: Iterable[CalendarEvent], words: Mapping[str, AbsenceCode], since: datetime
) -> tuple[CalendarAbsence, ...]:
    """Those that have not ended at `since`, in order of start and without doubles."""
    found = (_absence(event, words) for event in events if event.end.astimezone(UTC) > since.astimezone(UTC))
    return tuple(sorted({each for each in found if each is not None}, key=_order))


def _absence(event: CalendarEvent, words: Mapping[str, AbsenceCode]) -> CalendarAbsence | None:
    if event.cancelled or event.end.astimezone(UTC) <= event.start.astimezone(UTC):
        return None
    code = read_title(event.title, words) or TitleCode()
    reason = code.reason or _SHOWN[event.showing]
    if reason is None:
        return None
    spoken = AbsenceReason.OTHER if event.private else reason
    start, until = event.start.astimezone(UTC), event.end.astimezone(UTC)
    return CalendarAbsence(spoken, start, until, bool(code.open), code.deputy, event.series)


def _order(each: CalendarAbsence) -> tuple[datetime, datetime, str, bool, str, str]:
    return each.start, each.until, each.reason.value, each.open, each.deputy or "", each.series
