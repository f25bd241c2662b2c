"""What the dialplan counted."""

import pytest

from switchboard.asterisk.ari_client import AriClient
from switchboard.asterisk.kept.turned_away import TurnedAway
from switchboard.calls.ports import TelephonyFault
from tests.asterisk.ari_server import ari_server
from tests.fakes.world import FakeLog


@pytest.mark.parametrize(("value", "count"), [("17", 17), ("", 0), ("many", 0)])
async def test_the_count_is_asterisks(value: str, count: int) -> None:
    async with ari_server() as ari, AriClient(ari.access, FakeLog()) as client:
        ari.answer("GET", "asterisk/variable", {"value": value})
        assert await TurnedAway(client).count() == count


async def test_an_asterisk_that_does_not_tell_is_a_fault() -> None:
    async with ari_server() as ari, AriClient(ari.access, FakeLog()) as client:
        ari.answer("GET", "asterisk/variable", {"message": "no"}, status=500)
        with pytest.raises(TelephonyFault):
            await TurnedAway(client).count()
