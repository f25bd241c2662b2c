"""Who watches the mailboxes of units and functions (R28)."""

from collections import defaultdict
from collections.abc import Iterator

from switchboard.domain.checks.fault import Checked, Fault, error, warning
from switchboard.domain.directory import Watcher

_WORKING_WEEK = range(5)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def check_watchers(checked: Checked) -> Iterator[Fault]:
    rotas = defaultdict(list)
    for watcher in checked.index.rows(Watcher):
        yield from _problems(watcher)
        rotas[watcher.unit_id, watcher.group_id].append(watcher)
    for rows in rotas.values():
        yield from _gaps(sorted(rows, key=lambda each: each.id))


def _problems(watcher: Watcher) -> Iterator[Fault]:
    if (watcher.unit_id is None) == (watcher.group_id is None):
        yield error(watcher, "unit_id", "either a unit or a function group is needed, and not both")
    if watcher.first is not None and watcher.last is not None and watcher.last < watcher.first:
        yield error(watcher, "last_date", "lies before first_date: this never counts")
    if watcher.substitute_id == watcher.person_id:
        yield warning(watcher, "substitute_id", "nobody can stand in for themselves")


def _gaps(rows: list[Watcher]) -> Iterator[Fault]:
    """Of a rota by weekdays: klämdagar are working days like any other."""
    weekly = [each for each in rows if each.first is None and each.last is None]
    if not weekly or any(each.weekday is None for each in weekly):
        return
    unwatched = [_DAYS[day] for day in _WORKING_WEEK if day not in {each.weekday for each in weekly}]
    if unwatched:
        yield warning(weekly[0], "weekday", f"nobody watches this mailbox on {', '.join(unwatched)} (R28)")
