"""Nobody who waits is forgotten: a held or parked caller comes back after a time, with the reason."""

import pytest

from switchboard.calls.live import Party
from switchboard.domain.announcement import Returned
from switchboard.domain.call import EventKind
from switchboard.domain.directory import OperatorQueue
from tests.builders import OPERATOR_GROUP
from tests.calls.talk.scenes import CITIZEN, Desk
from tests.fakes.leg import MUSIC
from tests.fakes.telephony import talk_with
from tests.fakes.world import World, at_work

pytestmark = pytest.mark.requirement("R31")


async def test_a_short_hold_is_nobody_elses_business() -> None:
    desk = await Desk().talk()
    desk.operator.hold()
    await desk.passes(60)
    assert desk.citizen.tone == MUSIC
    desk.operator.unhold()
    await desk.passes(200)
    assert len(desk.op1.rung) == 1
    kinds = desk.world.kinds(CITIZEN)
    assert kinds.count(EventKind.HELD) == kinds.count(EventKind.RESUMED) == 1
    await desk.end(desk.citizen)


@pytest.mark.parametrize("seconds", [120, 60])
async def test_held_too_long_the_phone_rings_and_shows_it(seconds: int) -> None:
    desk = Desk(World(at_work(OperatorQueue(1, OPERATOR_GROUP.id, hold_seconds=seconds))))
    await desk.talk()
    old = desk.operator
    old.hold()
    await desk.passes(seconds - 1)
    assert len(desk.op1.rung) == 1
    await desk.passes(4)
    assert desk.shown(desk.op1) == f"Åter: väntar sedan {seconds // 60} min"
    assert old.gone
    assert desk.operator.talking_to == CITIZEN
    assert desk.citizen.hears[-1] == talk_with("op1")
    await desk.end(desk.citizen)


async def test_taken_back_while_the_phone_rings() -> None:
    desk = await Desk().talk()
    desk.op1.answers_after = None
    desk.operator.hold()
    await desk.passes(125)
    assert desk.op1.ringing is not None
    desk.operator.unhold()
    await desk.passes(1)
    assert desk.op1.ringing is None
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_held_too_long_and_nobody_answers() -> None:
    desk = await Desk().talk()
    desk.op1.answers_after = None
    desk.op2.answers_after = 2
    old = desk.operator
    old.hold()
    await desk.passes(150)
    assert old.gone
    assert Returned("held") in desk.world.announcer.said
    assert desk.shown(desk.op2).startswith("Åter: väntar sedan 2 min")
    assert desk.op2.leg.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_the_caller_hangs_up_on_hold_and_while_it_rings() -> None:
    for seconds in (10, 125):
        desk = await Desk().talk()
        desk.op1.answers_after = None
        desk.operator.hold()
        await desk.passes(seconds)
        await desk.end(desk.citizen)


async def test_the_holder_hangs_up_while_it_rings() -> None:
    desk = await Desk().talk()
    desk.op1.answers_after = None
    desk.operator.hold()
    await desk.passes(125)
    await desk.end(desk.operator)


async def parked(desk: Desk, how: str = "transfer") -> Desk:
    await desk.talk()
    if how == "transfer":
        desk.operator.transfer("*67")
    else:
        desk.operator.press("**5#")
    await desk.passes(2)
    assert desk.citizen.tone == MUSIC
    assert desk.operator.gone
    return desk


@pytest.mark.parametrize("how", ["transfer", "keys"])
@pytest.mark.parametrize("code", ["*68", "*68201"])
async def test_fetched_by_whoever_parked_and_by_the_place(how: str, code: str) -> None:
    desk = await parked(Desk(), how)
    mine = desk.world.dial("op1", code)
    await desk.passes(3)
    assert mine.talking_to == CITIZEN
    mine.transfer("210")
    desk.phone("anna", answers_after=1)
    await desk.passes(4)
    assert desk.citizen.talking_to == "anna-1"
    await desk.end(desk.citizen)


async def test_fetched_by_a_colleague() -> None:
    desk = await parked(Desk())
    desk.phone("anna")
    hers = desk.world.dial("anna", "*68201")
    await desk.passes(3)
    assert hers.talking_to == CITIZEN
    await desk.end(hers)


async def test_only_one_can_fetch() -> None:
    desk = await parked(Desk())
    first, second = desk.world.dial("op1", "*68201"), desk.world.dial("op2", "*68201")
    await desk.passes(10)
    assert sorted([first.talking_to or "", second.talking_to or ""]) == ["", CITIZEN]
    await desk.end(desk.citizen)


async def test_nobody_fetches_and_the_caller_comes_back() -> None:
    desk = await parked(Desk())
    await desk.passes(118)
    assert len(desk.op1.rung) == 1
    await desk.passes(6)
    assert Returned("parked") in desk.world.announcer.said
    assert desk.shown(desk.op1).startswith("Åter: parkerad")
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_nobody_is_parked() -> None:
    desk = Desk()
    mine = desk.world.dial("op1", "*68")
    await desk.passes(10)
    assert mine.gone
    await desk.end(desk.citizen)


async def test_the_parked_caller_hangs_up() -> None:
    desk = await parked(Desk())
    await desk.end(desk.citizen)


async def test_the_parked_caller_hangs_up_as_somebody_fetches() -> None:
    for after in (0.0, 0.001, 0.5):
        desk = await parked(Desk())
        mine = desk.world.dial("op1", "*68")
        await desk.passes(after)
        desk.citizen.leave()
        await desk.passes(30)
        await desk.end(mine)


async def test_who_fetches_hangs_up_at_once() -> None:
    for after in (0.0, 0.001, 0.5):
        desk = await parked(Desk())
        mine = desk.world.dial("op1", "*68")
        await desk.passes(after)
        mine.leave()
        await desk.passes(200)
        alive = [leg for leg in desk.world.telephony.legs if not leg.gone]
        await desk.end(*alive)


async def test_who_fetches_too_late_is_told_that_nobody_is_there() -> None:
    desk = await parked(Desk())
    (place,) = desk.world.ports.parking.all()
    await desk.passes(121)
    assert place.fetch(Party(desk.world.telephony.caller("late", "anna"))) is False
