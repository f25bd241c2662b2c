from collections.abc import AsyncIterator
from importlib.util import find_spec

import pytest_asyncio

from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone

collect_ignore = [] if find_spec("pjsua2") else ["test_pjsua_phone.py", "pjsua_phone.py", "pjsua_stack.py"]
"""pjsua2 has wheels for Python 3.11 and 3.12 only."""

NAMES = {7: "sv/seven", 8: "sv/eight"}


@pytest_asyncio.fixture
async def callee() -> AsyncIterator[RawPhone]:
    """A phone that others can reach at `callee.socket.host_port`."""
    async with RawPhone(PhoneAccount("anna", "127.0.0.1:9", sounds=NAMES)) as phone:
        yield phone


@pytest_asyncio.fixture
async def caller(callee: RawPhone) -> AsyncIterator[RawPhone]:
    account = PhoneAccount("+46701234567", callee.socket.host_port, display_name="Kalle Ö", sounds=NAMES)
    async with RawPhone(account) as phone:
        yield phone
