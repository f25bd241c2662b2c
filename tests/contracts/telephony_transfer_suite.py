"""What `calls` may rely on when phones transfer, and of parties outside. See telephony_suite."""

import asyncio

import pytest

from switchboard.calls.ports import AttendedTransfer, BlindTransfer, HoldChanged, Left, RingFailure
from tests.asterisk.box import ONE
from tests.contracts.telephony_joined_suite import picked_up, talking
from tests.contracts.telephony_lab import OUTSIDE, Lab, answered, outside_request

__all__ = ["TestOutside", "TestTransfers"]


class TestTransfers:
    async def test_what_was_typed_is_told_and_the_phone_leaves(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.colleague.transfer("*8211")
        assert await talk.event() == BlindTransfer(talk.other, "*8211")
        await talk.joined.part()
        await talk.leg.ring()
        await talk.other.accept_transfer()
        await talk.caller.hears("ring tone")
        await talk.colleague.told("accepted")
        await talk.colleague.ended()
        await talk.other.wait_gone()
        await talk.leg.hang_up()
        assert await lab.left_over() == []

    async def test_refused_the_talk_goes_on(self, lab: Lab) -> None:
        talk = await talking(lab)
        for target in ("211", "+46705556677"):
            await talk.colleague.transfer(target)
            assert await talk.event() == BlindTransfer(talk.other, target)
            await talk.other.decline_transfer()
            await talk.colleague.told("declined")
        talk.caller.forget()
        await talk.caller.hears("anna")
        await talk.is_over()

    async def test_a_phone_that_hangs_up_before_it_is_told(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.colleague.transfer("211")
        assert await talk.event() == BlindTransfer(talk.other, "211")
        await talk.colleague.hang_up()
        await talk.joined.part()
        await talk.other.accept_transfer()
        await talk.other.decline_transfer()
        await talk.leg.play([ONE])
        await talk.is_over()

    async def test_a_phone_without_an_open_transfer_is_ended(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.joined.part()
        await talk.other.accept_transfer()
        await talk.colleague.ended()
        await talk.is_over()

    async def test_the_two_others_are_joined(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.colleague.hold()
        assert await talk.event() == HoldChanged(talk.other, held=True)
        consultation = await lab.second_call(talk.colleague)
        assert consultation.account == "anna"
        await consultation.answer()
        erik, colleague = await picked_up(lab, consultation, "erik")
        consulting = await lab.telephony.join(consultation, erik)
        await talk.colleague.transfer_to_second_call()
        assert await talk.event() == AttendedTransfer(talk.other, consultation.id)
        await asyncio.gather(talk.joined.part(), consulting.part())
        talk.joined = await lab.telephony.join(talk.leg, erik)
        await talk.other.accept_transfer()
        await consultation.hang_up()
        await talk.caller.hears("erik")
        await colleague.hears("caller")
        await talk.caller.hears_no_music()
        await talk.colleague.ended()
        await colleague.hang_up()
        assert await talk.event() == Left(erik)
        await talk.is_over()


class TestOutside:
    async def test_somebody_outside_is_a_party_without_account(self, lab: Lab) -> None:
        talk = await talking(lab)
        await talk.joined.part()
        outside = await lab.outside()
        rung = await lab.telephony.ring(outside_request(talk.leg))
        await outside.pick_up()
        answer = await answered(rung)
        assert answer.account is None
        talk.joined = await lab.telephony.join(talk.leg, answer)
        await outside.hears("caller")
        await outside.hang_up()
        assert await talk.event() == Left(answer)
        await talk.is_over()

    async def test_a_busy_number(self, lab: Lab) -> None:
        leg, _ = await lab.call()
        (await lab.outside()).refuse_calls()
        rung = await lab.telephony.ring(outside_request(leg))
        assert not isinstance(rung, RingFailure)
        assert await rung.answered() is RingFailure.BUSY
        await leg.hang_up()
        assert await lab.left_over() == []

    @pytest.mark.parametrize(
        "number", ["", "+", "1", "anna", f"{OUTSIDE}@evil", f"{OUTSIDE};x=1", f"{OUTSIDE}\r\n", "٢٢"]
    )
    async def test_what_is_no_number_is_not_dialled(self, lab: Lab, number: str) -> None:
        leg, _ = await lab.call()
        assert await lab.telephony.ring(outside_request(leg, number)) is RingFailure.FAILED
        await leg.hang_up()
        assert await lab.left_over() == []
