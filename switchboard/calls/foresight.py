"""Where a call will go, decided while it is being claimed: what the caller waits for is then under way when it comes.

The decision is the same as the story's own (`incoming`), which takes it only while the directory is still the one it
was made with. A caller who is certainly told something is answered in the step in which the call arrives.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.calls.ports import Calendars, Clock, DirectorySource
from switchboard.domain.absence import absence_in_force
from switchboard.domain.call import IncomingCall
from switchboard.domain.directory import Directory
from switchboard.domain.routing import Route, ToAnnouncement, ToClosed, ToPerson, decide_route

MOST_KEPT = 1_000
# A claim takes a second at most; what was foreseen longer ago belongs to a call that never came.
HOLDS_FOR = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class _Foreseen:
    call: IncomingCall
    route: Route
    version: int | None
    at: datetime
    told: bool


class Foresight:
    def __init__(self, directory: DirectorySource, calendars: Calendars, clock: Clock) -> None:
        self._directory = directory
        self._calendars = calendars
        self._clock = clock
        self._foreseen: dict[str, _Foreseen] = {}

    def look_ahead(self, call: IncomingCall) -> None:
        """`call` is about to be claimed. Nothing is foreseen where it is not known at once what the database holds."""
        directory = self._directory.expect(call.id)
        if directory is None:
            return
        now = self._clock.now()
        route = decide_route(call, directory, self._calendars.calendar, now)
        while len(self._foreseen) >= MOST_KEPT:
            del self._foreseen[next(iter(self._foreseen))]
        told = _is_told(route, directory, now)
        self._foreseen[call.id] = _Foreseen(call, route, self._directory.version, now, told)

    def is_told(self, call: IncomingCall) -> bool:
        """Whether the caller will be answered by us and told something, whatever telephones there are."""
        found = self._valid(self._foreseen.get(call.id), call)
        return found is not None and found.told

    def take(self, call: IncomingCall) -> Route | None:
        """None: decide anew."""
        found = self._valid(self._foreseen.pop(call.id, None), call)
        return found.route if found is not None else None

    def _valid(self, found: _Foreseen | None, call: IncomingCall) -> _Foreseen | None:
        if found is None or found.version != self._directory.version:
            return None
        if self._clock.now() - found.at > HOLDS_FOR or replace(found.call, arrived_at=call.arrived_at) != call:
            return None
        return found


def _is_told(route: Route, directory: Directory, now: datetime) -> bool:
    match route:
        case ToAnnouncement() | ToClosed():
            return True
        case ToPerson(person=person):
            return absence_in_force(directory.absences(person.id), now) is not None
        case _:
            return False
