"""Calls, messages and tasks: pages, filters, names."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.queries.callback_tasks import CallbackTasks
from switchboard.db.queries.calls import Calls
from switchboard.db.queries.voicemail_messages import VoicemailMessages
from switchboard.db.tables import audit_log, call, function_member, operator_session, person
from switchboard.domain.working_days import STOCKHOLM
from switchboard.errors import BadValue, NotFound
from switchboard.views import Filter, Slice
from tests.demo_house import CITIZEN, NOW, id_of, leave_messages, put, rows_of

ALL = Filter()


@pytest.mark.requirement("R14")
async def test_a_task_says_whom_to_call_back_for_whom_by_when_and_why(house: Database) -> None:
    await leave_messages(house)
    (task,) = (await CallbackTasks(house).page(ALL, Slice())).items
    assert (task.authority, task.unit, task.person, task.caller) == ("Norrby kommun", None, "Erik Lund", CITIZEN)
    assert task.deadline is not None
    assert f"{task.deadline:%Y-%m-%d %H:%M:%S %z}" == "2026-08-13 23:59:59 +0200"
    assert task.deadline.tzinfo == STOCKHOLM
    assert str(task.deadline_date) == "2026-08-13"
    assert (task.status, task.source, task.rule) == ("open", "voicemail", "1 working day after Wed 2026-08-12")
    assert (task.call_id, task.voicemail_message_id) == ("call-1", "message-1")
    assert await CallbackTasks(house).one("task-1") == task
    assert [event.kind for event in await CallbackTasks(house).history("task-1")] == ["opened"]


async def test_pages_follow_one_another_without_gap_or_repetition_while_rows_arrive(house: Database) -> None:
    await leave_messages(house, 7)
    tasks = CallbackTasks(house)
    first = await tasks.page(ALL, Slice(3))
    assert [task.id for task in first.items] == ["task-7", "task-6", "task-5"]
    await put(house, call, {"id": "late", "called": "1", "source": "trunk", "arrived_at": NOW + timedelta(hours=1)})
    second = await tasks.page(ALL, Slice(3, first.next))
    third = await tasks.page(ALL, Slice(3, second.next))
    assert [task.id for task in (*second.items, *third.items)] == ["task-4", "task-3", "task-2", "task-1"]
    assert third.next is None


async def test_a_page_that_is_just_full_has_no_next_one(house: Database) -> None:
    await leave_messages(house, 3)
    assert (await CallbackTasks(house).page(ALL, Slice(3))).next is None


@pytest.mark.parametrize(
    ("narrow", "count"),
    [
        (Filter(authority="Norrby kommun"), 3),
        (Filter(authority="norrby kommun"), 3),
        (Filter(authority="Söderås kommunalteknik"), 0),
        (Filter(authority="99999999999999999999"), 0),
        (Filter(person="Erik Lund"), 3),
        (Filter(person="Anna Andersson"), 0),
        (Filter(person="nobody'; DROP TABLE call; --"), 0),
        (Filter(status="open"), 3),
        (Filter(status="done"), 0),
        (Filter(since=NOW + timedelta(minutes=2)), 2),
        (Filter(before=NOW + timedelta(minutes=2)), 1),
        (Filter(since=NOW + timedelta(minutes=2), before=NOW + timedelta(minutes=3)), 1),
    ],
)
async def test_tasks_are_narrowed(house: Database, narrow: Filter, count: int) -> None:
    await leave_messages(house, 3)
    assert len((await CallbackTasks(house).page(narrow, Slice())).items) == count


async def test_ids_in_digits_narrow_too(house: Database) -> None:
    await leave_messages(house)
    erik = await id_of(house, person, "Erik Lund")
    assert len((await CallbackTasks(house).page(Filter(person=str(erik)), Slice())).items) == 1


@pytest.mark.parametrize("after", [(), ("x",), ("x", "y"), ("2026-08-12", "y"), (1, 2), ("", "", "")])
async def test_a_position_that_is_none_is_refused_by_name(house: Database, after: tuple[str | int, ...]) -> None:
    with pytest.raises(BadValue, match="cursor"):
        await CallbackTasks(house).page(ALL, Slice(3, after))


@pytest.mark.parametrize("kept", [Calls, CallbackTasks, VoicemailMessages])
async def test_what_does_not_exist_is_said_so(house: Database, kept: type) -> None:
    with pytest.raises(NotFound, match=r"there is no .* nothing"):
        await kept(house).one("nothing")


async def test_what_was_kept_outlives_the_person(house: Database) -> None:
    await leave_messages(house)
    erik = await id_of(house, person, "Erik Lund")
    async with house.write() as tx:
        for table in (function_member, operator_session):
            await tx.execute(delete(table).where(table.c.person_id == erik))
        await tx.execute(delete(person).where(person.c.id == erik))
    (task,) = (await CallbackTasks(house).page(ALL, Slice())).items
    assert (task.person, task.person_id) == (None, erik)


async def test_a_call_has_its_events_in_order_and_numbers_in_e164(house: Database) -> None:
    await leave_messages(house, 2)
    newest, oldest = (await Calls(house).page(ALL, Slice())).items
    assert (newest.id, oldest.id) == ("call-2", "call-1")
    assert (newest.called, newest.caller, newest.authority) == ("+46980319211", CITIZEN, "Norrby kommun")
    assert [event.kind for event in newest.events] == ["arrived", "routed", "ended"]
    assert await Calls(house).one("call-2") == newest


@pytest.mark.parametrize(
    ("raw", "shown"),
    [(None, None), ("", None), ("anonymous", "anonymous"), ("<script>", "<script>"), ("9" * 5000, "9" * 64)],
)
async def test_a_caller_s_number_that_cannot_be_read_is_shown_cut(
    house: Database, raw: str | None, shown: str | None
) -> None:
    row = {"id": "odd", "called": "abc" * 100, "caller": raw, "source": "trunk", "arrived_at": NOW}
    await put(house, call, row)
    (view,) = (await Calls(house).page(ALL, Slice())).items
    assert view.caller == shown
    assert view.called == ("abc" * 100)[:64]


async def test_calls_that_go_on_are_found(house: Database) -> None:
    await leave_messages(house)
    await put(house, call, {"id": "now", "called": "0980319200", "source": "trunk", "arrived_at": NOW})
    assert [view.id for view in (await Calls(house).page(Filter(status="going_on"), Slice())).items] == ["now"]
    assert [view.id for view in (await Calls(house).page(Filter(status="message"), Slice())).items] == ["call-1"]


@pytest.mark.requirement("R46")
async def test_who_listens_is_written_down_and_the_message_counts_as_heard(house: Database) -> None:
    await leave_messages(house)
    messages = VoicemailMessages(house)
    assert not (await messages.one("message-1")).heard
    await messages.listened("message-1", Act("token 3 (växeln)", NOW))
    assert (await messages.one("message-1")).heard
    (entry,) = await rows_of(house, audit_log)
    assert (entry.actor, entry.action) == ("token 3 (växeln)", "voicemail_message.listen")
    assert (entry.table_name, entry.row_key, entry.at) == ("voicemail_message", "message-1", NOW)
    assert len((await messages.page(Filter(status="unheard"), Slice())).items) == 0
    assert len((await messages.page(Filter(status="heard"), Slice())).items) == 1
