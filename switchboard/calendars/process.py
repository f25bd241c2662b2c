"""The program that reads one calendar: its body on standard input; arguments kind, since, until; JSON on standard
output. It ends with 3 where it is no calendar, and 4 where it has too many events."""

import json
import os
import resource
import sys
from datetime import datetime

from switchboard.calendars.expanding import Expansion
from switchboard.domain.calendar import CalendarEvent, SourceKind

CPU_S = 12
MEMORY_BYTES = 768 * 1024 * 1024
MOST_EVENTS = 3000
NO_CALENDAR, TOO_MANY = 3, 4


def main() -> int:
    """Behind all calls, and within limits."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    kind, since, until = sys.argv[1:]
    expansion = Expansion(datetime.fromisoformat(since), datetime.fromisoformat(until))
    rows = []
    try:
        for event in expansion.events(SourceKind(kind), sys.stdin.buffer.read()):
            rows.append(_row(event))
            if len(rows) > MOST_EVENTS:
                return TOO_MANY
    except Exception:  # noqa: BLE001  whatever the libraries make of it, it cannot be read
        return NO_CALENDAR
    sys.stdout.write(json.dumps({"events": rows, "unread": sorted(expansion.unread)}))
    return 0


def _row(event: CalendarEvent) -> tuple[object, ...]:
    return (
        event.start.isoformat(), event.end.isoformat(), event.title, event.showing.value, event.private,
        event.cancelled, event.series,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
