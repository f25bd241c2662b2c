"""What a check says, and what every check is given."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from switchboard.domain.directory_index import TABLES, DirectoryIndex, Record
from switchboard.domain.working_days import WorkingCalendar


class Severity(StrEnum):
    """An error cannot be honoured: calls that meet it go to the operators. A warning is honoured and yet a breach of
    the policies, or probably not meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """`column` None: the row as a whole."""

    table: str
    key: str
    column: str | None
    problem: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Checked:
    """All that is checked. `prompts` None: which prompts there are is not known."""

    index: DirectoryIndex
    calendar: Callable[[int], WorkingCalendar]
    now: datetime
    prompts: Collection[str] | None


def error(record: Record, column: str | None, problem: str) -> Fault:
    return Fault(TABLES[type(record)], str(record.id), column, problem)


def warning(record: Record, column: str | None, problem: str) -> Fault:
    return Fault(TABLES[type(record)], str(record.id), column, problem, Severity.WARNING)
