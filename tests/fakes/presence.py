"""Whether somebody who is there really is, in memory: rows are those of the directory in `source`.

`asked` are ids of people who were asked, in order; `gone` those who touched a telephone, and by which act.
"""

from collections.abc import Callable
from datetime import datetime
from itertools import count

from switchboard.changes import Act
from switchboard.domain.directory import UnansweredCalls
from switchboard.domain.diversion import Counted, count_unanswered
from switchboard.domain.working_days import WorkingCalendar
from tests.fakes.desk import HasIndex


class FakePresence:
    def __init__(self, source: HasIndex, calendar: Callable[[int], WorkingCalendar]) -> None:
        self._source = source
        self._calendar = calendar
        self._ids = count(7001)
        self.asked: list[int] = []
        self.gone: list[tuple[int, str]] = []

    async def rang_out(self, person_id: int, at: datetime) -> None:
        index = self._source.index
        person, row = index.person(person_id), index.unanswered(person_id)
        if person is None:
            return
        counted = count_unanswered(person, index, self._calendar(person.authority_id), at, row)
        if not isinstance(counted, Counted):
            return
        asked_at = at if counted.ask else row.asked_at if row is not None and counted.calls > 1 else None
        id = row.id if row is not None else next(self._ids)
        index.put(UnansweredCalls(id, person_id, counted.calls, at, asked_at))
        if counted.ask:
            self.asked.append(person_id)

    async def touched(self, person_id: int, act: Act) -> None:
        row = self._source.index.unanswered(person_id)
        if row is not None:
            self._source.index.remove("unanswered_calls", row.id)
            self.gone.append((person_id, act.actor))
