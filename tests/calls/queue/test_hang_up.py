"""The caller, and then the operator, hangs up at every possible moment of the queue: nothing is left behind."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import OverflowAction, OverflowSituation
from switchboard.domain.directory_index import Record
from switchboard.domain.diversion import PhoneState
from tests.calls.queue.desk import BUSY, Desk, queue, rule
from tests.calls.queue.test_keep_place import CITIZEN, once

MOST_STEPS = 400


@dataclass(frozen=True)
class Scene:
    name: str
    furnish: Callable[[Desk], None]
    records: tuple[Record, ...] = ()


def answered(desk: Desk) -> None:
    desk.op1.answers_after, desk.op1.talks_for = 3, 5


def waits_then_answered(desk: Desk) -> None:
    desk.op1.state = BUSY
    answered(desk)
    asyncio.get_running_loop().call_later(25, become_free, desk)


def become_free(desk: Desk) -> None:
    desk.op1.state = PhoneState.FREE
    desk.queues.wake()


def keeps_place(desk: Desk) -> None:
    waits_then_answered(desk)
    caller = desk.telephony.legs[0]
    once(caller, "QueuePosition", "1")
    once(caller, "ReadBackNumber", "1")
    desk.telephony.phone(CITIZEN, answers_after=2, talks_for=5)


def waits_in_vain(desk: Desk) -> None:
    desk.op1.state = BUSY


FULL_SOON = rule(OverflowSituation.MAX_WAIT, OverflowAction.CALLBACK, 30)
SCENES = [
    Scene("answered", answered),
    Scene("waits, then answered", waits_then_answered),
    Scene("keeps the place", keeps_place, (queue(callback_tries=1),)),
    Scene("overflows", waits_in_vain, (FULL_SOON,)),
]


async def tell(scene: Scene, step: int | None, who: str | None = None) -> Desk:
    desk = Desk(*scene.records, both=False, hang_up_after_steps=step, who_hangs_up=who)
    leg = desk.telephony.caller("a")
    scene.furnish(desk)
    desk.start("+46980319200", leg)
    await desk.over()
    await desk.passes(120)
    await desk.queues.settle()
    return desk


@pytest.mark.parametrize("who", [None, "op1-1"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_hang_up_at_each_step(scene: Scene, who: str | None) -> None:
    steps = (await tell(scene, None)).telephony.steps
    assert 0 < steps < MOST_STEPS
    for step in range(1, steps + 1):
        desk = await tell(scene, step, who)
        told = f"a hang-up at step {step}"
        assert desk.telephony.left_over() == [], told
        assert desk.log.events("exception") == [], told
        assert all(row.ended_at is not None for row in desk.journal.calls.values()), told
        assert desk.queues.view() == [], told
        assert desk.places.places == {}, told
        queued = desk.kinds("a").count(EventKind.QUEUED)
        outcome = desk.journal.calls["a"].outcome
        if queued and outcome is not None and outcome.outcome is Outcome.ABANDONED:
            assert desk.kinds("a").count(EventKind.LEFT_QUEUE) == queued, told
        await desk.close()
        mine = asyncio.current_task()
        assert [task for task in asyncio.all_tasks() if task is not mine] == [], told
