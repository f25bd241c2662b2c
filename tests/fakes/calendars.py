"""The port `calendars.polling.SourceBook` in memory."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.calendars.looking import Found
from switchboard.domain.calendar import CalendarSource, SourceState


@dataclass
class FakeCalendarBook:
    """`came` is set by whatever is written. `broken` True: the database is away."""

    sources: Sequence[CalendarSource] = ()
    kept: dict[int, Found] = field(default_factory=dict)
    keeps: int = 0
    states: dict[int, SourceState] = field(default_factory=dict)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    orphans: int = 0
    broken: bool = False

    async def followed(self) -> Sequence[tuple[CalendarSource, SourceState]]:
        self._ask()
        return [(each, self.states.get(each.id, SourceState())) for each in self.sources]

    async def keep(self, source: CalendarSource, found: Found, at: datetime) -> None:
        self._ask()
        self.kept[source.id] = found
        self.keeps += 1
        self.came.set()

    async def note(self, states: Mapping[int, SourceState]) -> None:
        self._ask()
        self.states.update(states)
        self.came.set()

    async def forget_orphans(self) -> int:
        self._ask()
        gone, self.orphans = self.orphans, 0
        return gone

    def _ask(self) -> None:
        if self.broken:
            raise ConnectionError("the database is away")
