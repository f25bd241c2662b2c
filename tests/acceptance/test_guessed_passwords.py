"""Somebody guesses passwords: shut out within a second, let in when the time is over, and nobody else notices."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from time import monotonic

import pytest

from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.house import House, lived_in
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.wait import until
from tests.callers.phone import PhoneAccount, RegistrationRefused
from tests.callers.raw_sip import RawPhone

GUESSER, BYSTANDER = "127.0.0.9", "127.0.0.8"
ANNA = "+46980319210"
FORBIDDEN, WRONG = "403", "guessed"


@pytest.fixture
async def house(asterisk: AsteriskBox, furnished: House) -> AsyncIterator[House]:
    """Loopback is not exempt here but for the trunk's own address; a block lasts eight seconds at first."""
    house = House(asterisk)
    house.environment |= {
        "SWITCHBOARD_BLOCK_NEVER": "192.0.2.1",
        "SWITCHBOARD_BLOCK_SECONDS": "8",
        "SWITCHBOARD_BLOCK_AFTER": "5",
    }
    async with lived_in(house, furnished):
        yield house


async def _guess(server: str, at: str, user: str, password: str = WRONG) -> str:
    """What Asterisk says to it; empty: it is in."""
    async with RawPhone(PhoneAccount(user, server, password), at=at) as phone:
        try:
            await phone.register()
        except RegistrationRefused as refused:
            return str(refused)
    return ""


async def _guess_until_shut_out(house: House, user: str) -> tuple[int, float]:
    """How many guesses were heard, and the seconds since the first one too many."""
    begun = 0.0
    for count in range(200):
        if count == 5:
            begun = monotonic()
        if FORBIDDEN in await _guess(house.box.server, GUESSER, user):
            return count, monotonic() - begun
    raise AssertionError("200 guesses were heard")


async def _blocked(house: House, times: int = 1) -> list[tuple[str, int]]:
    """Address and count of every row, once one has come so far: it is written after the address is shut out."""

    async def written() -> bool:
        return house.sql("SELECT 1 FROM blocked_address WHERE times = ?", times) != []

    await until(written, 5, f"block {times} is written down")
    return [tuple(row) for row in house.sql("SELECT address, times FROM blocked_address")]


async def test_a_guesser_is_shut_out_and_a_telephone_goes_on(house: House, phones: PhoneRoom) -> None:
    anna, caller = await phones.colleague("anna"), await phones.caller()
    heard, seconds = await _guess_until_shut_out(house, "anna")
    assert heard >= 5
    assert seconds < 1
    assert await _blocked(house) == [(GUESSER, 1)]
    right = house.passwords["erik"]
    assert FORBIDDEN in await _guess(house.box.server, GUESSER, "erik", right)

    await anna.register()
    assert await _guess(house.box.server, BYSTANDER, "erik", right) == ""
    call = await caller.dial(ANNA)
    ringing = await anna.wait_incoming(within=10)
    await ringing.answer()
    await call.talks(within=10)
    await call.hangup()

    async def let_in() -> bool:
        return await _guess(house.box.server, GUESSER, "erik", right) == ""

    await until(let_in, 15, "the address is let in again when its time is over")
    await _guess_until_shut_out(house, "anna")
    assert await _blocked(house, times=2) == [(GUESSER, 2)]
    await house.nothing_left()


async def test_names_that_nobody_has_are_guesses_and_an_administrator_lifts(house: House) -> None:
    await _guess_until_shut_out(house, "admin")
    assert GUESSER in await asyncio.to_thread(house.command, "blocks", "list")
    await asyncio.to_thread(house.command, "blocks", "lift", GUESSER)

    async def let_in() -> bool:
        return await _guess(house.box.server, GUESSER, "erik", house.passwords["erik"]) == ""

    await until(let_in, 3, "the address is let in within three seconds")
    assert house.sql("SELECT * FROM blocked_address") == []


async def test_a_block_outlives_a_restart_of_asterisk(house: House) -> None:
    house.sql(
        "INSERT INTO blocked_address (address, times, since, until) VALUES (?, 1, ?, ?)",
        GUESSER,
        "2026-08-12T08:00:00.000000+00:00",
        "2026-08-13T08:00:00.000000+00:00",
    )

    async def shut_out() -> bool:
        return FORBIDDEN in await _guess(house.box.server, GUESSER, "anna")

    await until(shut_out, 5, "a row written by hand is enforced")
    await asyncio.to_thread(house.box.act, "restart")
    await until(shut_out, 15, "the restarted Asterisk enforces it")
    house.sql("DELETE FROM blocked_address")


async def test_the_trunk_s_address_is_never_blocked(house: House, phones: PhoneRoom) -> None:
    """The trunk's is 127.0.0.1 here, from which somebody guesses."""
    anna = await phones.colleague("anna")
    async with AsyncExitStack() as stack:
        account = PhoneAccount("op1", house.box.server, WRONG)
        guesser = await stack.enter_async_context(RawPhone(account))
        for _ in range(12):
            with pytest.raises(RegistrationRefused, match="401"):
                await guesser.register()
    call = await (await phones.caller()).dial(ANNA)
    await (await anna.wait_incoming(within=10)).answer()
    await call.talks(within=10)
    await call.hangup()
    assert house.sql("SELECT * FROM blocked_address") == []
