"""A call back ordered over HTTP to a number outside: the colleague is rung, then the caller through the trunk, who sees
the authority's number; the talk proves itself (R14)."""

import sqlite3

import pytest

from tests.acceptance.operators.api import Api
from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import farewell, leave_message
from tests.acceptance.operators.party import WITHIN_S, Party, hear_each_other
from tests.acceptance.wait import until

PROOF_S = 20.0
FOUND_WITHIN_S = 45.0
"""The journal is looked through every 15 s."""


async def wants_a_call_back(desk: Desk) -> sqlite3.Row:
    """A citizen has left Erik, who has no telephone there, a message; the task of it."""
    caller = await desk.ring_from(desk.public("erik"))
    await caller.hears_prompt("beep", within=30)
    await leave_message(caller)
    (task,) = desk.tasks()
    return task


async def ordered(desk: Desk, api: Api, task: sqlite3.Row) -> tuple[str, Party]:
    """The call's id, and Erik, who has answered; nobody else is rung before that."""
    status, begun = await api.post(f"callback-tasks/{task['id']}/call")
    assert status == 202, begun
    erik = await desk.answer("erik")
    return begun["call_id"], erik


async def events(desk: Desk, task: sqlite3.Row, *kinds: str) -> list[str]:
    """What was found, once the journal has been looked through."""

    async def found() -> bool:
        return [row["kind"] for row in rows()] == list(kinds)

    def rows() -> list[sqlite3.Row]:
        return desk.house.sql(
            "SELECT kind, actor, detail FROM callback_event WHERE task_id = ? ORDER BY id", task["id"]
        )

    await until(found, FOUND_WITHIN_S, f"the events of the task are {kinds}")
    return [row["actor"] for row in rows()]


@pytest.mark.requirement("R14")
async def test_the_talk_of_twenty_seconds_ends_the_task(floor: Floor, desk: Desk, api: Api) -> None:
    task = await wants_a_call_back(desk)
    erik = await desk.colleague("erik")
    await until_known(desk, api)
    call_id, colleague = await ordered(desk, api, task)
    rung = await floor.outside.ringing(task["caller"])
    assert rung.shown[-1].number == desk.main, "the authority's number, and not the colleague's"
    assert "Erik" not in rung.shown[-1].name
    await colleague.hears_ringing()
    await rung.answer()
    outside = Party(rung, "outside")
    await outside.speak()
    await hear_each_other(colleague, outside)
    since = rung.heard.until
    await rung.until(lambda: rung.heard.until - since > PROOF_S + 1, PROOF_S + 15, "they talk for more than 20 s")
    await farewell(colleague, outside)
    who = await events(desk, task, "opened", "taken", "done")
    assert who[1:] == [f"Erik Lund ({erik.account.user})"] * 2
    (after,) = desk.tasks()
    assert (after["status"], after["taken_by_id"]) == ("done", desk.person("erik"))
    row = desk.house.one("SELECT * FROM call WHERE id = ?", call_id)
    assert (row["called"], row["account"], row["outcome"]) == (task["caller"], erik.account.user, "connected")
    refused, why = await api.post(f"callback-tasks/{task['id']}/call")
    assert (refused, "done" in why["detail"]) == (409, True)


@pytest.mark.requirement("R14")
async def test_a_caller_who_does_not_answer_was_tried(floor: Floor, desk: Desk, api: Api) -> None:
    """The colleague's own answer is no talk with the caller, however long it lasts."""
    task = await wants_a_call_back(desk)
    await desk.colleague("erik")
    await until_known(desk, api)
    _, colleague = await ordered(desk, api, task)
    await floor.outside.ringing(task["caller"])
    await colleague.hears_ringing()
    await colleague.hang_up()
    await events(desk, task, "opened", "taken", "attempted")
    (after,) = desk.tasks()
    assert (after["status"], after["attempts"]) == ("taken", 1)


async def until_known(desk: Desk, api: Api) -> None:
    async def is_there() -> bool:
        (shown,) = (await api.get(f"people?extension={desk.extension('erik')}"))["items"]
        return bool(shown["state"] == "free")

    await until(is_there, WITHIN_S, "the service knows Erik's telephone")
