"""A message in one step from a console, while the citizen is on the line: its deadline is counted, and it is told."""

import pytest

from tests.acceptance.operators.api import Api
from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.partings import farewell
from tests.acceptance.operators.party import WITHIN_S, hear_each_other
from tests.acceptance.wait import until

NOTE = "Vill ändra sin ansökan"
PROMISED = "2026-08-13T09:00"


@pytest.mark.requirement("R20", "R30")
async def test_for_a_person_a_function_and_a_unit_during_the_call(desk: Desk, api: Api) -> None:
    await desk.operator()
    erik, anna = await desk.colleague("erik"), await desk.colleague("anna")
    caller, op = await desk.talk()
    number = caller.call.account.user
    here = {"authority": f"Ort {desk.number}", "call_id": desk.call_of(number)["id"]}
    wanted = ({"person": desk.person("erik"), "promised_at": PROMISED}, {"group": "Bygglov"}, {"unit": "Plan"})
    opened = []
    for whom in wanted:
        status, task = await api.post("callback-tasks", **whom, **here, note=NOTE)
        assert status == 201, task
        opened.append(task)
    await hear_each_other(caller, op)
    await farewell(caller, op)

    for task in opened:
        assert (task["caller"], task["call_id"], task["source"]) == (number, here["call_id"], "operator")
        assert task["deadline"] == "2026-08-13T23:59:59+02:00"
        notices = desk.house.sql("SELECT kind FROM notice WHERE task_id = ?", task["id"])
        assert [row["kind"] for row in notices] == ["task_opened"]
    rows = {row["id"]: row for row in desk.tasks()}
    assert rows.keys() == {task["id"] for task in opened}
    to_person, to_function, to_unit = (rows[task["id"]] for task in opened)
    assert to_person["person_id"] == desk.person("erik")
    assert to_person["promised_at"].startswith("2026-08-13T07:00")
    assert to_function["group_id"] is not None
    assert (to_unit["person_id"], to_unit["group_id"]) == (None, None)
    assert to_unit["unit_id"] is not None

    async def both_are_told() -> bool:
        return len(erik.texts) == 2 and len(anna.texts) == 1

    await until(both_are_told, WITHIN_S, f"Erik twice, Anna once: {erik.texts}, {anna.texts}")
    assert erik.texts[0] == f"Att ringa upp: {shown(number)}, utlovat 13/8 09:00. {NOTE}"
    assert anna.texts == [f"Att ringa upp: {shown(number)}, senast 13/8. {NOTE}"]


def shown(number: str) -> str:
    """+46701000001 as 070-100 00 01."""
    digits = f"0{number.removeprefix('+46')}"
    return f"{digits[:3]}-{digits[3:6]} {digits[6:8]} {digits[8:]}"
