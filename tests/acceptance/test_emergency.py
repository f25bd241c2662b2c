"""112 from a telephone of ours goes out also while the service is away."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.house import House, furnished_house
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.wait import until
from tests.asterisk.box import trunk_port
from tests.callers.phone import Phone, PhoneAccount
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
    with furnished_house(asterisk) as house:
        yield house


@pytest.fixture
async def rescue(house: House) -> AsyncIterator[RawPhone]:
    """Whoever is called through the trunk."""
    box = house.box
    place = PhoneAccount("provider", box.server, sounds=box.sounds)
    async with RawPhone(place, port=trunk_port(box)) as phone:
        yield phone


def seen_by(rung: RawCall) -> set[str]:
    """The numbers that the provider is shown."""
    shown = [value for name in ("from", "p-asserted-identity") for value in rung.messages[0].all(name)]
    return {found[1] for value in shown if (found := re.search(r"sips?:([^@>;]+)@", value))}


async def is_kept(house: House, number: str) -> None:
    """Asterisk knows what anna's calls out show."""

    async def kept() -> bool:
        return number in await asyncio.to_thread(house.box.cli, "database show switchboard-caller-ids anna")

    await until(kept, 15, "the number is kept in Asterisk")


async def calls_112(anna: Phone, rescue: RawPhone) -> RawCall:
    """The call as the provider is offered it."""
    call = await anna.dial("112")
    rung = await rescue.wait_incoming(within=10)
    assert isinstance(rung, RawCall)
    await call.hangup()
    await rung.ended(within=5)
    return rung


@pytest.mark.requirement("R38")
async def test_what_the_rescue_service_sees_follows_the_rows_also_while_the_service_is_away(
    house: House, phones: PhoneRoom, rescue: RawPhone
) -> None:
    anna = await phones.colleague("anna")
    house.sql("UPDATE authority SET caller_id = 'own' WHERE name = 'Norrby kommun'")
    await is_kept(house, "+46980319210")
    assert seen_by(await calls_112(anna, rescue)) == {"+46980319210"}
    await house.all_calls_ended(1)
    process = house.process
    assert process is not None
    house.kill()
    await asyncio.to_thread(process.wait, 10)
    assert seen_by(await calls_112(anna, rescue)) == {"+46980319210"}
    await asyncio.to_thread(house.box.cli, "database del switchboard-caller-ids anna")
    assert seen_by(await calls_112(anna, rescue)) == {"210"}
    await house.start()
    await house.all_calls_ended(3, within=60)
    await house.nothing_left()


async def test_the_emergency_number_is_dialled_while_the_service_is_away(
    house: House, phones: PhoneRoom, rescue: RawPhone
) -> None:
    anna = await phones.colleague("anna")
    await is_kept(house, "+46980319200")
    process = house.process
    assert process is not None
    house.kill()
    await asyncio.to_thread(process.wait, 10)
    call = await anna.dial("112")
    rung = await rescue.wait_incoming(within=10)
    assert isinstance(rung, RawCall)
    assert rung.messages[0].start.startswith("INVITE sip:112@")
    assert seen_by(rung) == {"+46980319200"}
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
