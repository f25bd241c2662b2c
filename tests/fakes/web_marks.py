"""Marks, personal data and calendars as the web asks for them: it remembers what it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from switchboard.changes import Act, Marking
from switchboard.domain.call import JsonValue
from switchboard.domain.working_days import WorkingCalendar
from tests.builders import calendar_of


@dataclass
class FakeMessageMarks:
    changed: list[tuple[str, Marking, Act]] = field(default_factory=list)

    async def change(self, message_id: str, marking: Marking, act: Act) -> bool:
        self.changed.append((message_id, marking, act))
        return True


@dataclass
class FakePersonData:
    exported: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    async def export(self, who: str, act: Act) -> Mapping[str, JsonValue]:
        self.exported.append(who)
        return {"call": who}

    async def erase(self, who: str, act: Act) -> Mapping[str, JsonValue]:
        self.erased.append(who)
        return {"erased": 1, "kept": 0}


class FakeCalendars:
    def calendar(self, authority_id: int) -> WorkingCalendar:
        return calendar_of(authority_id)
