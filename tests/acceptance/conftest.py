"""One Asterisk for the whole run, one furnished house for each test."""

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from tests.acceptance import spare
from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.house import House, furnished_house, lived_in
from tests.acceptance.phones import PhoneRoom


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.asterisk)
            item.add_marker(pytest.mark.timeout(180))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Beside a test that failed: what the service wrote down of its latest calls, and what it warned of."""
    report = yield
    house = getattr(item, "funcargs", {}).get("house")
    if report.failed and isinstance(house, House) and house.database.exists():
        report.sections += [
            ("the latest calls", house.latest_calls()),
            ("the service's warnings", house.warnings()),
            ("Asterisk", house.box.last_words()),
        ]
    return report


@pytest.fixture(scope="session")
def asterisk() -> Iterator[AsteriskBox]:
    box = start_asterisk()
    yield box
    box.act("remove")


@pytest.fixture(scope="session")
def furnished(asterisk: AsteriskBox) -> Iterator[House]:
    """A house with the demo in it, copied for each test."""
    with furnished_house(asterisk) as house:
        yield house


@pytest.fixture
async def house(asterisk: AsteriskBox, furnished: House) -> AsyncIterator[House]:
    """Ready and running on a Wednesday at ten."""
    async with lived_in(House(asterisk), furnished) as house:
        spare.prepare()
        yield house


@pytest.fixture
async def phones(house: House) -> AsyncIterator[PhoneRoom]:
    async with PhoneRoom(house) as room:
        yield room
