"""`*24`: whom one is to call back, read out and seen to by keypad."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from switchboard.domain.announcement import PromisedCallback, TaskOf
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import Mailbox, TaskStatus
from switchboard.domain.directory import AbsenceReason, Policy, Watcher
from switchboard.domain.mailbox.announcements import TaskHeader, TasksSummary
from switchboard.domain.tasks.life import Close, EmailProof, Finish, HandOver, StatementProof, TaskState
from tests.builders import ANNA, BYGGLOV, BYGGLOV_GROUP, ERIK, MAIN_NUMBER, MARIA, SODERAS_NUMBER, absence
from tests.calls.desk.keypad import PIN, from_outside, give_pin, house
from tests.calls.mailbox.keys import at_each, served
from tests.calls.mailbox.mailboxes import CITIZEN, prompts
from tests.fakes.world import WEDNESDAY, World, at_work

HEARD = CallOutcome(Outcome.SERVED, "callback tasks heard")
MINE = Mailbox(1, person_id=MARIA.id)
OTHER = "+46701740606"


def task(id: str, due_h: float | None = 30, mailbox: Mailbox = MINE, **other: object) -> TaskState:
    due = WEDNESDAY + timedelta(hours=due_h) if due_h is not None else None
    made = TaskState(
        id, mailbox, TaskStatus.OPEN, WEDNESDAY - timedelta(hours=5), due and due.date(), due, caller=CITIZEN
    )
    return replace(made, **other)  # type: ignore[arg-type]


def with_tasks(*tasks: TaskState, world: World | None = None) -> World:
    world = world or World(at_work())
    world.announcer.names_prompts = True
    world.task_book.add(*tasks)
    return world


def headers(world: World) -> list[str | None]:
    return [each.caller for each in world.announcer.said if isinstance(each, TaskHeader)]


@pytest.mark.requirement("R14")
async def test_tasks_are_told_the_nearest_deadline_first_with_who_when_and_by_when() -> None:
    late, soon, none = task("late", 30), task("soon", 3, caller=OTHER), task("none", None, caller=None)
    world = with_tasks(none, late, soon)
    leg = await served(world, "*24#", {"task-menu": ["#", "#", "#"]})
    assert world.announcer.said[0] == TasksSummary(3)
    assert headers(world) == [OTHER, CITIZEN, None]
    told = [each.at for each in world.announcer.said if isinstance(each, PromisedCallback)]
    assert told == [soon.due, late.due]
    assert (prompts(world)[-2:], world.outcome(leg.id)) == (["task-no-more", "service-end"], HEARD)


@pytest.mark.requirement("R2")
async def test_a_time_that_has_passed_is_never_spoken() -> None:
    world = with_tasks(task("1", -1))
    await served(world, "*24", {"task-menu": "*"})
    assert "task-overdue" in prompts(world)
    assert not [each for each in world.announcer.said if isinstance(each, PromisedCallback)]


async def test_without_tasks_it_is_said_and_over() -> None:
    world = with_tasks(task("1", mailbox=Mailbox(1, person_id=ANNA.id)), task("2", status=TaskStatus.DONE))
    await served(world, "*24", {})
    assert world.announcer.said[0] == TasksSummary(0)
    assert prompts(world) == ["service-end"]


@pytest.mark.requirement("R28")
async def test_those_of_a_function_are_told_to_who_watches_it_now() -> None:
    group, unit = Mailbox(1, None, BYGGLOV.id, BYGGLOV_GROUP.id), Mailbox(1, unit_id=BYGGLOV.id)
    taken = task("taken", mailbox=group, taken_by=ERIK.id, status=TaskStatus.TAKEN)
    world = with_tasks(task("g", 3, group), task("u", 4, unit), taken)
    watcher = Watcher(1, ERIK.id, group_id=BYGGLOV_GROUP.id, substitute_id=MARIA.id)
    world.directory.index.put(watcher)
    await served(world, "*24", {"task-menu": "*"})
    assert world.announcer.said[0] == TasksSummary(0)
    world.announcer.said.clear()
    world.directory.index.put(absence(9, ERIK, AbsenceReason.LUNCH, WEDNESDAY, None))
    await served(world, "*24", {"task-menu": "*"})
    assert world.announcer.said[0] == TasksSummary(1)
    assert [each.owner.text for each in world.announcer.said if isinstance(each, TaskOf)] == ["Bygglov"]


@pytest.mark.requirement("R14")
async def test_the_caller_is_rung_showing_the_number_of_the_authority_that_they_sought() -> None:
    world = with_tasks(task("1"), task("2", 40, Mailbox(2), taken_by=MARIA.id))
    outside = world.telephony.phone(CITIZEN, answers_after=2, talks_for=30)
    leg = await served(world, "*24", {"task-menu": "8"})
    (dialled,) = outside.dialled
    assert (dialled.number, dialled.pii_shown_number) == (CITIZEN, MAIN_NUMBER)
    assert world.outcome(leg.id) == CallOutcome(Outcome.CONNECTED, "talked with the number dialled")
    await served(world, "*24", {"task-menu": ["#", "8"]})
    assert outside.dialled[-1].pii_shown_number == SODERAS_NUMBER


@pytest.mark.requirement("R14")
async def test_the_journal_says_who_called_whom_for_which_task() -> None:
    world = with_tasks(task("1"))
    world.telephony.phone(CITIZEN, answers_after=2, talks_for=30)
    leg = await served(world, "*24", {"task-menu": "8"})
    (order,) = [each for each in world.events(leg.id) if each.detail.get("order") == "CallBack"]
    wanted = {"order": "CallBack", "task": "1", "person": MARIA.id, "pii_number": CITIZEN}
    assert (order.kind, order.detail) == (EventKind.DESK, wanted)


async def test_after_a_call_in_vain_the_same_task_is_asked_about_again() -> None:
    world = with_tasks(task("1"), task("2", 40, caller=OTHER))
    leg = await served(world, "*24", {"task-menu": ["8", "#", "*"]})
    assert "outside-failed" in prompts(world)
    assert (headers(world), world.outcome(leg.id)) == ([CITIZEN, CITIZEN, OTHER], HEARD)


async def test_a_caller_without_a_number_and_one_who_may_not_be_called_are_told_so() -> None:
    world = with_tasks(task("1", 3, caller=None), task("2", 4, caller="+4790012345"))
    await served(world, "*24", {"task-menu": ["8", "#", "8", "*"]})
    assert "message-no-number" in prompts(world)
    assert "call-not-allowed" in prompts(world)


@pytest.mark.requirement("R15")
@pytest.mark.parametrize(
    ("key", "email_counts", "said", "status"),
    [
        ("1", False, "task-ended", TaskStatus.DONE),
        ("2", True, "task-ended", TaskStatus.DONE),
        ("2", False, "task-email-not-enough", TaskStatus.OPEN),
        ("3", False, "task-ended", TaskStatus.CLOSED),
    ],
)
async def test_a_task_is_ended_for_a_reason(key: str, email_counts: bool, said: str, status: TaskStatus) -> None:
    world = with_tasks(task("1"))
    world.task_book.policy = Policy(1, 1, date(2024, 1, 1), 1, email_counts=email_counts)
    await served(world, "*24", {"task-menu": ["3", "*"], "task-why-ended": key})
    assert said in prompts(world)
    assert world.task_book.tasks["1"].status is status
    for _, move, actor in world.task_book.moves:
        assert actor == "phone maria"
        match move:
            case Finish(StatementProof(person_id, reason)):
                assert (person_id, bool(reason)) == (MARIA.id, True)
            case Finish(EmailProof(reference)):
                assert MARIA.name in reference
            case _:
                assert isinstance(move, Close)


async def test_not_to_end_it_after_all_changes_nothing() -> None:
    world = with_tasks(task("1"))
    await served(world, "*24", {"task-menu": ["3", "*"], "task-why-ended": "*"})
    assert world.task_book.moves == []


async def test_a_task_is_handed_over_to_an_extension() -> None:
    world = with_tasks(task("1"))
    keys = {"task-menu": ["9"], "task-hand-over": ["999#", "212#", "211#"]}
    await served(world, "*24", keys)
    ((_, move, _),) = world.task_book.moves
    assert isinstance(move, HandOver)
    assert (move.to, bool(move.why)) == (Mailbox(1, person_id=ERIK.id), True)
    assert prompts(world).count("desk-unknown-extension") == 2
    assert "task-handed-over" in prompts(world)


async def test_what_somebody_else_did_meanwhile_is_told() -> None:
    world = with_tasks(task("1"))
    leg = world.dial("maria", "*24")
    at_each(leg, {"task-menu": "3", "task-why-ended": "3"})
    leg.on_hearing("task-why-ended", lambda: world.task_book.add(task("1", status=TaskStatus.DONE)))
    await world.over()
    assert "task-changed-meanwhile" in prompts(world)
    assert world.task_book.moves == []


async def test_a_choice_may_come_before_anything_is_heard_and_wrong_keys_and_silence_end_it() -> None:
    world = with_tasks(task("1"))
    world.telephony.phone(CITIZEN, answers_after=2, talks_for=30)
    leg = await served(world, "*24", {"TasksSummary": "8"})
    assert (headers(world), world.outcome(leg.id)) == (
        [],
        CallOutcome(Outcome.CONNECTED, "talked with the number dialled"),
    )
    leg = await served(world, "*24", {"task-menu": ["5", "6", "7"]})
    assert world.outcome(leg.id) == HEARD


async def test_a_hang_up_at_any_step_leaves_nothing_half_done() -> None:
    keys = {"task-menu": ["3", "9", "8"], "task-why-ended": "3", "task-hand-over": "211#"}
    tasks = [task("1", 1), task("2", 2), task("3", 3)]
    world = with_tasks(*tasks)
    world.telephony.phone(CITIZEN, answers_after=2, talks_for=5)
    await served(world, "*24", keys)
    for step in range(1, world.telephony.steps + 1):
        world = with_tasks(*tasks, world=World(at_work(), hang_up_after_steps=step))
        world.telephony.phone(CITIZEN, answers_after=2, talks_for=5)
        await served(world, "*24", keys)
        assert len(world.task_book.moves) <= 2
        assert world.log.events("exception") == [], step


@pytest.mark.requirement("R41")
@pytest.mark.parametrize("choice", ["6", "*24#"])
async def test_from_outside_with_a_pin_the_call_goes_out_with_the_person_s_own_rights(choice: str) -> None:
    world = house()
    await give_pin(world)
    world.task_book.add(task("1", mailbox=Mailbox(1, person_id=ERIK.id)))
    called = world.telephony.phone(CITIZEN, answers_after=2, talks_for=20)
    keys = {"pin-enter-extension": ["211#"], "pin-enter-pin": [f"{PIN}#"], "keypad-menu": [choice], "task-menu": ["8"]}
    outcome = await from_outside(world, keys)
    assert (len(called.dialled), outcome and outcome.outcome) == (1, Outcome.CONNECTED)
