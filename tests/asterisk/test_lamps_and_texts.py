"""Busy lamps and short texts on real telephones."""

from collections.abc import AsyncIterator

import pytest

from switchboard.calls.ports import Lamp
from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.exchange import PHONES, Exchange
from tests.callers.phone import PhoneAccount, SubscriptionRefused
from tests.callers.raw_sip import RawPhone
from tests.contracts.telephony_lab import eventually

pytestmark = pytest.mark.asterisk


@pytest.fixture
async def anna(wire: AsteriskBox, exchange: Exchange) -> AsyncIterator[RawPhone]:
    async with RawPhone(PhoneAccount("anna", wire.server, PHONES["anna"])) as phone:
        await phone.register()
        yield phone
        await phone.unregister()


async def test_a_lamp_follows_each_change(exchange: Exchange, anna: RawPhone) -> None:
    await exchange.telephony.show_lamp("operator-210", Lamp.IDLE)
    lamp = await anna.watch("*20210")
    await eventually(lambda: lamp.states == ["terminated"])
    for lit, state in [(Lamp.BUSY, "confirmed"), (Lamp.HELD, "early"), (Lamp.AWAY, "terminated")]:
        told = len(lamp.states)
        await exchange.telephony.show_lamp("operator-210", lit)
        await eventually(lambda told=told: len(lamp.states) > told)  # type: ignore[misc]
        assert lamp.states[-1] == state


@pytest.mark.parametrize("number", ["*20", "*20abc", "*20210x", "210", "*20123456789"])
async def test_only_operators_extensions_have_lamps(anna: RawPhone, number: str) -> None:
    with pytest.raises(SubscriptionRefused, match="404"):
        await anna.watch(number)


async def test_nobody_outside_sees_a_lamp(wire: AsteriskBox, exchange: Exchange) -> None:
    await exchange.telephony.show_lamp("operator-210", Lamp.IDLE)
    async with RawPhone(PhoneAccount("+46701234567", wire.server)) as trunk:
        with pytest.raises(SubscriptionRefused, match="603"):
            await trunk.watch("*20210")


async def test_a_lamp_of_a_name_that_cannot_be_is_not_shown(exchange: Exchange) -> None:
    await exchange.telephony.show_lamp("operator/210?x", Lamp.BUSY)
    assert exchange.log.events("warning") == ["lamp_not_shown"]
    assert all("?" not in each["name"] for each in await exchange.client.request("GET", "deviceStates"))


async def test_a_text_arrives(exchange: Exchange, anna: RawPhone) -> None:
    await exchange.telephony.tell("anna", "Du är pausad:\r\nåäö")
    await eventually(lambda: anna.texts == ["Du är pausad:  åäö"])


@pytest.mark.parametrize("account", ["erik", "nobody", "a b", "erik@127.0.0.1:1"])
async def test_a_phone_that_cannot_be_told_is_no_fault(exchange: Exchange, account: str) -> None:
    await exchange.telephony.tell(account, "Hej")
    assert exchange.log.events("warning") == []


async def test_a_text_from_a_phone_is_no_call(wire: AsteriskBox, exchange: Exchange, anna: RawPhone) -> None:
    assert await anna.send_text("102", "hej") == 404
    async with RawPhone(PhoneAccount("+46701234567", wire.server)) as trunk:
        assert await trunk.send_text("102", "hej") == 404
    assert exchange.calls.empty()
