"""When the demo's people are away, seen from the moment at which the demo is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

MEETING_ENDS = time(14, 30)
LAST_MEETING_ENDS = time(17)
SATURDAY = 5


@dataclass(frozen=True)
class DemoAbsence:
    reason: str
    start: datetime
    until: datetime | None
    deputy: str | None = None


def demo_absences(now: datetime) -> Mapping[str, DemoAbsence]:
    """By the person's name. `now` is local time; every absence is in force at `now` and for a while after it."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday())
    return {
        "Erik Lund": DemoAbsence(
            "vacation", monday - timedelta(days=7), monday.replace(hour=8) + timedelta(days=21), "Anna Andersson"
        ),
        "Maria Berg": DemoAbsence("meeting", now - timedelta(hours=1), meeting_end(now)),
        "Johan Ek": DemoAbsence("sick", midnight - timedelta(days=1), None, "Maria Berg"),
        "Nils Ås": DemoAbsence("vacation", monday - timedelta(days=7), monday + timedelta(days=14)),
    }


def meeting_end(now: datetime) -> datetime:
    """14:30 today; later in the day a half hour that is at least one hour away; outside working days and evenings
    14:30 on the next weekday."""
    ends = now.replace(hour=MEETING_ENDS.hour, minute=MEETING_ENDS.minute, second=0, microsecond=0)
    if now.weekday() < SATURDAY:
        if now + timedelta(minutes=5) < ends:
            return ends
        half_hours = (now.hour * 60 + now.minute + 60) // 30 + 1
        later = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=30 * half_hours)
        if later.date() == now.date() and later.time() <= LAST_MEETING_ENDS:
            return later
    ends += timedelta(days=1)
    while ends.weekday() >= SATURDAY:
        ends += timedelta(days=1)
    return ends
