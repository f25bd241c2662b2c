"""Who is refused with 503 is told when to come back (docker/asterisk/retry_after)."""

from collections.abc import Iterator

import pytest

from tests.acceptance.asterisk_box import AsteriskBox
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.message import SipMessage

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(60)]

MAIN = "+46980319200"
CALLS = 12


@pytest.fixture
def full(wire: AsteriskBox) -> Iterator[AsteriskBox]:
    """An Asterisk with room for nobody."""
    wire.cli("database put switchboard-fallback most-arriving 0")
    yield wire
    wire.cli("database del switchboard-fallback most-arriving")
    wire.cli("dialplan set global RETRY_AFTER 5")


async def refused(box: AsteriskBox) -> SipMessage:
    async with RawPhone(PhoneAccount("+46701234567", box.server)) as phone:
        call = await phone.dial(MAIN)
        await call.ended()
        assert call.code == 503
        return call.messages[-1]


async def test_the_time_is_spread_from_the_shortest_to_twice_that(full: AsteriskBox) -> None:
    waits = [int((await refused(full)).get("retry-after")) for _ in range(CALLS)]
    assert min(waits) >= 5
    assert max(waits) <= 10
    assert len(set(waits)) > 1


async def test_the_shortest_is_what_the_administrator_sets(full: AsteriskBox) -> None:
    full.cli("dialplan set global RETRY_AFTER 3600")
    assert 3600 <= int((await refused(full)).get("retry-after")) <= 7200


@pytest.mark.parametrize("value", ["0", "many", "-1", "3601", "99999999999999999999"])
async def test_nothing_or_nonsense_sends_none_and_refuses_all_the_same(full: AsteriskBox, value: str) -> None:
    full.cli(f"dialplan set global RETRY_AFTER {value}")
    assert (await refused(full)).all("retry-after") == []


async def test_another_refusal_has_none(wire: AsteriskBox) -> None:
    async with RawPhone(PhoneAccount("+46701234567", wire.server)) as phone:
        call = await phone.dial("h")
        await call.ended()
        assert call.code != 503
        assert call.messages[-1].all("retry-after") == []
