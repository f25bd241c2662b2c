"""The application over an in-process transport, with fakes behind it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from switchboard.domain.directory import Absence
from switchboard.domain.diversion import PhoneState
from switchboard.web.server import WebServer, build_app
from tests.builders import ANNA, ERIK
from tests.fakes.web_ports import FakeWebPorts
from tests.web.live_reader import person


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


@pytest.fixture
async def live_server(fakes: FakeWebPorts) -> AsyncIterator[WebServer]:
    for absence in list(fakes.directory.index.rows(Absence)):
        fakes.directory.index.remove("absence", absence.id)
    fakes.people.rows = [person(ANNA.id, ANNA.name), person(ERIK.id, ERIK.name)]
    fakes.phones.states = {"op1": PhoneState.FREE, "anna": PhoneState.FREE}
    server = WebServer(build_app(fakes.ports()), "127.0.0.1", 0)
    await server.start()
    yield server
    await server.close()
