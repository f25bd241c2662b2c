"""How reading each calendar goes, in memory: shown at once, and written down now and then, not at every look."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from switchboard.domain.calendar import CalendarSource, SourceState
from switchboard.domain.calendar.sources import source_name, source_of
from switchboard.local_time import seconds_between
from switchboard.views import FailingCalendar


class CalendarStates:
    """The web's port `FailingCalendars`."""

    def __init__(self) -> None:
        self._states: dict[int, SourceState] = {}
        self._owned: dict[int, list[int]] = {}
        self._unsaved: set[int] = set()

    def follow(self, rows: Iterable[tuple[CalendarSource, SourceState]]) -> None:
        """These and no others. What is known here goes before what is written."""
        known, self._states, self._owned = self._states, {}, {}
        for source, state in rows:
            self._states[source.id] = known.get(source.id, state)
            self._owned.setdefault(source.person_id, []).append(source.id)
        self._unsaved &= self._states.keys()

    def state(self, id: int) -> SourceState:
        return self._states.get(id, SourceState())

    def put(self, id: int, state: SourceState) -> None:
        if id in self._states:
            self._states[id] = state
            self._unsaved.add(id)

    def take_unsaved(self) -> Mapping[int, SourceState]:
        """Whoever takes them writes them, or gives them back."""
        taken = {id: self._states[id] for id in self._unsaved}
        self._unsaved.clear()
        return taken

    def give_back(self, ids: Iterable[int]) -> None:
        self._unsaved |= self._states.keys() & set(ids)

    def of_source(self, source: str) -> FailingCalendar | None:
        """The one that an absence with this source came from, where it fails."""
        id = source_of(source)
        state = self._states.get(id) if id is not None else None
        if id is None or state is None or state.failure is None or state.failing_since is None:
            return None
        return FailingCalendar(id, state.failure, state.failing_since, state.read_at)

    def of_person(self, person_id: int) -> FailingCalendar | None:
        """The one of the person's that failed first."""
        found = (self.of_source(source_name(id)) for id in self._owned.get(person_id, ()))
        failing = [each for each in found if each is not None]
        return min(failing, key=lambda each: (each.failing_since, each.id), default=None)

    def ages(self, now: datetime) -> Mapping[int, float]:
        """Seconds since each was last read, by its id; -1 where it never was."""
        return {
            id: seconds_between(state.read_at, now) if state.read_at else -1.0 for id, state in self._states.items()
        }
