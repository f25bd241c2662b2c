"""What `calls` may rely on of playing under the party's own control. As `telephony_suite`."""

import asyncio

import pytest

from switchboard.calls.ports import LegGone, PlaybackControl, TelephonyFault
from tests.asterisk.box import LONG, MISSING, ONE, TWO
from tests.contracts.telephony_lab import Lab
from tests.contracts.telephony_suite import now

__all__ = ["TestControlledPlaying"]

CONTROLS = {"4": PlaybackControl.BACK, "5": PlaybackControl.PAUSE, "6": PlaybackControl.FORWARD}


class TestControlledPlaying:
    """`LONG` is its name, and then 5 s of silence."""

    async def test_it_is_heard_to_its_end(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        assert await leg.play_controlled(ONE, CONTROLS) is None
        assert caller.prompts() == ["one"]

    async def test_any_other_key_ends_it_and_is_given(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        began = now()
        playing = asyncio.create_task(leg.play_controlled(LONG, CONTROLS))
        await asyncio.sleep(1.0)
        await caller.press("3")
        assert await playing == "3"
        assert now() - began < 4
        assert await leg.play([TWO]) is None
        assert caller.prompts()[-1] == "two"

    async def test_a_key_pressed_before_counts(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        await caller.press("7")
        await asyncio.sleep(0.3)
        assert await leg.play_controlled(LONG, CONTROLS) == "7"

    async def test_a_pause_lasts_until_the_key_comes_again(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        began = now()
        playing = asyncio.create_task(leg.play_controlled(LONG, CONTROLS))
        await asyncio.sleep(1.0)
        await caller.press("5")
        await asyncio.sleep(7.0)
        assert not playing.done()
        await caller.press("5")
        assert await playing is None
        assert 11.0 < now() - began < 15.0

    @pytest.mark.parametrize(
        ("after_s", "key", "ends_s"),
        [(1.0, "6", 2.4), (3.5, "4", 8.3), (4.0, "6", 7.3), (0.3, "4", 5.6)],
        ids=["forward", "back", "forward past the end leads to the last seconds", "back to the beginning"],
    )
    async def test_back_and_forward_move_by_three_seconds(
        self, lab: Lab, after_s: float, key: str, ends_s: float
    ) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        began = now()
        playing = asyncio.create_task(leg.play_controlled(LONG, CONTROLS))
        await asyncio.sleep(after_s)
        await caller.press(key)
        assert await playing is None
        assert abs(now() - began - ends_s) < 1.2, now() - began

    async def test_nothing_to_be_heard_is_a_fault(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        await leg.answer()
        with pytest.raises(TelephonyFault):
            await leg.play_controlled(MISSING, CONTROLS)

    @pytest.mark.parametrize("key", ["", "5"])
    async def test_a_hang_up_ends_it(self, lab: Lab, key: str) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        playing = asyncio.create_task(leg.play_controlled(LONG, CONTROLS))
        await asyncio.sleep(1.0)
        if key:
            await caller.press(key)
            await asyncio.sleep(0.5)
        await caller.hang_up()
        with pytest.raises(LegGone):
            await playing
        assert await lab.left_over() == []
