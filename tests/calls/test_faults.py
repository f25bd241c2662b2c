"""Something of ours breaks in the middle of a call: the caller still gets the operators or leaves a message."""

import asyncio
from typing import Any

import pytest

from switchboard.calls.dispatcher import Dispatcher
from switchboard.domain.call import EventKind, Outcome
from tests.builders import ANNA, ERIK
from tests.calls.test_diverting import away
from tests.fakes.leg import BEEP, Speech
from tests.fakes.world import World, at_work


@pytest.mark.parametrize("act", ["answer", "phone_states", "ring_phone", "ring", "join"])
async def test_a_failing_act_costs_nobody_the_call(act: str) -> None:
    world = World(at_work(away(ERIK, deputy=ANNA)))
    world.telephony.phone("op1", answers_after=1, talks_for=2)
    world.telephony.phone("anna", answers_after=1, talks_for=2)
    world.telephony.fail(act)
    caller = world.telephony.caller()
    caller.on_hearing("Menu", lambda: caller.press("2"))
    outcome = await world.call("+46980319211", caller)
    assert outcome.outcome in {Outcome.CONNECTED, Outcome.MESSAGE}
    assert EventKind.FAULT in world.kinds(caller.id) or world.log.events("warning") or act in {"ring_phone"}
    assert world.telephony.left_over() == []


async def test_an_announcement_that_cannot_be_played_is_passed_over() -> None:
    world = World(at_work(away(ERIK)))
    world.telephony.missing_media = {"PersonGreeting:sv", "AbsenceNotice:sv"}
    caller = world.telephony.caller()
    outcome = await world.call("+46980319211", caller)
    assert "announcement_not_played" in world.log.events("warning")
    assert BEEP in caller.hears
    assert outcome.outcome is Outcome.MESSAGE


async def test_no_directory_at_all_is_told_honestly_and_logged() -> None:
    world = World(at_work())
    world.directory.broken = True
    caller = world.telephony.caller()
    outcome = await world.call("+46980319211", caller)
    assert world.heard(caller)[0] == "TechnicalFault"
    assert "call_story_broke" in world.log.events("exception")
    assert outcome.outcome in {Outcome.MESSAGE, Outcome.FAILED}
    assert caller.ended_with is not None


async def test_a_recording_that_fails_is_told_and_tried_again() -> None:
    world = World(at_work(away(ERIK)))
    world.telephony.fail("record")
    caller = world.telephony.caller()
    outcome = await world.call("+46980319211", caller)
    assert "TechnicalFault" in world.heard(caller)
    assert outcome.outcome is Outcome.MESSAGE
    assert len(world.messages.tasks) == 1


async def test_a_stop_leaves_who_talks_or_speaks_and_gives_the_others_to_the_fallback() -> None:
    world = World(at_work(away(ERIK)))
    world.telephony.phone("anna", answers_after=1, talks_for=10_000)
    dispatcher = Dispatcher(world.ports)
    talking, speaking, waiting = (world.telephony.caller(name) for name in ("talking", "speaking", "waiting"))
    speaking.speech = Speech(seconds=10_000)
    speaking.on_hearing("Menu", lambda: speaking.press("1"))
    dispatcher.start(world.incoming("+46980319210", talking), talking)
    dispatcher.start(world.incoming("+46980319210", talking), talking)
    dispatcher.start(world.incoming("+46980319211", speaking), speaking)
    assert len(dispatcher) == 2
    await asyncio.sleep(20)
    dispatcher.start(world.incoming("+46980319211", waiting), waiting)
    await asyncio.sleep(1)
    await dispatcher.drain(1)
    assert not dispatcher.taking_calls
    await dispatcher.hand_over()
    assert (waiting.ended_with, talking.ended_with, speaking.ended_with) == ("fallback", None, None)
    assert [row.outcome for row in world.journal.calls.values()] == [None, None, None]
    await dispatcher.abandon()


@pytest.mark.parametrize("said", ["Promise", "Goodbye"])
async def test_a_stop_lets_who_has_spoken_hear_the_promise(said: str) -> None:
    world = World(at_work(away(ERIK)))
    dispatcher = Dispatcher(world.ports)
    caller, heard = world.telephony.caller("promised"), asyncio.Event()
    caller.speech = Speech(seconds=4.0, then="hash")
    caller.on_hearing(said, heard.set)
    dispatcher.start(world.incoming("+46980319211", caller), caller)
    await heard.wait()
    await dispatcher.drain(0.01)
    await dispatcher.hand_over()
    assert world.heard(caller)[-2:] == ["Promise", "Goodbye"]
    assert caller.ended_with != "fallback"
    assert [row.outcome and row.outcome.outcome for row in world.journal.calls.values()] == [Outcome.MESSAGE]


async def test_a_stop_waits_until_what_was_spoken_is_stored() -> None:
    world = World(at_work(away(ERIK)))
    dispatcher = Dispatcher(world.ports)
    caller, storing = world.telephony.caller("storing"), asyncio.Event()
    caller.speech = Speech(seconds=4.0, then="hash")
    keep = world.messages.keep

    async def slowly(*what: Any) -> Any:  # noqa: ANN401 - as the fake's own
        storing.set()
        await asyncio.sleep(2)
        return await keep(*what)

    world.messages.keep = slowly  # type: ignore[method-assign, assignment]
    dispatcher.start(world.incoming("+46980319211", caller), caller)
    await storing.wait()
    await dispatcher.drain(0.01)
    await dispatcher.hand_over()
    assert world.heard(caller)[-2:] == ["Promise", "Goodbye"]
    assert len(world.messages.tasks) == 1


async def test_two_calls_that_share_everything_do_not_disturb_each_other() -> None:
    world = World(at_work(away(ERIK)))
    first, second = world.telephony.caller("c-1"), world.telephony.caller("c-2")
    outcomes = await asyncio.gather(world.call("+46980319211", first), world.call("+46980319211", second))
    assert [each.outcome for each in outcomes] == [Outcome.MESSAGE, Outcome.MESSAGE]
    assert len(world.messages.messages) == 2
    assert len(world.messages.tasks) == 1, "one caller, one mailbox: one task"
    assert world.heard(first) == world.heard(second)
