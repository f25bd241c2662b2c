"""A telephone that is there: registered, and known by Asterisk to answer."""

import asyncio
from typing import Protocol

from tests.acceptance.wait import until
from tests.callers.phone import Phone, RegistrationRefused

NOT_THERE = ("UNAVAILABLE", "INVALID", "UNKNOWN")
LOOKS = 2
LONGEST_GOODBYE_S = 3.0


class Exchange(Protocol):
    def device_state(self, account: str) -> str: ...


async def register(phone: Phone, exchange: Exchange) -> None:
    """As every telephone does, try again: the service may just be putting its account into Asterisk.

    Asterisk accepts a telephone first and asks it for a sign of life then (OPTIONS). Until that is answered, which
    takes some milliseconds, its device is away for whoever would ring it. Where the account was registered from
    elsewhere before, it may be there, away, and there again: so one look is not enough."""
    account, looks = phone.account.user, 0

    async def is_registered() -> bool:
        try:
            await phone.register()
        except RegistrationRefused:
            return False
        return True

    async def is_there() -> bool:
        nonlocal looks
        looks = 0 if await asyncio.to_thread(exchange.device_state, account) in NOT_THERE else looks + 1
        return looks >= LOOKS

    await until(is_registered, 10, f"{account} is registered")
    await until(is_there, 5, f"Asterisk takes {account} for there")


async def unregister(phone: Phone) -> None:
    """Gone with a word, so that no later test rings where nobody is any more; where nobody listens, without."""
    try:
        async with asyncio.timeout(LONGEST_GOODBYE_S):
            await phone.unregister()
    except (RegistrationRefused, TimeoutError):
        return
