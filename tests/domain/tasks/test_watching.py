"""When to remind, when it is broken, to whom it goes: for every moment and every absence (R10, R14-R18, R28)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.callback import Mailbox, TaskStatus
from switchboard.domain.directory import AbsenceReason, Policy, Watcher
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.tasks.life import TaskState
from switchboard.domain.tasks.rota import managers_above, on_duty, readers_of, watchers_at
from switchboard.domain.tasks.watching import AFTER_DEADLINE, Watched, decide_watch, next_morning, reminders
from switchboard.domain.working_days import is_working_day, local_date
from tests.builders import ANNA, BYGGLOV, BYGGLOV_GROUP, ERIK, MARIA, NOW, OP1, absence, norrby
from tests.domain.calendars import CALENDAR, local

POLICY = Policy(1, 1, date(2024, 1, 1), 1)
DUE = local("2026-08-04 23:59:59")
TASK = TaskState("t1", Mailbox(1, person_id=ERIK.id), TaskStatus.OPEN, NOW, DUE.date(), DUE)
instants = st.integers(0, 500 * 24 * 60).map(lambda minutes: local("2026-01-05 00:00") + timedelta(minutes=minutes))


def present() -> DirectoryIndex:
    index = norrby(NOW)
    for row in range(1, 5):
        index.remove("absence", row)
    return index


def moments(due: str, policy: Policy = POLICY) -> list[str]:
    return [f"{each:%d %H:%M}" for each in reminders(local(due), policy, CALENDAR)]


@pytest.mark.requirement("R18")
@pytest.mark.parametrize(
    ("due", "policy", "expected"),
    [
        ("2026-08-04 23:59:59", POLICY, ["04 08:00", "04 14:30"]),
        ("2026-08-04 10:00", POLICY, ["04 08:00"]),
        ("2026-08-04 09:30", POLICY, ["04 07:30", "04 08:00"]),
        ("2026-08-09 12:00", POLICY, ["07 08:00", "07 14:30"]),
        ("2026-08-04 23:59:59", replace(POLICY, remind_last_day=False), ["04 14:30"]),
        ("2026-08-04 23:59:59", replace(POLICY, remind_hours_before=0), ["04 08:00"]),
    ],
)
def test_when_to_remind(due: str, policy: Policy, expected: list[str]) -> None:
    assert moments(due, policy) == expected


@given(instants, instants, st.booleans(), st.sampled_from([POLICY, None, replace(POLICY, remind_hours_before=5)]))
def test_each_deadline_is_reminded_of_at_most_twice_and_broken_once(
    start: datetime, due: datetime, sleeps: bool, policy: Policy | None
) -> None:
    """From look to look, as `next` says; or with a service that was down and looks late."""
    task = replace(TASK, received_at=start, deadline=due, deadline_on=local_date(due))
    watched, now, reminded, broken = Watched(task, start), start, list[datetime](), 0
    for _ in range(400):
        decision = decide_watch(watched, policy, present(), CALENDAR, now)
        if decision.remind is not None:
            assert start < decision.remind <= now <= due
            reminded.append(decision.remind)
        broken += decision.breach
        assert (decision.fell_due is not None) is (decision.breach or decision.remind is not None)
        if decision.fell_due is not None:
            assert decision.fell_due <= now + AFTER_DEADLINE
        watched = replace(watched, reminded=tuple(reminded), broken=broken > 0)
        assert decision.next is not None
        assert decision.next.timestamp() > now.timestamp()
        now = decision.next + (timedelta(hours=5) if sleeps else timedelta(0))
        if broken:
            break
    assert broken == 1 or now < due
    assert len(reminded) == len(set(reminded)) <= 2
    if not sleeps and broken:
        assert reminded == [each for each in reminders(due, policy, CALENDAR) if each.timestamp() > start.timestamp()]


@given(instants)
def test_the_next_morning_is_a_working_day_s(now: datetime) -> None:
    morning = next_morning(POLICY, CALENDAR, now)
    assert morning.timestamp() > now.timestamp()
    assert is_working_day(CALENDAR, morning.date())
    assert (morning.hour, morning.minute) == (8, 0)


def test_a_time_promised_for_years_ahead_is_watched_too() -> None:
    far = replace(TASK, promised_at=local("2041-08-05 14:00"))
    assert decide_watch(Watched(far, NOW), POLICY, present(), CALENDAR, NOW).next == local("2026-08-04 08:00")
    assert [f"{each:%Y %H:%M}" for each in reminders(local("2041-08-05 14:00"), POLICY, CALENDAR)] == [
        "2041 08:00",
        "2041 12:00",
    ]


def test_what_has_ended_or_has_no_term_is_not_watched() -> None:
    for task in (replace(TASK, status=TaskStatus.DONE), replace(TASK, deadline=None)):
        assert decide_watch(Watched(task, NOW), POLICY, present(), CALENDAR, NOW).next is None


LAST_MORNING = local("2026-08-04 08:00")


def passed_to(index: DirectoryIndex, task: TaskState = TASK, now: datetime = LAST_MORNING) -> int | None:
    decision = decide_watch(Watched(task, NOW), POLICY, index, CALENDAR, now)
    return decision.hand_over.to.person_id if decision.hand_over is not None else None


@pytest.mark.requirement("R10")
@pytest.mark.requirement("R25")
def test_it_goes_to_the_deputy_then_the_watcher_then_the_manager() -> None:
    index = present()
    assert passed_to(index) is None
    week = NOW + timedelta(days=7)
    index.put(absence(1, ERIK, AbsenceReason.VACATION, NOW - timedelta(days=1), week, ANNA))
    assert passed_to(index, now=LAST_MORNING - timedelta(minutes=1)) is None
    assert passed_to(index) == ANNA.id
    index.put(absence(2, ANNA, AbsenceReason.SICK, NOW - timedelta(days=1), None))
    assert passed_to(index) is None
    index.put(replace(BYGGLOV, manager_id=MARIA.id))
    assert passed_to(index) == MARIA.id
    index.put(Watcher(1, OP1.id, group_id=BYGGLOV_GROUP.id))
    assert passed_to(index) == OP1.id
    assert passed_to(index, replace(TASK, taken_by=MARIA.id)) is None
    index.put(absence(1, ERIK, AbsenceReason.MEETING, NOW - timedelta(days=1), LAST_MORNING + timedelta(hours=2), ANNA))
    assert passed_to(index) is None


@pytest.mark.requirement("R28")
def test_who_reads_what_is_for_a_unit() -> None:
    index, unit_s = present(), replace(TASK, mailbox=Mailbox(1, unit_id=BYGGLOV.id))
    assert readers_of(unit_s, index, NOW).unit_id == BYGGLOV.id
    index.put(Watcher(1, ERIK.id, unit_id=BYGGLOV.id, weekday=0, substitute_id=MARIA.id))
    group_s = Mailbox(1, group_id=BYGGLOV_GROUP.id)
    assert watchers_at(index, group_s, NOW) == readers_of(unit_s, index, NOW).people == (ERIK.id,)
    index.put(absence(1, ERIK, AbsenceReason.SICK, NOW - timedelta(days=1), None))
    assert watchers_at(index, group_s, NOW) == (MARIA.id,)
    assert watchers_at(index, group_s, NOW + timedelta(days=1)) == ()
    assert readers_of(replace(unit_s, taken_by=ANNA.id), index, NOW).people == (ANNA.id,)


@given(st.lists(st.tuples(st.none() | st.integers(0, 6), st.booleans()), max_size=6), st.integers(0, 40))
def test_rows_with_dates_count_before_those_without(rows: list[tuple[int | None, bool]], offset: int) -> None:
    day = date(2026, 8, 3) + timedelta(days=offset)
    plain = [Watcher(number, 1, unit_id=1, weekday=weekday) for number, (weekday, _) in enumerate(rows)]
    dated = [replace(each, first=day - timedelta(days=2), last=day) for each in plain]
    watchers = [dated[number] if rows[number][1] else each for number, each in enumerate(plain)]
    found = on_duty(watchers, day)
    assert all(each.weekday in (None, day.weekday()) for each in found)
    assert len({each.first is None for each in found}) <= 1
    assert on_duty([each for each in watchers if each.first is not None], day + timedelta(days=1)) == []


def test_managers_are_found_in_every_tree_and_every_loop() -> None:
    index = present()
    index.put(replace(BYGGLOV, parent_id=2, manager_id=ANNA.id))
    index.put(replace(BYGGLOV, id=2, parent_id=BYGGLOV.id, manager_id=999))
    assert list(managers_above(BYGGLOV.id, index)) == [ANNA.id]
    assert list(managers_above(None, index)) == list(managers_above(77, index)) == []
