"""The telephones of a test: callers from outside on the trunk, colleagues and operators inside."""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from tests.acceptance.house import House
from tests.acceptance.registering import register, unregister
from tests.callers.baresip_phone import BaresipStack
from tests.callers.phone import Phone, PhoneAccount
from tests.callers.raw_sip import RawPhone

CITIZEN = "+46701234567"


class PhoneRoom:
    """Closes every phone at the end. Phones inside are a real SIP stack; callers are light and fully in our control."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stack = AsyncExitStack()
        self._baresip: BaresipStack | None = None
        self._callers = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def caller(self, number: str = CITIZEN, name: str = "") -> RawPhone:
        """A citizen: comes in on the trunk, has no account."""
        account = PhoneAccount(number, self._house.box.server, display_name=name, sounds=self._house.box.sounds)
        return await self._stack.enter_async_context(RawPhone(account))

    async def colleague(self, account: str) -> RawPhone:
        """A registered phone that rings until it is told otherwise."""
        phone = RawPhone(self._account(account))
        await self._stack.enter_async_context(phone)
        await self._register(phone)
        return phone

    async def softphone(self, account: str) -> Phone:
        """The same on baresip: another maker's SIP."""
        if self._baresip is None:
            self._baresip = await self._stack.enter_async_context(BaresipStack())
        phone = await self._baresip.phone(self._account(account))
        await self._register(phone)
        return phone

    async def _register(self, phone: Phone) -> None:
        await register(phone, self._house.box)
        self._stack.push_async_callback(unregister, phone)

    def _account(self, account: str) -> PhoneAccount:
        return PhoneAccount(
            account, self._house.box.server, password=self._house.passwords[account], sounds=self._house.box.sounds
        )
