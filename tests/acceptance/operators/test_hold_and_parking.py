"""Who is held or parked hears music, and comes back to the operator after a time that is data, with the reason."""

import asyncio

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import comes_back, farewell, transferred
from tests.acceptance.operators.party import Party, hear_each_other

HELD, PARKED = "Åter: väntar sedan 1 min", "Åter: parkerad sedan 1 min"


async def held(desk: Desk) -> tuple[Party, Party]:
    await desk.operator()
    caller, op = await desk.talk()
    caller.forget()
    await op.call.hold()
    await caller.hears_music()
    return caller, op


async def is_taken_back_in_time(desk: Desk) -> None:
    caller, op = await held(desk)
    await op.call.unhold()
    await hear_each_other(caller, op)
    since = caller.call.heard.until
    await caller.call.hears(lambda heard: heard.until > since + 2.5, what="longer than a hold may last")
    assert desk.rung("op1") == 1
    await farewell(caller, op)
    kinds = [kind for kind, _ in desk.house.events((await desk.journal(caller.call.account.user))["id"])]
    assert kinds.index("held") < kinds.index("resumed")


async def comes_back_after_a_time(desk: Desk) -> None:
    caller, op = await held(desk)
    caller.forget()
    back = await desk.answer("op1")
    assert back.display == HELD
    await caller.hears_music()
    await op.ended()
    await hear_each_other(caller, back)
    await farewell(caller, back)


async def is_taken_back_while_the_phone_rings_anew(desk: Desk) -> None:
    caller, op = await held(desk)
    rung = await desk.phones["op1"].wait_incoming()
    await op.call.unhold()
    await rung.ended()
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def goes_to_the_front_when_the_phone_is_not_answered(desk: Desk) -> None:
    await desk.operator("op2")
    caller, op = await held_at(desk, "op1")
    second = await desk.ring_from()
    other = await desk.answer("op2")
    await hear_each_other(second, other)
    third = await desk.ring_from()
    await third.hears_music()
    rung = await desk.phones["op1"].wait_incoming()
    caller.forget()
    await rung.reject(486)
    await caller.hears_prompt("returned-waited", "returned-to-operator")
    await op.ended()
    await desk.waits(HELD)
    desk.sign_out("op1")
    await other.hang_up()
    await second.ended()
    back = await desk.answer("op2")
    assert back.display == HELD
    await hear_each_other(caller, back)
    await asyncio.gather(third.hang_up(), farewell(caller, back))


async def goes_to_the_front_while_the_holder_asks_on_another_line(desk: Desk) -> None:
    desk.set_queue(hold_seconds=5)
    await desk.operator()
    await desk.colleague("op2")
    await desk.colleague("anna")
    caller, op = await desk.talk()
    desk.sign_in("op2")
    await op.call.hold()
    caller.forget()
    await caller.hears_music()
    second = await desk.dial("op1", desk.extension("anna"))
    anna = await desk.answer("anna")
    await hear_each_other(second, anna)
    rung = await desk.phones["op1"].wait_incoming()
    assert rung.shown[-1].name == HELD
    caller.forget()
    await rung.reject(486)
    await caller.hears_prompt("returned-waited", "returned-to-operator")
    await op.ended()
    back = await desk.answer("op2")
    assert back.display == HELD
    await asyncio.gather(hear_each_other(caller, back), hear_each_other(second, anna))
    await asyncio.gather(farewell(caller, back), farewell(second, anna))


async def held_at(desk: Desk, who: str) -> tuple[Party, Party]:
    """While `who` is the only one there."""
    stay = desk.session("op2")
    desk.sign_out("op2")
    await desk.operator(who)
    caller, op = await desk.talk(who)
    if stay is not None:
        desk.sign_in("op2")
    caller.forget()
    await op.call.hold()
    await caller.hears_music()
    return caller, op


async def the_held_caller_hangs_up(desk: Desk) -> None:
    caller, op = await held(desk)
    await caller.hang_up()
    await op.ended()


async def the_holder_hangs_up(desk: Desk) -> None:
    caller, op = await held(desk)
    await op.hang_up()
    await caller.ended()


async def the_caller_hangs_up_while_the_phone_rings_anew(desk: Desk) -> None:
    caller, op = await held(desk)
    rung = await desk.phones["op1"].wait_incoming()
    await caller.hang_up()
    await rung.ended()
    await op.ended()


async def parked(desk: Desk, by_keys: bool = False) -> Party:
    await desk.operator()
    caller, op = await desk.talk()
    caller.forget()
    if by_keys:
        await op.press("**5#")
        await op.ended()
    else:
        await op.call.blind_transfer("*67")
        await transferred(op)
    await caller.hears_music()
    return caller


async def comes_back_from_the_parking(desk: Desk) -> None:
    caller = await parked(desk)
    await farewell(caller, await comes_back(desk, caller, "waited", PARKED))


async def goes_to_the_front_when_who_parked_is_busy(desk: Desk) -> None:
    desk.set_queue(park_seconds=8)
    caller = await parked(desk)
    second, op = await desk.talk()
    third = await desk.ring_from()
    await third.hears_music()
    await caller.hears_prompt("returned-waited", "returned-to-operator", within=15)
    await desk.waits(PARKED)
    caller.forget()
    await caller.hears_music()
    await farewell(second, op)
    back = await desk.answer("op1")
    assert back.display == PARKED
    await hear_each_other(caller, back)
    await third.hang_up()
    await farewell(caller, back)


async def comes_back_to_a_colleague(desk: Desk) -> None:
    await desk.colleague("anna")
    caller, anna = await desk.talk("anna", desk.public("anna"))
    caller.forget()
    await anna.call.blind_transfer("*67")
    await transferred(anna)
    await caller.hears_music()
    await farewell(caller, await comes_back(desk, caller, "waited", PARKED, to="anna"))


async def is_fetched_by_who_parked(desk: Desk) -> None:
    desk.set_queue(park_seconds=20)
    caller = await parked(desk, by_keys=True)
    op = await desk.dial("op1", "*68")
    await hear_each_other(caller, op)
    await farewell(caller, op)


async def is_fetched_at_the_place(desk: Desk) -> None:
    desk.set_queue(park_seconds=20)
    await desk.colleague("anna")
    caller = await parked(desk)
    anna = await desk.dial("anna", f"*68{desk.extension('op1')}")
    await hear_each_other(caller, anna)
    await farewell(caller, anna)


async def the_parked_caller_hangs_up(desk: Desk) -> None:
    caller = await parked(desk)
    await caller.hang_up()
    assert (await desk.journal(caller.call.account.user))["outcome"] == "abandoned"
    op = await desk.dial("op1", "*68")
    await op.hears_prompt("desk-nobody-parked")
    await op.ended()
    assert desk.rung("op1") == 1


@pytest.mark.requirement("R31")
async def test_who_is_held_comes_back(floor: Floor) -> None:
    await floor.side_by_side(
        is_taken_back_in_time,
        comes_back_after_a_time,
        is_taken_back_while_the_phone_rings_anew,
        goes_to_the_front_when_the_phone_is_not_answered,
        goes_to_the_front_while_the_holder_asks_on_another_line,
        the_held_caller_hangs_up,
        the_holder_hangs_up,
        the_caller_hangs_up_while_the_phone_rings_anew,
    )


@pytest.mark.requirement("R31")
async def test_who_is_parked_is_fetched_or_comes_back(floor: Floor) -> None:
    await floor.side_by_side(
        comes_back_from_the_parking,
        goes_to_the_front_when_who_parked_is_busy,
        comes_back_to_a_colleague,
        is_fetched_by_who_parked,
        is_fetched_at_the_place,
        the_parked_caller_hangs_up,
    )
