"""A caller who waits while the operator asks a colleague: the operator is reminded by ear, then the caller goes on."""

import asyncio

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import farewell
from tests.acceptance.operators.party import Party, hear_each_other

HELD = "Åter: väntar sedan 1 min"


async def speaking(desk: Desk, hold: int, park: int) -> tuple[Party, Party, Party]:
    """The other operator signs in once the first one talks."""
    desk.set_queue(hold_seconds=hold, park_seconds=park)
    await desk.operator()
    await desk.colleague("op2")
    await desk.colleague("anna")
    caller, op = await desk.talk()
    desk.sign_in("op2")
    caller.forget()
    await op.press(f"*{desk.extension('anna')}#")
    await caller.hears_music()
    anna = await desk.answer("anna")
    await hear_each_other(op, anna)
    return caller, op, anna


async def hears_a_tone_and_takes_the_caller_back(desk: Desk) -> None:
    """Anna is silent for once, so that the tone is alone in the ear that it is mixed into."""
    caller, op, anna = await speaking(desk, hold=5, park=60)
    await anna.call.stop_playing()
    for party in (caller, op, anna):
        party.forget()
    await op.hears_prompt("beep", "beep")
    assert any(HELD in text for text in desk.phones["op1"].texts)
    await anna.hears(op)
    assert (anna.lately.prompts, caller.lately.prompts) == ([], [])
    assert caller.lately.music
    await anna.speak()
    await hear_each_other(op, anna)
    await op.press("*1")
    await anna.ended()
    await hear_each_other(caller, op)
    await farewell(caller, op)
    assert desk.rung("op2") == 0


async def goes_on_when_the_operator_does_not_react(desk: Desk) -> None:
    caller, op, anna = await speaking(desk, hold=4, park=3)
    caller.forget()
    await caller.hears_prompt("returned-waited", "returned-to-operator", within=12)
    back = await desk.answer("op2")
    assert back.display == HELD
    await asyncio.gather(hear_each_other(caller, back), hear_each_other(op, anna))
    await farewell(caller, back)
    await hear_each_other(op, anna)
    await anna.hang_up()
    await op.ended()
    row = await desk.journal(caller.call.account.user)
    assert row["outcome"] == "connected"
    assert ("returned", "held") in [(kind, detail.get("why")) for kind, detail in desk.house.events(row["id"])]


@pytest.mark.requirement("R31")
async def test_who_waits_during_a_consultation_is_not_forgotten(floor: Floor) -> None:
    await floor.side_by_side(hears_a_tone_and_takes_the_caller_back, goes_on_when_the_operator_does_not_react)
