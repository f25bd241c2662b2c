"""Watching over the deadline of a callback task (R14-R18): when to remind, when it is broken, to whom it goes when
whoever is responsible is away past it. A pure decision for a moment; `next` says when to decide again.

It is decided at opening, at each step, at the start of each working day, at each reminder and at the deadline. A task
is passed on from the morning of its last working day: until then whoever it is for may come back, or be told. Of
reminders that fell due while nobody looked only the last is given: the others would say the same.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from switchboard.domain.absence import absence_in_force
from switchboard.domain.callback import Mailbox
from switchboard.domain.deadline.working_hours import is_worked, workday_of
from switchboard.domain.directory import Directory, Policy
from switchboard.domain.diversion.deputies import deputy_chain
from switchboard.domain.tasks.life import HandOver, TaskState
from switchboard.domain.tasks.rota import managers_above, unit_of, watchers_at
from switchboard.domain.working_days import STOCKHOLM, WorkingCalendar, local_date

AFTER_DEADLINE = timedelta(seconds=1)
HOURS_BEFORE = 2
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Watched:
    """`since`: when the deadline was set or the task changed hands; what would have been reminded of before that is
    not. `reminded` are the moments of which the responsible were reminded; `broken`: the manager was told of this
    deadline."""

    task: TaskState
    since: datetime
    reminded: Collection[datetime] = ()
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`remind`: the moment whose reminder is due. `next` None: there is nothing to watch any more. `fell_due`: when
    what is to be done fell due; None: nothing is."""

    hand_over: HandOver | None = None
    remind: datetime | None = None
    breach: bool = False
    next: datetime | None = None
    fell_due: datetime | None = None


def decide_watch(
    watched: Watched, policy: Policy | None, directory: Directory, calendar: WorkingCalendar, now: datetime
) -> Decision:
    task, due = watched.task, watched.task.due
    if task.ended or due is None:
        return Decision()
    morning, late = last_morning(due, policy, calendar), due + AFTER_DEADLINE
    passed_on = pass_on(task, due, directory, now) if _utc(now) >= _utc(morning) else None
    moments = list(reminders(due, policy, calendar))
    over = _utc(now) > _utc(due)
    remind = None if over or passed_on is not None else _due_reminder(watched, moments, now)
    breach = over and not watched.broken
    coming = [*moments, late, next_morning(policy, calendar, now)]
    return Decision(
        hand_over=passed_on,
        remind=remind,
        breach=breach,
        fell_due=late if breach else remind or (morning if passed_on is not None else None),
        next=min((each for each in coming if _utc(each) > _utc(now)), key=_utc),
    )


def reminders(due: datetime, policy: Policy | None, calendar: WorkingCalendar) -> Iterator[datetime]:
    """Their moments before `due`, in order: the start of the last working day, and some hours before its end or before
    a promised time on it."""
    morning = last_morning(due, policy, calendar)
    day = morning.date()
    _, end = workday_of(policy)
    hours = policy.remind_hours_before if policy else HOURS_BEFORE
    found = []
    if policy is None or policy.remind_last_day:
        found.append(morning)
    if hours:
        last = min(due, _at(day, end), key=_utc)
        found.append((last.astimezone(UTC) - timedelta(hours=hours)).astimezone(STOCKHOLM))
    yield from sorted({each for each in found if _utc(each) < _utc(due)}, key=_utc)


def last_morning(due: datetime, policy: Policy | None, calendar: WorkingCalendar) -> datetime:
    """The start of the last working day on which the caller can be called in time."""
    day = local_date(due)
    while not is_worked(calendar, day):
        day -= ONE_DAY
    return _at(day, workday_of(policy)[0])


def pass_on(task: TaskState, due: datetime, directory: Directory, now: datetime) -> HandOver | None:
    """Is whoever is responsible away past the deadline: to the deputy, else the function's watcher, else the manager;
    the first of them who is back before it. None where nobody is responsible, or nobody better is found."""
    responsible = task.taken_by if task.taken_by is not None else task.mailbox.person_id
    if responsible is None or not away_past(responsible, due, directory, now):
        return None
    for person_id, why in _stand_ins(task, responsible, directory, now):
        person = directory.person(person_id)
        to = Mailbox(person.authority_id, person_id=person_id) if person is not None else task.mailbox
        if person_id != responsible and to != task.mailbox and not away_past(person_id, due, directory, now):
            return HandOver(to, why)
    return None


def away_past(person_id: int, due: datetime, directory: Directory, now: datetime) -> bool:
    """Absent now and not back before the deadline, or before now where that has passed."""
    absence = absence_in_force(directory.absences(person_id), now)
    return absence is not None and (absence.until is None or _utc(absence.until) >= _utc(due))


def next_morning(policy: Policy | None, calendar: WorkingCalendar, now: datetime) -> datetime:
    """The start of the next working day."""
    day = local_date(now)
    start, _ = workday_of(policy)
    while not is_worked(calendar, day) or _utc(_at(day, start)) <= _utc(now):
        day += ONE_DAY
    return _at(day, start)


def _stand_ins(task: TaskState, responsible: int, directory: Directory, now: datetime) -> Iterator[tuple[int, str]]:
    person = directory.person(responsible)
    if person is None:
        return
    for deputy in deputy_chain(person, directory, now):
        yield deputy.id, "deputy of who is away past the deadline"
    mailboxes = [task.mailbox] if task.mailbox.person_id is None else []
    groups = (directory.function_group(each.group_id) for each in directory.memberships(responsible))
    mailboxes += [Mailbox(each.authority_id, group_id=each.id) for each in groups if each and not each.operators]
    mailboxes.append(Mailbox(person.authority_id, unit_id=person.unit_id))
    for mailbox in mailboxes:
        for watcher in watchers_at(directory, mailbox, now) if mailbox.unit_id or mailbox.group_id else ():
            yield watcher, "watches the function of who is away past the deadline"
    for manager in managers_above(unit_of(task.mailbox, directory) or person.unit_id, directory):
        yield manager, "manager of who is away past the deadline"


def _due_reminder(watched: Watched, moments: list[datetime], now: datetime) -> datetime | None:
    passed = [each for each in moments if _utc(watched.since) < _utc(each) <= _utc(now)]
    latest = passed[-1] if passed else None
    reminded = {_utc(each) for each in watched.reminded}
    return latest if latest is not None and _utc(latest) not in reminded else None


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, STOCKHOLM)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
