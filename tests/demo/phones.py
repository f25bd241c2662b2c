"""The demonstration's telephones: three softphones on a real SIP stack, the absent colleagues' phones, callers."""

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from tests.acceptance.registering import register, unregister
from tests.callers.baresip_phone import BaresipStack
from tests.callers.phone import Phone
from tests.callers.raw_sip import RawPhone
from tests.demo.stack import Stack, StackFault

SOFTPHONES = ("op1", "op2", "anna")
ABSENT = ("erik", "maria", "johan", "nils")
"""Their phones are registered, so that their silence means something. Åsa's is not, as the demo has it."""


class Phones:
    """Registered while the demonstration lasts; `async with Phones(stack)`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._open = AsyncExitStack()
        self.inside: dict[str, Phone] = {}

    async def __aenter__(self) -> Self:
        try:
            baresip = await self._open.enter_async_context(BaresipStack())
            for account in SOFTPHONES:
                self.inside[account] = await baresip.phone(self._stack.phone(account))
            for account in ABSENT:
                phone = RawPhone(self._stack.phone(account))
                self.inside[account] = await self._open.enter_async_context(phone)
            await asyncio.gather(*(_register(account, phone, self._stack) for account, phone in self.inside.items()))
        except BaseException:
            await self._open.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for phone in self.inside.values():
            await unregister(phone)
        await self._open.aclose()

    async def caller(self, number: str) -> RawPhone:
        """A citizen's phone on the trunk."""
        return await self._open.enter_async_context(RawPhone(self._stack.caller(number)))

    def __getitem__(self, account: str) -> Phone:
        return self.inside[account]


async def _register(account: str, phone: Phone, stack: Stack) -> None:
    try:
        await register(phone, stack)
    except AssertionError as problem:
        raise StackFault(f"the phone {account} cannot register: {problem}") from None
