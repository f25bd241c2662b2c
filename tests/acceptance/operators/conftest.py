"""One Asterisk and one service for all of these tests; every test takes fresh desks in it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.house import House
from tests.acceptance.operators.api import Api, new_api
from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.rows import MOST_DESKS, furnish_desk
from tests.ports import free_port


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Beside a test that failed: what the service wrote down of its latest calls, and what it warned of."""
    report = yield
    floor = getattr(item, "funcargs", {}).get("floor")
    if report.failed and isinstance(floor, Floor) and floor.house.database.exists():
        calls = floor.house.latest_calls([row["id"] for row in floor.calls()])
        report.sections += [
            ("the latest calls", calls),
            ("the service's warnings", floor.warnings()),
            ("Asterisk", floor.house.box.last_words()),
        ]
    return report


@pytest.fixture(scope="session")
def desks_asterisk() -> Iterator[AsteriskBox]:
    """Whose trunk leads to a telephone of the tests', and which comes back after a breakdown, as in production."""
    provider = f"sip:127.0.0.1:{free_port()}"
    box = start_asterisk(SWITCHBOARD_TRUNK_CONTACT=provider, SWITCHBOARD_RESTART="unless-stopped")
    yield box
    box.act("remove")


@pytest.fixture(scope="session")
def office(desks_asterisk: AsteriskBox) -> Iterator[House]:
    """The service, running, with a row of desks in it."""
    house = House(desks_asterisk)
    house.furnish()
    for number in range(1, MOST_DESKS + 1):
        furnish_desk(house, number)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, house.start()).result()
        yield house
        thread.submit(asyncio.run, house.stop()).result()
    shutil.rmtree(house.folder)


@pytest.fixture(scope="session")
def api(office: House) -> Api:
    """With an operator's rights."""
    return new_api(office, "operator")


@pytest.fixture
async def floor(office: House) -> AsyncIterator[Floor]:
    async with Floor(office) as floor:
        yield floor


@pytest.fixture
def desk(floor: Floor) -> Desk:
    return floor.desk(1)
