"""A time that the caller was told, keyed with the message that is taken after the call."""

from datetime import datetime, timedelta

import pytest

from switchboard.domain.announcement import FixedPrompt, PromisedCallback
from switchboard.domain.call import Outcome
from switchboard.domain.working_days import STOCKHOLM
from tests.calls.desk.dialling import dialled, has_talked
from tests.fakes.world import WEDNESDAY, World, at_work

TODAY = WEDNESDAY.replace(hour=14, minute=30)
TOMORROW = (WEDNESDAY + timedelta(days=1)).replace(hour=9)
NEXT_WEEK = datetime(2026, 8, 18, 23, 59, 59, tzinfo=STOCKHOLM)


@pytest.mark.requirement("R20", "R30")
@pytest.mark.parametrize(
    ("code", "promised", "shown"),
    [
        ("*22*211*1430", PromisedCallback(TODAY), "utlovat 12/8 14:30"),
        ("*22*211*1430#", PromisedCallback(TODAY), "utlovat 12/8 14:30"),
        ("*22*211*0900", PromisedCallback(TOMORROW), "utlovat 13/8 09:00"),
        ("*22*211*260818", PromisedCallback(NEXT_WEEK, whole_day=True), "utlovat senast 18/8"),
    ],
)
async def test_the_task_has_it_and_it_is_said_and_told(code: str, promised: PromisedCallback, shown: str) -> None:
    world = World(at_work())
    await has_talked(world)
    outcome, said = await dialled(world, code)
    (opened,) = world.tasks.opened
    assert opened.task.promised_at == promised.at
    assert said[:3] == [FixedPrompt("desk-task-opened"), promised, FixedPrompt("desk-note-offer")]
    assert world.telephony.told == [("erik", f"Att ringa upp: 070-174 06 05, {shown}")]
    assert outcome is not None
    assert outcome.outcome is Outcome.SERVED


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    ("digits", "prompt"),
    [
        ("2561", "desk-promise-no-time"),
        ("261301", "desk-promise-no-date"),
        ("260811", "desk-promise-passed"),
        ("280101", "desk-promise-too-far"),
        ("", "desk-promise-form"),
        ("143", "desk-promise-form"),
        ("123456789012", "desk-promise-form"),
    ],
)
async def test_digits_that_say_no_time_are_refused_with_the_reason_and_nothing_is_opened(
    digits: str, prompt: str
) -> None:
    world = World(at_work())
    await has_talked(world)
    outcome, said = await dialled(world, f"*22*211*{digits}")
    assert said == [FixedPrompt(prompt)]
    assert (world.tasks.opened, world.messages.begun, world.telephony.told) == ([], {}, [])
    assert outcome is not None
    assert outcome.outcome is Outcome.SERVED


async def test_of_a_caller_without_a_number_that_is_said() -> None:
    world = World(at_work())
    await has_talked(world, None)
    _, said = await dialled(world, "*22*211*1430")
    assert said[1:3] == [PromisedCallback(TODAY), FixedPrompt("desk-number-hidden")]


async def test_who_hangs_up_in_the_refusal_has_opened_nothing() -> None:
    world = World(at_work())
    await has_talked(world)
    leg = world.dial("op1", "*22*211*2561")
    leg.on_hearing("FixedPrompt", leg.leave)
    await world.over()
    assert world.tasks.opened == []
    outcome = world.outcome(leg.id)
    assert outcome is not None
    assert outcome.outcome is Outcome.SERVED
    assert world.telephony.left_over() == []
