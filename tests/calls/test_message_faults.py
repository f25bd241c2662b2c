"""Asterisk, the audio store or the database fail around a message: it is promised once, kept once, and never lost."""

import asyncio

import pytest

from switchboard.calls.ports import TelephonyFault
from switchboard.domain.call import Outcome
from tests.builders import ERIK
from tests.calls.test_diverting import away
from tests.calls.test_recovery import recovery_of
from tests.fakes.leg import BEEP, Speech
from tests.fakes.world import World, at_work


async def broken(*_: object) -> None:
    raise TelephonyFault("no answer in 5 s")


async def stuck(*_: object) -> None:
    await asyncio.sleep(10)
    raise ConnectionError("the database is locked")


async def leaves_a_message(world: World) -> Outcome:
    caller = world.telephony.caller()
    caller.speech = Speech(seconds=4.0, then="hash")
    outcome = await world.call("+46980319211", caller)
    assert world.heard(caller)[-2:] == ["Promise", "Goodbye"]
    assert caller.hears.count(BEEP) == 1
    return outcome.outcome


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("part", ["fetch", "put", "keep", "keep_stuck"])
async def test_what_cannot_be_kept_now_is_promised_and_kept_by_recovery(part: str) -> None:
    world = World(at_work(away(ERIK)))
    owner = {"fetch": world.telephony.recordings, "put": world.ports.audio}.get(part, world.messages)
    name = part.removesuffix("_stuck")
    working = getattr(owner, name)
    setattr(owner, name, stuck if part.endswith("_stuck") else broken)
    assert await leaves_a_message(world) is Outcome.MESSAGE
    assert world.messages.tasks == []
    setattr(owner, name, working)
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    (task,) = world.messages.tasks
    assert task.mailbox.person_id == ERIK.id
    assert task.caller == "+46701234567"


async def test_a_recording_that_cannot_be_deleted_gives_no_second_message() -> None:
    world = World(at_work(away(ERIK)))
    working = world.telephony.recordings.delete
    world.telephony.recordings.delete = broken  # type: ignore[method-assign, assignment]
    assert await leaves_a_message(world) is Outcome.MESSAGE
    world.telephony.recordings.delete = working  # type: ignore[method-assign]
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    assert len(world.messages.tasks) == 1
    assert world.telephony.recordings.stored == {}


@pytest.mark.parametrize("begin", [stuck, broken])
async def test_a_database_that_cannot_write_does_not_hold_the_caller_up(begin: object) -> None:
    """The beep comes within two seconds, and the recording finds its owner by its name."""
    world = World(at_work(away(ERIK)))
    world.messages.begin = begin  # type: ignore[assignment, method-assign]
    assert await leaves_a_message(world) is Outcome.MESSAGE
    (task,) = world.messages.tasks
    assert task.mailbox.person_id == ERIK.id
