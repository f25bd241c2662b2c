"""What lists show of the desk: notices, pauses, and what a call's row keeps of its queues and transfers."""

from datetime import timedelta

import pytest

from switchboard.changes import Act
from switchboard.db.desk_tasks import DatabaseTasks
from switchboard.db.engine import Database
from switchboard.db.operator_desk import DatabaseOperatorDesk
from switchboard.db.queries.callback_tasks import CallbackTasks
from switchboard.db.queries.calls import Calls
from switchboard.db.queries.notices import Notices
from switchboard.db.queries.operators import Operators
from switchboard.db.tables import call, person
from switchboard.domain.callback import CallbackTask, Deadline, Mailbox
from switchboard.domain.directory import PauseReason
from switchboard.views import Filter, Slice
from tests.demo_house import CITIZEN, NOW, id_of, put

ACT = Act("token 1 (växeln)", NOW)


@pytest.mark.requirement("R20")
async def test_a_notice_names_whom_it_is_for_and_the_task_its_note(house: Database) -> None:
    erik = await id_of(house, person, "Erik Lund")
    deadline = Deadline(NOW.date(), NOW + timedelta(hours=14), "1 working day", 1)
    for number, mailbox in enumerate((Mailbox(1, person_id=erik), Mailbox(1, unit_id=2), Mailbox(1))):
        task = CallbackTask(
            f"task-{number}", mailbox, CITIZEN, "operator", None, None, NOW + timedelta(minutes=number), deadline
        )
        assert await DatabaseTasks(house).open(task, "efter tre", "Karin Holm")
    first = await Notices(house).page(Filter(), Slice(2))
    rest = await Notices(house).page(Filter(), Slice(2, first.next))
    shown = [*first.items, *rest.items]
    assert [(each.task_id, each.person, each.unit is not None) for each in shown] == [
        ("task-2", None, False),
        ("task-1", None, True),
        ("task-0", "Erik Lund", False),
    ]
    assert {(each.state, each.kind, each.authority) for each in shown} == {("new", "task_opened", "Norrby kommun")}
    assert [each.task_id for each in (await Notices(house).page(Filter(person="Erik Lund"), Slice())).items] == [
        "task-0"
    ]
    assert (await Notices(house).page(Filter(status="sent"), Slice())).items == ()
    (opened,) = await CallbackTasks(house).history("task-0")
    assert (opened.detail["actor"], opened.detail["note"]) == ("Karin Holm", "efter tre")


@pytest.mark.requirement("R26")
async def test_an_operator_is_shown_with_the_reason_of_the_pause(house: Database) -> None:
    karin = await id_of(house, person, "Karin Holm")
    desk = DatabaseOperatorDesk(house, lambda: NOW)
    (group,) = await Operators(house).groups_of_member(karin)
    await desk.talked(karin, group, NOW, NOW + timedelta(seconds=30))
    assert await desk.missed(karin, group) == 1
    await desk.pause(karin, PauseReason.LUNCH, NOW, "phone op1")
    view = next(each for each in await Operators(house).all() if each.person_id == karin)
    assert (view.paused, view.pause_reason, view.paused_since, view.missed) == (True, "lunch", NOW, 1)
    assert view.wrap_up_until == NOW + timedelta(seconds=30)
    (view,) = await Operators(house).pause("202", True, ACT, PauseReason.MEETING)
    assert view.pause_reason == "meeting"
    (view,) = await Operators(house).pause("202", False, ACT)
    assert (view.paused, view.pause_reason, view.paused_since) == (False, None, None)


async def test_a_call_tells_its_wait_and_transfers(house: Database) -> None:
    row = {"authority_id": 1, "called": "0980319200", "source": "trunk", "arrived_at": NOW}
    await put(house, call, {"id": "plain", **row})
    await put(house, call, {"id": "moved", **row, "transfers": 2, "waited_s": 41.5, "private": True})
    shown = {each.id: each for each in (await Calls(house).page(Filter(), Slice())).items}
    assert (shown["plain"].transfers, shown["plain"].waited_s, shown["plain"].private) == (0, None, False)
    assert (shown["moved"].transfers, shown["moved"].waited_s, shown["moved"].private) == (2, 41.5, True)
