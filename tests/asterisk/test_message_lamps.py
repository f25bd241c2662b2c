"""Message lamps on real telephones (R11; asterisk.md's own account of MinivmMWI is what this stands on)."""

import re
from collections.abc import AsyncIterator

import pytest

from switchboard.asterisk.phones import PhoneAccount as Account
from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.exchange import PHONES, Exchange
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.contracts.telephony_lab import eventually

pytestmark = pytest.mark.asterisk


def lamp(phone: RawPhone) -> tuple[str, str] | None:
    """What the latest message summary says: lit or not, and new/old."""
    if not phone.messages_waiting:
        return None
    text = phone.messages_waiting[-1]
    lit = re.search(r"Messages-Waiting: (\w+)", text)
    counts = re.search(r"Voice-Message: (\d+/\d+)", text)
    assert lit is not None
    return lit[1], counts[1] if counts else ""


@pytest.fixture
async def anna(wire: AsteriskBox, exchange: Exchange) -> AsyncIterator[RawPhone]:
    """Both telephones are hers."""
    await exchange.accounts.synchronise(
        [Account(name, word, name.title(), "210", mailbox="4") for name, word in PHONES.items()]
    )
    async with RawPhone(PhoneAccount("anna", wire.server, PHONES["anna"])) as phone:
        await phone.register()
        yield phone
        await phone.unregister()


@pytest.mark.requirement("R11")
async def test_the_lamp_follows_on_every_telephone_of_the_person(
    wire: AsteriskBox, exchange: Exchange, anna: RawPhone
) -> None:
    async with RawPhone(PhoneAccount("erik", wire.server, PHONES["erik"])) as second:
        await second.register()
        for new, old, lit in [(1, 0, ("yes", "1/0")), (2, 1, ("yes", "2/1")), (0, 3, ("no", "0/3"))]:
            assert await exchange.telephony.show_messages("4", new, old) is True
            await eventually(lambda lit=lit: lamp(anna) == lit and lamp(second) == lit)  # type: ignore[misc]
        await second.unregister()


@pytest.mark.requirement("R11")
async def test_a_telephone_that_registers_later_is_told(wire: AsteriskBox, exchange: Exchange, anna: RawPhone) -> None:
    assert await exchange.telephony.show_messages("4", 5, 0) is True
    await eventually(lambda: lamp(anna) == ("yes", "5/0"))
    async with RawPhone(PhoneAccount("erik", wire.server, PHONES["erik"])) as second:
        await second.register()
        await eventually(lambda: lamp(second) == ("yes", "5/0"))
        await second.unregister()


async def test_the_lamp_of_somebody_else_stays_as_it_is(exchange: Exchange, anna: RawPhone) -> None:
    assert await exchange.telephony.show_messages("4", 0, 0) is True
    assert await exchange.telephony.show_messages("5", 3, 0) is True
    assert await exchange.telephony.show_messages("4", 0, 1) is True
    await eventually(lambda: lamp(anna) == ("no", "0/1"))
    assert not any("3/0" in text for text in anna.messages_waiting)


async def test_nothing_is_left_of_it(exchange: Exchange, anna: RawPhone) -> None:
    del anna
    for number in range(5):
        assert await exchange.telephony.show_messages("4", number, 0) is True
    left: list[object] = [None]
    for _ in range(100):
        left = await exchange.client.request("GET", "channels")
        if not left:
            break
    assert left == []
    assert exchange.calls.empty()


async def test_an_asterisk_that_is_away_is_no_fault(exchange: Exchange) -> None:
    exchange.client.fence()
    assert await exchange.telephony.show_messages("4", 1, 0) is False
    assert exchange.log.events("warning")[-1] == "message_lamp_not_shown"
