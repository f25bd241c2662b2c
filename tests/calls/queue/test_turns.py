"""Whoever is offered a place is rung or free again, whatever happens in the same instant; and the lines rest between
events."""

import asyncio
from collections.abc import Callable

import pytest

from switchboard.domain.directory import PauseReason
from switchboard.domain.diversion import PhoneState
from tests.builders import OP1, OP2, OPERATOR_GROUP
from tests.calls.queue.desk import BUSY, Desk

MOST_LOOKS = 60
INSTANTS = range(40)


async def looks_within(desk: Desk, seconds: float) -> int:
    """The queues are closed after `MOST_LOOKS`: a circle without a pause would never end."""
    looks = 0
    closing: list[asyncio.Task[None]] = []

    def count() -> None:
        nonlocal looks
        looks += 1
        if looks == MOST_LOOKS:
            closing.append(asyncio.create_task(desk.queues.close()))

    with desk.queues.heard_by(count):
        await desk.passes(seconds)
    return looks


@pytest.mark.parametrize("leaves", ["pauses", "signs out"])
async def test_an_operator_who_leaves_work_just_after_the_phone_was_gone_makes_nobody_look_in_a_circle(
    leaves: str,
) -> None:
    desk = Desk()
    desk.op1.state = PhoneState.UNREGISTERED
    desk.queues.wake()
    await desk.passes(1)
    if leaves == "pauses":
        await desk.desk.pause(OP1.id, PauseReason.LUNCH, desk.clock.now(), "test")
    else:
        await desk.desk.sign_out(OP1.id, OPERATOR_GROUP.id, "test")
    desk.queues.wake()
    assert await looks_within(desk, 60) < MOST_LOOKS
    await desk.close()


def goes_on_ringing(_: Desk) -> None:
    """Until nobody has answered in time."""


def answers(desk: Desk) -> None:
    desk.op1.pick_up()


def caller_leaves(desk: Desk) -> None:
    desk.telephony.legs[0].leave()


@pytest.mark.parametrize("happens", [goes_on_ringing, answers, caller_leaves])
async def test_who_becomes_free_in_the_instant_in_which_a_ringing_ends_is_not_forgotten(
    happens: Callable[[Desk], None],
) -> None:
    for instant in INSTANTS:
        desk = Desk()
        desk.op2.state = BUSY
        caller = desk.ring_in("a")
        await desk.passes(OPERATOR_GROUP.ring_seconds - 0.5 if happens is goes_on_ringing else 3)
        assert len(desk.op1.rung) == 1
        if happens is goes_on_ringing:
            await desk.passes(0.5)
        happens(desk)
        for _ in range(instant):
            await asyncio.sleep(0)
        desk.op2.state = PhoneState.FREE
        desk.queues.wake()
        await desk.passes(1)
        caller.leave()
        await desk.ends("a")
        crew = desk.queues.crew
        assert (crew.of(OP1.id), crew.of(OP2.id)) == (None, None), f"{instant} instants later"
        last = desk.ring_in("b")
        await desk.passes(1)
        assert desk.op2.rung[-1].call_id == "b", f"{instant} instants later"
        last.leave()
        await desk.ends("b")
        await desk.close()
