"""Read a calendar in a process of its own, with limits on processor time and memory: a recurrence may be a bomb.

The process has an empty environment: whatever a hostile calendar makes of it, no secret of the service is in it.
"""

import asyncio
import contextlib
import json
import sys
from dataclasses import dataclass
from datetime import datetime

from switchboard.calendars.failures import CalendarFailure
from switchboard.domain.calendar import CalendarEvent, Showing, SourceKind

WALL_S = 20.0
_FAILURES = {
    3: "is not a calendar that can be read",
    4: "has more events in the time that counts than are taken",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """`unread`: the series that could not be worked out, as `CalendarEvent.series`."""

    events: tuple[CalendarEvent, ...]
    unread: frozenset[str] = frozenset()

    @property
    def problem(self) -> str | None:
        if not self.unread:
            return None
        return f"has {len(self.unread)} event(s) that cannot be worked out; what was known of them stays in force"


async def read_events(kind: SourceKind, body: bytes, since: datetime, until: datetime) -> Reading:
    """What happens between the two. CalendarFailure where it cannot be read within the limits."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "switchboard.calendars.process", kind.value, since.isoformat(), until.isoformat(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env={},
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
    if process.returncode:
        raise CalendarFailure(_FAILURES.get(process.returncode, "takes too much time or memory to work out"))
    answer = json.loads(out)
    return Reading(tuple(_event(fields) for fields in answer["events"]), frozenset(map(str, answer["unread"])))


def _event(fields: list[object]) -> CalendarEvent:
    start, end, title, showing, private, cancelled, series = fields
    return CalendarEvent(
        datetime.fromisoformat(str(start)), datetime.fromisoformat(str(end)), str(title), Showing(str(showing)),
        bool(private), bool(cancelled), str(series),
    )  # fmt: skip
