"""112 from a telephone of ours goes out also while the service is away."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.house import House
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.wait import until
from tests.asterisk.box import trunk_port
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.call import RawCall
from tests.hearing.noise import tone
from tests.ports import free_port


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskBox]:
    """Whose trunk leads to a telephone of the test's."""
    box = start_asterisk(SWITCHBOARD_TRUNK_CONTACT=f"sip:127.0.0.1:{free_port()}")
    yield box
    box.act("remove")


@pytest.fixture(scope="module")
def furnished(asterisk: AsteriskBox) -> Iterator[House]:
    house = House(asterisk)
    house.furnish()
    yield house
    shutil.rmtree(house.folder)


@pytest.fixture
async def rescue(house: House) -> AsyncIterator[RawPhone]:
    """Whoever is called through the trunk."""
    box = house.box
    place = PhoneAccount("provider", box.server, sounds=box.sounds)
    async with RawPhone(place, port=trunk_port(box)) as phone:
        yield phone


async def test_the_emergency_number_is_dialled_while_the_service_is_away(
    house: House, phones: PhoneRoom, rescue: RawPhone
) -> None:
    anna = await phones.colleague("anna")
    process = house.process
    assert process is not None
    house.kill()
    await asyncio.to_thread(process.wait, 10)
    call = await anna.dial("112")
    rung = await rescue.wait_incoming(within=10)
    assert isinstance(rung, RawCall)
    assert rung.messages[0].start.startswith("INVITE sip:112@")
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await call.hears(lambda heard: heard.tone(900), within=5, what="the rescue service")
    citizen = await (await phones.caller()).dial("112")
    await citizen.hears_prompt("sv/fallback", within=10)
    await citizen.hangup()
    assert len(rescue.rung) == 1
    so_far = max(sound.seconds for sound in call.heard if sound.frequency)
    await house.start()
    await call.hears(lambda heard: heard.tone(900, so_far + 2), within=10, what="the rescue service all the time")
    await call.hangup()
    await rung.ended(within=5)

    async def both_are_known() -> bool:
        return len(house.calls()) == 2 and all(row["ended_at"] is not None for row in house.calls())

    await until(both_are_known, 60, "the journal has both calls")
    assert {row["account"]: row["outcome"] for row in house.calls()} == {"anna": "served", None: "abandoned"}
    assert house.tasks() == []
    await house.nothing_left()
