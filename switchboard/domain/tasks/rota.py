"""Who watches the mailbox of a unit or a function on a day (R28), and whom a callback task is told to.

Klämdagar are days like any other: a rota that leaves out a weekday leaves it out then, too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from switchboard.domain.absence import absence_in_force
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Directory, Watcher
from switchboard.domain.directory.units import units_above
from switchboard.domain.tasks.life import TaskState
from switchboard.domain.working_days import local_date


@dataclass(frozen=True, slots=True)
class Readers:
    """Ids of the people who are told; none: the function mailbox of `unit_id`, else nobody is to be had."""

    people: tuple[int, ...]
    unit_id: int | None
    reason: str


def on_duty(watchers: Iterable[Watcher], day: date) -> list[Watcher]:
    """The rows that count on `day`: those with dates, where there are any, else those without."""
    fitting = [each for each in watchers if _fits(each, day)]
    dated = [each for each in fitting if each.first is not None or each.last is not None]
    return dated or fitting


def watchers_at(directory: Directory, mailbox: Mailbox, now: datetime) -> tuple[int, ...]:
    """Ids of the people who watch the mailbox now: each watcher on duty, or their substitute where they are absent and
    the substitute is not. A function without a rota of its own is watched by that of its unit."""
    for rows in _rotas(directory, mailbox):
        chosen = [_present_one(each, directory, now) for each in on_duty(rows, local_date(now))]
        found = tuple(dict.fromkeys(each for each in chosen if each is not None))
        if found:
            return found
    return ()


def readers_of(task: TaskState, directory: Directory, now: datetime) -> Readers:
    """Whoever has the task, else the person it is for, else the watchers of the mailbox, else the mailbox itself."""
    if task.taken_by is not None and directory.person(task.taken_by) is not None:
        return Readers((task.taken_by,), None, "has taken it")
    if task.mailbox.person_id is not None:
        return Readers((task.mailbox.person_id,), unit_of(task.mailbox, directory), "it is for them")
    watchers = watchers_at(directory, task.mailbox, now)
    if watchers:
        return Readers(watchers, None, "watches the mailbox")
    return Readers((), unit_of(task.mailbox, directory), "nobody watches the mailbox")


def managers_above(unit_id: int | None, directory: Directory) -> Iterator[int]:
    """Of the unit, then of the one above it, and so on."""
    for unit in units_above(unit_id, directory):
        if unit.manager_id is not None and directory.person(unit.manager_id) is not None:
            yield unit.manager_id


def unit_of(mailbox: Mailbox, directory: Directory) -> int | None:
    """The unit that answers for a mailbox."""
    if mailbox.unit_id is not None:
        return mailbox.unit_id
    if mailbox.person_id is not None:
        person = directory.person(mailbox.person_id)
        return person.unit_id if person is not None else None
    group = directory.function_group(_group_of(mailbox, directory) or 0)
    return group.unit_id if group is not None else None


def is_away(person_id: int, directory: Directory, now: datetime) -> bool:
    return absence_in_force(directory.absences(person_id), now) is not None


def _group_of(mailbox: Mailbox, directory: Directory) -> int | None:
    """What is for the authority itself is for those who answer for it."""
    if mailbox.group_id is not None or mailbox.unit_id is not None or mailbox.person_id is not None:
        return mailbox.group_id
    authority = directory.authority(mailbox.authority_id)
    return authority.operators_group_id if authority is not None else None


def _rotas(directory: Directory, mailbox: Mailbox) -> Iterator[Iterable[Watcher]]:
    group_id = _group_of(mailbox, directory)
    if group_id is not None:
        yield directory.watchers(None, group_id)
    unit_id = unit_of(mailbox, directory)
    if unit_id is not None:
        yield directory.watchers(unit_id, None)


def _fits(watcher: Watcher, day: date) -> bool:
    begun = watcher.first is None or watcher.first <= day
    over = watcher.last is not None and watcher.last < day
    return begun and not over and watcher.weekday in (None, day.weekday())


def _present_one(watcher: Watcher, directory: Directory, now: datetime) -> int | None:
    for person_id in (watcher.person_id, watcher.substitute_id):
        there = person_id is not None and directory.person(person_id) is not None
        if there and person_id is not None and not is_away(person_id, directory, now):
            return person_id
    return None
