"""What phones and the trunk may do in a talk, on a real Asterisk: what the contract suite cannot ask of a fake."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from switchboard.asterisk import channels
from switchboard.asterisk.legs import AriLeg
from switchboard.calls.ports import (
    AttendedTransfer,
    BlindTransfer,
    CallLeg,
    HoldChanged,
    Left,
    OutsideRequest,
    RingFailure,
)
from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.box import trunk_port
from tests.asterisk.exchange import PHONES, Exchange
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.call import RawCall
from tests.contracts.telephony_lab import answered, eventually, request

pytestmark = pytest.mark.asterisk


@dataclass(slots=True)
class Scene:
    """A caller who has been answered, and Anna, who has picked up; they are not joined yet."""

    exchange: Exchange
    leg: CallLeg
    caller: RawCall
    other: CallLeg
    anna: RawCall
    phone: RawPhone


@pytest.fixture
async def scene(wire: AsteriskBox, exchange: Exchange) -> AsyncIterator[Scene]:
    trunk = RawPhone(PhoneAccount("+46701234567", wire.server))
    async with trunk, RawPhone(PhoneAccount("anna", wire.server, PHONES["anna"])) as phone:
        await phone.register()
        caller = await trunk.dial("+46980319200")
        _, leg = await exchange.next_call()
        await leg.answer()
        rung = await exchange.telephony.ring(request(leg, "anna"))
        call = await phone.wait_incoming()
        assert isinstance(call, RawCall)
        await call.answer()
        yield Scene(exchange, leg, caller, await answered(rung), call, phone)
        await leg.hang_up()
        await phone.unregister()


def channel_of(leg: CallLeg) -> channels.HeldChannel:
    assert isinstance(leg, AriLeg)
    return leg.channel


async def test_a_transfer_asked_for_before_the_talk_is_told_in_it(scene: Scene) -> None:
    await scene.anna.hold()
    await scene.anna.blind_transfer("211")
    await eventually(lambda: len(channel_of(scene.other).signals) == 2)
    joined = await scene.exchange.telephony.join(scene.leg, scene.other)
    assert await joined.event() == HoldChanged(scene.other, held=True)
    assert await joined.event() == BlindTransfer(scene.other, "211")
    await scene.other.decline_transfer()
    await scene.anna.hangup()
    assert await joined.event() == Left(scene.other)
    await joined.part()


async def test_a_transfer_that_nobody_hears_of_is_declined(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone that transfers while it hears a prompt of ours."""
    monkeypatch.setattr(channels, "UNHEARD_AFTER_S", 0.3)
    await scene.anna.blind_transfer("211")
    await scene.anna.until(lambda: 603 in scene.anna.transfer_codes)
    await scene.anna.blind_transfer("212")
    joined = await scene.exchange.telephony.join(scene.leg, scene.other)
    assert await joined.event() == BlindTransfer(scene.other, "212")
    await joined.part()
    await scene.other.hang_up()


async def test_each_transfer_is_told_once(scene: Scene) -> None:
    joined = await scene.exchange.telephony.join(scene.leg, scene.other)
    await scene.anna.blind_transfer("211")
    assert await joined.event() == BlindTransfer(scene.other, "211")
    await scene.other.accept_transfer()
    await scene.other.wait_gone()
    assert await joined.event() == Left(scene.other)
    await joined.part()


async def test_a_phone_that_stays_after_its_transfer_is_hung_up(scene: Scene) -> None:
    scene.phone.hangs_up_after_transfer = False
    joined = await scene.exchange.telephony.join(scene.leg, scene.other)
    await scene.anna.blind_transfer("211")
    await joined.event()
    await joined.part()
    await scene.other.accept_transfer()
    await scene.anna.ended(within=3.0)


async def test_a_second_call_that_is_no_more(scene: Scene) -> None:
    joined = await scene.exchange.telephony.join(scene.leg, scene.other)
    second = await scene.phone.dial("102")
    _, consultation = await scene.exchange.next_call()
    await consultation.answer()
    await second.talks()
    await second.hangup()
    await consultation.wait_gone()
    await scene.anna.attended_transfer(second)
    assert await joined.event() == AttendedTransfer(scene.other, "")
    await scene.other.decline_transfer()
    await scene.anna.until(lambda: 603 in scene.anna.transfer_codes)
    await scene.anna.hangup()
    await scene.other.wait_gone()
    await joined.part()


@pytest.mark.parametrize("number", ["+46705556677", "112"])
async def test_outside_is_dialled_through_the_trunk_and_shown_who_calls(
    wire: AsteriskBox, scene: Scene, number: str
) -> None:
    async with RawPhone(PhoneAccount("provider", wire.server), port=trunk_port(wire)) as provider:
        dialled = OutsideRequest(scene.leg.id, number, "Norrby kommun", "+46980319000", 10.0)
        rung = await scene.exchange.telephony.ring(dialled)
        call = await provider.wait_incoming()
        assert isinstance(call, RawCall)
        assert call.messages[0].start.startswith(f"INVITE sip:{number}@127.0.0.1")
        assert (call.shown[-1].name, call.shown[-1].number) == ("Norrby kommun", "+46980319000")
        await call.answer()
        outside = await answered(rung)
        joined = await scene.exchange.telephony.join(scene.leg, outside)
        await call.blind_transfer("211")
        assert call.transfer_codes == [603]
        assert {each.number for each in call.shown} == {"+46980319000"}
        await call.hangup()
        assert await joined.event() == Left(outside)
        await joined.part()
    await scene.other.hang_up()


async def test_a_call_without_a_channel_can_ring(scene: Scene) -> None:
    """Who kept their place is called back: no channel has the call's id."""
    waiting = OutsideRequest("place-7", "+46705556677", "Norrby", "+46980319000", 0.2)
    rung = await scene.exchange.telephony.ring(waiting)
    assert not isinstance(rung, RingFailure)
    assert await rung.answered() is RingFailure.NO_ANSWER
    await scene.other.hang_up()
