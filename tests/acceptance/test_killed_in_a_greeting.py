"""kill -9 while a long greeting is heard: Asterisk would play it to its end, and all that comes after it would wait."""

from collections.abc import Iterator

import pytest

from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.house import House, furnished_house
from tests.acceptance.phones import PhoneRoom
from tests.hearing.sounds import TAILS

WELCOME, LONG_S = "+46980319250", 20.0


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskBox]:
    box = start_asterisk(tails={**TAILS, "*/welcome": LONG_S})
    yield box
    box.act("remove")


@pytest.fixture(scope="module")
def furnished(asterisk: AsteriskBox) -> Iterator[House]:
    with furnished_house(asterisk) as house:
        yield house


async def test_who_hears_a_long_greeting_is_taken_up_again_at_once(house: House, phones: PhoneRoom) -> None:
    house.announce(WELCOME, "welcome")
    call = await (await phones.caller()).dial(WELCOME)
    await call.hears_prompt("sv/welcome")
    began = call.age
    await house.killed()
    await house.start()
    await call.hears_prompt("sv/welcome", "sv/welcome", within=LONG_S)
    assert call.age - began < LONG_S / 2
    await call.hangup()
    await house.all_calls_ended(1)
    assert "did not start" not in house.warnings()
    await house.nothing_left()
