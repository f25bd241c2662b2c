"""What `calls` may rely on when phones are rung and two parties talk. See telephony_suite."""

import asyncio

from switchboard.calls.ports import CallLeg, HangupCause, Left, RingFailure, RingingLeg
from switchboard.domain.diversion import PhoneState
from tests.contracts.telephony_lab import Lab, answered, request
from tests.contracts.telephony_suite import now

__all__ = ["TestPhoneStates", "TestRinging"]


async def ringing(lab: Lab, leg: CallLeg, account: str, timeout_s: float = 10.0) -> RingingLeg:
    rung = await lab.telephony.ring(request(leg, account, timeout_s))
    assert not isinstance(rung, RingFailure)
    return rung


class TestRinging:
    async def test_who_answers_can_be_talked_with(self, lab: Lab) -> None:
        leg, caller = await lab.call()
        anna = await lab.colleague("anna")
        await leg.answer()
        rung = await ringing(lab, leg, "anna")
        await anna.pick_up()
        joined = await lab.telephony.join(leg, await answered(rung))
        await caller.hears("anna")
        await leg.hang_up()
        assert await joined.event() == Left(leg)
        await joined.part()
        await anna.hang_up()
        assert await lab.left_over() == []

    async def test_a_phone_that_is_not_registered(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        assert await lab.telephony.ring(request(leg, "erik")) is RingFailure.UNREGISTERED
        assert await lab.telephony.ring(request(leg, "nobody")) is RingFailure.UNREGISTERED

    async def test_a_phone_that_refuses(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        (await lab.colleague("anna")).refuse_calls()
        assert await (await ringing(lab, leg, "anna")).answered() is RingFailure.BUSY

    async def test_nobody_answers_in_time(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        anna = await lab.colleague("anna")
        began = now()
        rung = await ringing(lab, leg, "anna", timeout_s=1.0)
        assert await rung.answered() is RingFailure.NO_ANSWER
        assert 0.8 < now() - began < 2.0
        await anna.stops_ringing()
        await leg.hang_up()
        assert await lab.left_over() == []

    async def test_cancelled_the_phone_stops(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        anna = await lab.colleague("anna")
        rung = await ringing(lab, leg, "anna")
        await anna.rings()
        await rung.cancel(HangupCause.ANSWERED_ELSEWHERE)
        await anna.stops_ringing()
        assert await rung.answered() is not None
        await rung.cancel(HangupCause.NORMAL)
        await leg.hang_up()
        assert await lab.left_over() == []

    async def test_a_wait_that_is_given_up_stops_the_phone(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        anna = await lab.colleague("anna")
        rung = await ringing(lab, leg, "anna")
        waiting = asyncio.create_task(rung.answered())
        await anna.rings()
        await asyncio.sleep(0.05)
        waiting.cancel()
        await anna.stops_ringing()
        await leg.hang_up()
        assert await lab.left_over() == []

    async def test_asking_it_to_ring_can_be_given_up_at_any_moment(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        anna = await lab.colleague("anna")
        for after in (0.0, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01):
            asking = asyncio.create_task(lab.telephony.ring(request(leg, "anna")))
            await asyncio.sleep(after)
            asking.cancel()
            outcome = (await asyncio.gather(asking, return_exceptions=True))[0]
            if not isinstance(outcome, BaseException | RingFailure):
                await outcome.cancel(HangupCause.NORMAL)
        await anna.stops_ringing()
        await leg.hang_up()
        assert await lab.left_over() == []

    async def test_the_winner_is_not_ended_with_the_others(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        anna, erik = await lab.colleague("anna"), await lab.colleague("erik")
        first, second = await ringing(lab, leg, "anna"), await ringing(lab, leg, "erik")
        await anna.pick_up()
        winner = await answered(first)
        for rung in (first, second):
            await rung.cancel(HangupCause.ANSWERED_ELSEWHERE)
        await erik.stops_ringing()
        assert not winner.gone
        await winner.hang_up()
        await anna.ended()


class TestPhoneStates:
    async def test_unknown_and_silent_phones_are_not_registered(self, lab: Lab) -> None:
        states = await lab.telephony.phone_states(["erik", "nobody"])
        assert states == {"erik": PhoneState.UNREGISTERED, "nobody": PhoneState.UNREGISTERED}

    async def test_a_change_holds_for_the_next_call(self, lab: Lab) -> None:
        assert (await lab.telephony.phone_states(["anna"]))["anna"] is PhoneState.UNREGISTERED
        anna = await lab.colleague("anna")
        await _becomes(lab, "anna", PhoneState.FREE)
        await anna.unregister()
        await _becomes(lab, "anna", PhoneState.UNREGISTERED)


async def _becomes(lab: Lab, account: str, wanted: PhoneState) -> None:
    async with asyncio.timeout(1.0):
        while (await lab.telephony.phone_states([account]))[account] is not wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
