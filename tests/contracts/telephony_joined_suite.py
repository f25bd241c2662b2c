"""What `calls` may rely on when two are joined: hold, keys, taking a talk apart. See telephony_suite."""

import asyncio

import pytest

from switchboard.calls.ports import (
    CallLeg,
    HoldChanged,
    Joined,
    KeyPressed,
    Left,
    LegGone,
    TalkEvent,
    TelephonyFault,
)
from tests.asterisk.box import LONG, MISSING, ONE
from tests.contracts.telephony_lab import (
    WITHIN_S,
    Account,
    Caller,
    Colleague,
    Lab,
    answered,
    request,
)

__all__ = ["TestHold", "TestJoining"]


class Talk:
    """A caller and a colleague who talk with each other."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.leg: CallLeg
        self.caller: Caller
        self.other: CallLeg
        self.colleague: Colleague
        self.joined: Joined

    async def event(self) -> TalkEvent:
        async with asyncio.timeout(WITHIN_S):
            return await self.joined.event()

    async def is_over(self) -> None:
        await self.joined.part()
        await self.leg.hang_up()
        await self.other.hang_up()
        assert await self.lab.left_over() == []


async def picked_up(lab: Lab, leg: CallLeg, account: Account) -> tuple[CallLeg, Colleague]:
    colleague = await lab.colleague(account)
    rung = await lab.telephony.ring(request(leg, account))
    await colleague.pick_up()
    return await answered(rung), colleague


async def talking(lab: Lab) -> Talk:
    talk = Talk(lab)
    talk.leg, talk.caller = await lab.call()
    await talk.leg.answer()
    await talk.caller.speaks()
    talk.other, talk.colleague = await picked_up(lab, talk.leg, "anna")
    talk.joined = await lab.telephony.join(talk.leg, talk.other)
    await talk.caller.hears("anna")
    return talk


class TestJoining:
    async def test_both_hear_each_other_and_who_they_are_is_known(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.colleague.hears("caller")
        assert (talk.leg.account, talk.other.account) == (None, "anna")
        await talk.is_over()

    async def test_taken_apart_both_are_there_and_hear_only_us(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.joined.part()
        await talk.joined.part()
        await asyncio.gather(talk.leg.play([ONE]), talk.other.play([ONE]))
        assert talk.caller.prompts() == ["one"]
        await talk.colleague.hears("one")
        await talk.is_over()

    async def test_what_is_whispered_one_party_hears_alone_and_the_talk_goes_on(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        await leg.answer()
        other, colleague = await picked_up(lab, leg, "anna")
        joined = await lab.telephony.join(leg, other)
        await caller.hears("anna")
        await lab.telephony.whisper(other, [ONE])
        await colleague.hears("one")
        await caller.speaks()
        await colleague.hears("caller")
        assert caller.prompts() == []
        await joined.part()
        await leg.hang_up()
        await other.hang_up()
        assert await lab.left_over() == []

    async def test_a_whisper_costs_nobody_anything(self, lab: Lab) -> None:
        """It is given up, its sound is missing, whoever is to hear it hangs up, or has done so."""
        talk = await talking(lab)
        for after in (0.0, 0.002, 0.01, 0.1):
            whispering = asyncio.create_task(lab.telephony.whisper(talk.other, [LONG]))
            await asyncio.sleep(after)
            whispering.cancel()
            await asyncio.gather(whispering, return_exceptions=True)
        await lab.telephony.whisper(talk.other, [MISSING])
        whispering = asyncio.create_task(lab.telephony.whisper(talk.other, [LONG]))
        await asyncio.sleep(0.3)
        await talk.colleague.hang_up()
        async with asyncio.timeout(WITHIN_S * 2):
            await whispering
        await lab.telephony.whisper(talk.other, [ONE])
        assert await talk.event() == Left(talk.other)
        await talk.is_over()

    async def test_who_leaves_is_told_and_the_other_one_stays(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.colleague.hang_up()
        assert await talk.event() == Left(talk.other)
        await talk.joined.part()
        await talk.leg.play([ONE])
        await talk.caller.hang_up()
        await talk.leg.wait_gone()
        assert await talk.lab.left_over() == []

    async def test_of_both_who_leave_each_is_told(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.caller.hang_up()
        assert await talk.event() == Left(talk.leg)
        await talk.colleague.hang_up()
        assert await talk.event() == Left(talk.other)
        await talk.is_over()

    async def test_a_wait_given_up_loses_nothing(self, lab: Lab) -> None:
        talk = await talking(lab)
        waiting = asyncio.create_task(talk.joined.event())
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await talk.colleague.press("*1")
        await talk.caller.press("5")
        await talk.colleague.hang_up()
        expected = [KeyPressed(talk.other, "*"), KeyPressed(talk.other, "1"), KeyPressed(talk.leg, "5")]
        assert [await talk.event() for _ in range(4)] == [*expected, Left(talk.other)]
        await talk.is_over()

    async def test_keys_are_kept_for_the_leg_as_well(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.colleague.press("7#")
        assert [await talk.event(), await talk.event()] == [KeyPressed(talk.other, "7"), KeyPressed(talk.other, "#")]
        assert [await talk.other.digit(1.0), await talk.other.digit(1.0)] == ["7", "#"]
        await talk.is_over()

    @pytest.mark.parametrize("act", ["ring tone", "music", "one"])
    async def test_what_comes_at_once_after_a_talk_is_heard(self, lab: Lab, act: str) -> None:
        talk = await talking(lab)
        for _ in range(6):
            await talk.joined.part()
            talk.caller.forget()
            match act:
                case "ring tone":
                    await talk.leg.ring()
                case "music":
                    await talk.leg.hold_music()
                case _:
                    await talk.leg.play([ONE])
            await talk.caller.hears(act)
            talk.joined = await lab.telephony.join(talk.leg, talk.other)
            talk.caller.forget()
            await talk.caller.hears("anna")
        await talk.is_over()

    async def test_a_phone_goes_from_one_to_the_other_and_back(self, lab: Lab) -> None:
        talk = await talking(lab)
        erik, colleague = await picked_up(lab, talk.leg, "erik")
        for partner, waiting, voice in [(erik, talk.leg, "erik"), (talk.leg, erik, "caller")] * 3:
            await talk.joined.part()
            await waiting.hold_music()
            talk.joined = await lab.telephony.join(partner, talk.other)
            talk.colleague.forget()
            await talk.colleague.hears(voice)
        await talk.colleague.press("2")
        assert await talk.event() == KeyPressed(talk.other, "2")
        await erik.hang_up()
        await colleague.ended()
        await talk.is_over()

    async def test_one_who_had_left_before(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.joined.part()
        await talk.caller.hang_up()
        await talk.leg.wait_gone()
        with pytest.raises(LegGone):
            await lab.telephony.join(talk.leg, talk.other)
        await talk.other.play([ONE])
        await talk.colleague.hears("one")
        await talk.other.hang_up()
        assert await lab.left_over() == []

    async def test_the_other_had_left_before(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.joined.part()
        await talk.leg.ring()
        await talk.colleague.hang_up()
        await talk.other.wait_gone()
        with pytest.raises(TelephonyFault):
            await lab.telephony.join(talk.leg, talk.other)
        await talk.caller.hears("ring tone")
        await talk.leg.hang_up()
        assert await lab.left_over() == []

    @pytest.mark.parametrize("who", ["caller", "colleague"])
    @pytest.mark.parametrize("after", [0.0, 0.001, 0.003, 0.006, 0.02])
    async def test_who_hangs_up_at_that_moment_leaves_nothing(self, lab: Lab, who: str, after: float) -> None:
        talk = await talking(lab)
        await talk.joined.part()
        joining = asyncio.create_task(lab.telephony.join(talk.leg, talk.other))
        await asyncio.sleep(after)
        await (talk.caller if who == "caller" else talk.colleague).hang_up()
        [outcome] = await asyncio.gather(joining, return_exceptions=True)
        gone, there = (talk.leg, talk.other) if who == "caller" else (talk.other, talk.leg)
        if isinstance(outcome, BaseException):
            assert isinstance(outcome, LegGone if who == "caller" else TelephonyFault)
        else:
            talk.joined = outcome
            assert await talk.event() == Left(gone)
            await talk.joined.part()
        await there.play([ONE])
        await there.hang_up()
        assert await lab.left_over() == []

    @pytest.mark.parametrize("after", [0.0, 0.001, 0.003, 0.006])
    async def test_joining_can_be_given_up_at_any_moment(self, lab: Lab, after: float) -> None:
        talk = await talking(lab)
        await talk.joined.part()
        joining = asyncio.create_task(lab.telephony.join(talk.leg, talk.other))
        await asyncio.sleep(after)
        joining.cancel()
        [outcome] = await asyncio.gather(joining, return_exceptions=True)
        if not isinstance(outcome, BaseException):
            await outcome.part()
        await asyncio.gather(talk.leg.play([ONE]), talk.other.play([ONE]))
        await talk.is_over()


class TestHold:
    async def test_the_other_hears_music_until_taken_back(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.colleague.hold()
        assert await talk.event() == HoldChanged(talk.other, held=True)
        await talk.caller.hears("music")
        talk.caller.forget()
        await talk.colleague.unhold()
        assert await talk.event() == HoldChanged(talk.other, held=False)
        await talk.caller.hears_no_music()
        await talk.is_over()

    @pytest.mark.parametrize("next_sound", ["ring tone", "one"])
    async def test_who_is_taken_out_of_a_talk_while_held_hears_what_comes_next(self, lab: Lab, next_sound: str) -> None:
        talk = await talking(lab)
        await talk.colleague.hold()
        await talk.caller.hears("music")
        await talk.joined.part()
        if next_sound == "one":
            await talk.leg.play([ONE])
        else:
            await talk.leg.ring()
        await talk.caller.hears(next_sound)
        await talk.caller.hears_no_music()
        await talk.is_over()

    async def test_who_was_held_talks_with_another(self, lab: Lab) -> None:
        talk = await talking(lab)
        erik, colleague = await picked_up(lab, talk.leg, "erik")
        await talk.colleague.hold()
        await talk.caller.hears("music")
        await talk.joined.part()
        talk.joined = await lab.telephony.join(talk.leg, erik)
        await talk.caller.hears("erik")
        await colleague.hears("caller")
        await talk.caller.hears_no_music()
        await erik.hang_up()
        await talk.is_over()
