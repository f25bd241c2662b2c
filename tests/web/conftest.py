"""The application over an in-process transport, with fakes behind it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from switchboard.web.server import build_app
from tests.fakes.web_ports import FakeWebPorts


@pytest.fixture
def fakes() -> FakeWebPorts:
    return FakeWebPorts()


@pytest.fixture
async def anyone(fakes: FakeWebPorts) -> AsyncIterator[httpx.AsyncClient]:
    """Without a token, from this machine."""
    transport = httpx.ASGITransport(build_app(fakes.ports()), client=("127.0.0.1", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://switchboard.test") as client:
        yield client


@pytest.fixture
async def admin(anyone: httpx.AsyncClient) -> httpx.AsyncClient:
    anyone.headers["Authorization"] = "Bearer admin-token"
    return anyone
