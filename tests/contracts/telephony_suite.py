"""What `calls` may rely on of any telephony. Each module that imports these classes gives them a `lab`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from switchboard.calls.ports import (
    CallLeg,
    HangupCause,
    LegGone,
    RecordingLimits,
    TelephonyFault,
)
from tests.asterisk.box import LONG, MISSING, ONE, TWO
from tests.contracts.telephony_lab import LIMITS, Lab

__all__ = ["TestAnswering", "TestDigits", "TestHangUp", "TestPlaying", "TestRecording", "TestSounds"]


def now() -> float:
    return asyncio.get_running_loop().time()


class TestPlaying:
    async def test_media_are_heard_in_order(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        assert await leg.play([ONE, TWO]) is None
        assert caller.prompts() == ["one", "two"]

    async def test_a_digit_stops_it_and_is_given(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        began = now()
        playing = asyncio.create_task(leg.play([ONE, LONG, TWO], until_digit=True))
        await caller.hears("one")
        await caller.press("4")
        assert await playing == "4"
        assert now() - began < 4
        assert await leg.play([TWO]) is None
        assert caller.prompts()[-1] == "two"

    async def test_a_digit_pressed_before_is_given_at_once(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        playing = asyncio.create_task(leg.play([ONE, TWO]))
        await caller.press("7")
        assert await playing is None
        assert await leg.play([LONG], until_digit=True) == "7"

    async def test_a_missing_medium_in_a_list_is_left_out(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        assert await leg.play([MISSING, ONE]) is None
        assert await leg.play([TWO, MISSING]) is None
        assert caller.prompts() == ["one", "two"]

    @pytest.mark.parametrize("media", [[MISSING], [MISSING, MISSING], []])
    async def test_nothing_to_be_heard_is_a_fault(self, lab: Lab, media: list[str]) -> None:
        leg, _ = await lab.call()
        await leg.answer()
        with pytest.raises(TelephonyFault):
            await leg.play(media)

    async def test_cancelled_it_stops(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        playing = asyncio.create_task(leg.play([ONE, LONG, LONG]))
        await caller.hears("one")
        playing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await playing
        began = now()
        await leg.play([TWO])
        assert now() - began < 2
        await leg.hang_up()
        assert await lab.left_over() == []


class TestAnswering:
    async def test_begun_ahead_it_is_done_before_anything_is_heard(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        leg.answer_ahead()
        leg.answer_ahead()
        assert await leg.play([ONE]) is None
        await leg.answer()
        assert caller.prompts() == ["one"]

    async def test_begun_ahead_it_is_waited_for(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        leg.answer_ahead()
        await leg.answer()
        await leg.ring()
        await caller.hears("ring tone")

    async def test_begun_ahead_and_never_asked_for_it_leaves_nothing(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        leg.answer_ahead()
        await leg.hang_up()
        leg.answer_ahead()
        with pytest.raises(LegGone):
            await leg.answer()
        assert await lab.left_over() == []


class TestDigits:
    async def test_they_come_in_order(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        await caller.press("12#")
        assert [await leg.digit(1.0) for _ in range(3)] == ["1", "2", "#"]

    async def test_none_in_time_is_none(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        await leg.answer()
        began = now()
        assert await leg.digit(0.5) is None
        assert 0.4 < now() - began < 1.5

    async def test_of_a_storm_the_latest_32_are_kept(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        await caller.press("1" * 3 + "2" * 32)
        kept = [digit async for digit in _digits_left(leg)]
        assert kept == ["2"] * 32


async def _digits_left(leg: CallLeg) -> AsyncIterator[str]:
    while (digit := await leg.digit(0.5)) is not None:
        yield digit


class TestSounds:
    async def test_ring_tone_before_answer(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.ring()
        await caller.hears("ring tone")

    async def test_ring_tone_after_answer_until_something_is_played(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        await leg.ring()
        await caller.hears("ring tone")
        await leg.play([ONE])
        assert caller.prompts() == ["one"]

    async def test_music_until_silence(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        await leg.hold_music()
        await caller.hears("music")
        await leg.silence()
        await leg.play([ONE])
        assert caller.prompts() == ["one"]


class TestRecording:
    @pytest.mark.parametrize(("then", "longest"), [("silence", 7.0), ("hash", 4.0)])
    async def test_it_ends_and_is_stored(self, lab: Lab, then: str, longest: float) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        caller.will_say(2.0, "hash" if then == "hash" else "silence")
        await leg.record(f"take-{then}", LIMITS)
        stored = await lab.recordings.fetch(f"take-{then}")
        assert stored is not None
        assert 1.5 < stored.duration_s < longest
        assert f"take-{then}" in await lab.recordings.names()
        assert await leg.digit(0.3) is None, "what ended the recording is no choice"
        await lab.recordings.delete(f"take-{then}")
        assert await lab.recordings.fetch(f"take-{then}") is None

    async def test_it_ends_at_the_limit(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        caller.will_say(6.0, "silence")
        await leg.record("take-limit", RecordingLimits(max_seconds=2, silence_seconds=5))
        stored = await lab.recordings.fetch("take-limit")
        assert stored is not None
        assert 1.5 < stored.duration_s < 3.5
        await lab.recordings.delete("take-limit")

    async def test_a_hang_up_in_the_message_keeps_it(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        caller.will_say(2.0, "hang_up")
        with pytest.raises(LegGone):
            await leg.record("take-hang-up", LIMITS)
        stored = await lab.recordings.fetch("take-hang-up")
        assert stored is not None
        assert stored.duration_s > 1.5
        await lab.recordings.delete("take-hang-up")

    async def test_a_name_is_used_once(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        caller.will_say(1.0, "hash")
        await leg.record("take-twice", LIMITS)
        with pytest.raises(TelephonyFault):
            await leg.record("take-twice", LIMITS)
        await leg.play([ONE])
        await lab.recordings.delete("take-twice")

    async def test_cancelled_it_stops(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        await leg.answer()
        recording = asyncio.create_task(leg.record("take-cancelled", LIMITS))
        await asyncio.sleep(0.05)
        recording.cancel()
        with pytest.raises(asyncio.CancelledError):
            await recording
        began = now()
        await leg.play([ONE])
        assert now() - began < 2
        await lab.recordings.delete("take-cancelled")

    async def test_unknown_names_are_harmless(self, lab: Lab) -> None:
        assert await lab.recordings.fetch("take-never") is None
        await lab.recordings.delete("take-never")
        leg, _ = await lab.call()
        await leg.finish_recording("take-never")


WAITS: dict[str, Callable[[CallLeg], Awaitable[object]]] = {
    "play": lambda leg: leg.play([LONG]),
    "play until a digit": lambda leg: leg.play([LONG], until_digit=True),
    "digit": lambda leg: leg.digit(10),
    "record": lambda leg: leg.record("take-gone", LIMITS),
}


class TestHangUp:
    @pytest.mark.parametrize("wait", WAITS)
    @pytest.mark.parametrize("after", [0.0, 0.1, 1.0])
    async def test_it_ends_every_wait(self, lab: Lab, wait: str, after: float) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        waiting = asyncio.ensure_future(WAITS[wait](leg))
        await asyncio.sleep(after)
        await caller.hang_up()
        with pytest.raises(LegGone):
            await waiting
        assert leg.gone
        await lab.recordings.delete("take-gone")
        assert await lab.left_over() == []

    async def test_nothing_can_be_done_afterwards_but_hang_up(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        await caller.hang_up()
        await leg.wait_gone()
        for act in (leg.answer(), leg.ring(), leg.hold_music(), leg.silence(), leg.play([ONE]), leg.digit(1)):
            with pytest.raises(LegGone):
                await act
        with pytest.raises(LegGone):
            await leg.record("take-late", LIMITS)
        await leg.hang_up()
        assert await lab.left_over() == []

    @pytest.mark.parametrize("cause", HangupCause)
    async def test_ours_ends_the_call(self, lab: Lab, cause: HangupCause) -> None:
        leg, caller = await lab.call()
        await leg.hang_up(cause)
        assert leg.gone
        await caller.ended()
        assert await lab.left_over() == []
