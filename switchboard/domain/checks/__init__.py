"""Every row that cannot be honoured, and every breach that the rows themselves show (`switchboard check`)."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from switchboard.domain.checks import desk, destinations, hours, names, organisation, people, references, watchers
from switchboard.domain.checks.fault import Checked, Fault, Severity
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.routing.situation import read_problem
from switchboard.domain.working_days import WorkingCalendar

__all__ = ["Fault", "Severity", "check_rows"]

_CHECKS: tuple[Callable[[Checked], Iterator[Fault]], ...] = (
    references.check_references,
    references.check_greeting_owners,
    destinations.check_destinations,
    destinations.check_loops,
    destinations.check_rules,
    people.check_absences,
    people.check_people,
    organisation.check_authorities,
    organisation.check_languages,
    organisation.check_units,
    organisation.check_groups,
    organisation.check_numbers,
    organisation.check_days_off,
    hours.check_schedules,
    hours.check_calendars,
    desk.check_queues,
    desk.check_overflow,
    desk.check_call_classes,
    desk.check_private_prefixes,
    watchers.check_watchers,
    names.check_names,
)


def check_rows(
    index: DirectoryIndex,
    calendars: Callable[[int], WorkingCalendar],
    now: datetime,
    prompts: Collection[str] | None = None,
) -> tuple[Fault, ...]:
    """Errors first, then by table and row. `prompts` are the ids of all prompts; None leaves announcements
    unchecked."""
    found = set(_recorded(index))
    checked = Checked(index, calendars, now, prompts)
    for check in _CHECKS:
        found.update(check(checked))
    return tuple(sorted(found, key=_order))


def _recorded(index: DirectoryIndex) -> Iterator[Fault]:
    """What was found broken when it was read."""
    for (table, key), problem in index.faults().items():
        yield Fault(table, key, *read_problem(problem))


def _order(fault: Fault) -> tuple[str, str, int, str, str, str]:
    number = int(fault.key) if fault.key.isdecimal() and len(fault.key) < 19 else 0
    return fault.severity, fault.table, number, fault.key, fault.column or "", fault.problem
