"""What is counted of a wait: by the line, not by the call; an answer only if the caller was still there."""

from switchboard.calls.ports import LegGone
from switchboard.domain.call import EventKind
from switchboard.domain.directory import OverflowAction, OverflowSituation
from tests.calls.queue.desk import BUSY, GROUP, Desk, rule
from tests.calls.talk.scenes import CITIZEN
from tests.calls.talk.scenes import Desk as Talk
from tests.fakes.world import World, at_work


async def test_the_wait_of_who_came_back_is_that_in_the_line() -> None:
    """Ten minutes of talk before it are none."""
    world = World(at_work())
    talk = await Talk(world).talk()
    talk.op2.state = BUSY
    await talk.passes(600)
    talk.operator.transfer("219")  # nobody has it
    await talk.passes(1)
    talk.op1.state = BUSY
    await talk.passes(60)
    talk.citizen.leave()
    await world.over()
    left = [event.detail for event in world.events(CITIZEN) if event.kind is EventKind.LEFT_QUEUE]
    assert [each["how"] for each in left] == ["answered", "abandoned"]
    waited = left[1]["waited_s"]
    assert isinstance(waited, int)
    assert waited < 120


async def test_who_hangs_up_as_an_operator_answers_has_given_up() -> None:
    desk = Desk(rule(OverflowSituation.MAX_WAIT, OverflowAction.MESSAGE, 600))
    desk.op1.answers_after = 3
    caller = desk.ring_in("a")

    async def gone() -> None:
        caller.leave()
        raise LegGone

    caller.answer = gone  # type: ignore[method-assign]
    await desk.ends("a")
    assert desk.left("a") == "abandoned"
    assert desk.queues._answers.get(GROUP, []) == []
    await desk.close()
