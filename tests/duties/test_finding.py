"""Calls back are found in the journal by themselves (R14, R40)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from switchboard.db.jobs import put_job
from switchboard.db.tables import call, call_event, callback_event, callback_task, job
from switchboard.db.tasks.finding import FIND_CALLS
from switchboard.db.tasks.sweeping import sweep
from switchboard.domain.callback import Mailbox
from switchboard.domain.tasks.life import EmailProof, Finish, HandOver, Promise, Take
from switchboard.errors import Conflict, NotFound
from tests.demo_house import CITIZEN, NOW, rows_of
from tests.duties.house import House, by_hand


async def called(house: House, id: str, after_s: float, talked_s: float | None, **other: object) -> None:
    """An outgoing call from Erik's phone, that began so long after the message; `talked_s` None: nobody answered."""
    began = NOW + timedelta(seconds=after_s)
    row = {"called": "070-174 06 05", "account": "erik", "private": False, "source": "phone", **other}
    ended = began + timedelta(seconds=10 + (talked_s or 0))
    await house.put(call, id=id, arrived_at=began, ended_at=ended, **row)
    if talked_s is not None:
        at = began + timedelta(seconds=10)
        await house.put(call_event, call_id=id, at=at, kind="connected", detail={"outside": True})


async def look(house: House, at: datetime) -> None:
    """However often it is looked, it counts once."""
    for _ in range(2):
        async with house.service.database.write() as tx:
            await put_job(tx, FIND_CALLS, "", at)
        house.clock.at = at
        await house.service.works()


async def history(house: House) -> list[tuple[str, str]]:
    rows = sorted(await rows_of(house.service.database, callback_event), key=lambda row: row.id)
    return [(row.kind, row.actor) for row in rows]


@pytest.mark.requirement("R14")
async def test_a_call_back_that_is_long_enough_is_done_and_a_short_one_is_an_attempt(house: House) -> None:
    await house.service.leave_message("1", house.erik_s)
    await called(house, "before", -100, 60.0)
    await called(house, "vain", 100, None)
    await called(house, "short", 200, 19.0)
    await called(house, "private", 300, 60.0, private=True)
    await called(house, "other", 400, 60.0, called="070-174 06 06")
    await look(house, NOW + timedelta(minutes=20))
    who = "Erik Lund (erik)"
    tried = [("opened", "service"), ("taken", who), ("attempted", who), ("attempted", who)]
    assert await history(house) == tried
    row = (await rows_of(house.service.database, callback_task))[0]
    assert (row.status, row.attempts, row.taken_by_id) == ("taken", 2, house.erik)
    await called(house, "long", 3000, 20.0, called="+46701740605")
    await look(house, NOW + timedelta(hours=1))
    assert await history(house) == [*tried, ("done", who)]
    async with house.service.database.read() as tx:
        assert await tx.scalar(select(func.count()).where(job.c.kind == "watch_task")) == 0


@pytest.mark.requirement("R15")
async def test_done_without_proof_is_refused(house: House) -> None:
    task = await house.service.leave_message("1", house.erik_s)
    steps, act = house.service.steps, by_hand(NOW)
    with pytest.raises(Conflict, match="shows no call back"):
        await steps.finish_by_call(task, act)
    with pytest.raises(Conflict, match="is open: promise is not possible"):
        await steps.make(task, Promise(NOW + timedelta(days=2)), act)
    await steps.make(task, Take(house.erik), act)
    with pytest.raises(Conflict, match="an e-mail does not count"):
        await steps.make(task, Finish(EmailProof("Bygglov 12")), act)
    with pytest.raises(Conflict, match="is taken: take is not possible"):
        await steps.make(task, Take(house.anna), act)
    with pytest.raises(NotFound):
        await steps.make("nothing", Take(), act)
    assert [kind for kind, _ in await history(house)] == ["opened", "taken"]
    await called(house, "long", 60, 45.0)
    assert (await steps.finish_by_call(task, act)).ended


async def test_a_call_from_another_authority_proves_nothing_but_the_operators_do(house: House) -> None:
    async with house.service.database.read() as tx:
        soderas = int(await tx.scalar(select(func.max(callback_task.c.authority_id))) or 0) or house.norrby + 1
    at_soderas = Mailbox(soderas)
    await house.service.leave_message("1", at_soderas)
    await called(house, "erik", 60, 45.0)
    await look(house, NOW + timedelta(minutes=5))
    assert [kind for kind, _ in await history(house)] == ["opened"]
    await called(house, "operator", 360, 45.0, account="op1")
    await look(house, NOW + timedelta(minutes=15))
    assert (await history(house))[-1] == ("done", "Karin Holm (op1)")


async def test_what_is_handed_over_is_told_and_a_later_message_joins_it_there(house: House) -> None:
    task = await house.service.leave_message("1", house.erik_s)
    await house.service.works()
    to_anna = Mailbox(house.norrby, person_id=house.anna)
    await house.service.steps.make(task, HandOver(to_anna, "är på kurs"), by_hand(NOW))
    await house.service.works()
    assert await house.service.leave_message("2", house.erik_s) == task
    await house.service.works()
    recipients = [row.recipient for row in await house.service.letters()]
    assert recipients == ["erik.lund@norrby.example", *["anna.andersson@norrby.example"] * 2]


async def test_a_task_that_came_by_another_way_is_watched_from_the_next_start(house: House) -> None:
    values = {"id": "by-sql", "authority_id": house.norrby, "person_id": house.erik, "caller": CITIZEN}
    await house.put(callback_task, **values, source="operator", received_at=NOW, rule="by hand")
    for _ in range(2):
        await sweep(house.service.database, NOW)
    jobs = sorted((row.kind, row.key) for row in await rows_of(house.service.database, job))
    assert jobs == [("find_calls", ""), ("remind_of_greetings", ""), ("retention", ""), ("watch_task", "by-sql")]


async def ordered(house: House, id: str, numbers: tuple[str, ...], talked_s: float | None, **other: object) -> None:
    """Erik dialled a code, or called from outside, and had these numbers rung one after the other."""
    row = {"called": "*24", "account": "erik", "private": False, "source": "phone", **other}
    began = NOW + timedelta(minutes=5)
    ended = began + timedelta(minutes=len(numbers), seconds=talked_s or 0)
    await house.put(call, id=id, arrived_at=began, ended_at=ended, **row)
    for at, number in enumerate(numbers):
        detail = {"order": "CallBack", "task": "t", "person": house.erik, "pii_number": number}
        await house.put(call_event, call_id=id, at=began + timedelta(minutes=at), kind="desk", detail=detail)
    if talked_s is not None:
        at_last = began + timedelta(minutes=len(numbers))
        await house.put(call_event, call_id=id, at=at_last, kind="connected", detail={"outside": True})


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(
    ("other", "who"), [({}, "erik"), ({"account": None, "source": "trunk"}, "keypad from outside")]
)
async def test_a_call_back_by_code_proves_itself_whatever_was_dialled(
    house: House, other: dict[str, object], who: str
) -> None:
    first = await house.service.leave_message("1", house.erik_s, "+46701740606")
    second = await house.service.leave_message("2", house.erik_s)
    await ordered(house, "code", ("+46701740606", CITIZEN, CITIZEN), 30.0, **other)
    await ordered(house, "other", ("*24",), None, **other)
    await look(house, NOW + timedelta(minutes=20))
    events: dict[str, list[tuple[str, str]]] = {task: [] for task in (first, second)}
    for row in sorted(await rows_of(house.service.database, callback_event), key=lambda row: row.id):
        events[row.task_id].append((row.kind, row.actor))
    by = f"Erik Lund ({who})"
    assert events[first] == [("opened", "service"), ("taken", by), ("attempted", by)]
    assert events[second] == [("opened", "service"), ("taken", by), ("done", by)]


async def test_a_call_back_by_code_is_found_when_it_is_asked_for(house: House) -> None:
    task = await house.service.leave_message("1", house.erik_s)
    await house.service.steps.make(task, Take(house.erik), by_hand(NOW))
    await ordered(house, "code", (CITIZEN,), 30.0)
    assert (await house.service.steps.finish_by_call(task, by_hand(NOW))).ended
