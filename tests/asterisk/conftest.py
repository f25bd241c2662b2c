"""One container for all tests of the wire; those that use it carry the marker themselves."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.box import wire_box
from tests.asterisk.exchange import Exchange, open_exchange


@pytest.fixture(scope="session")
def wire() -> Iterator[AsteriskBox]:
    with wire_box() as (box, sounds):
        yield replace(box, sounds=sounds)


@pytest.fixture(autouse=True)
def _nothing_for_the_next_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that failed half way leaves calls and bridges, which its second chance or another test would find."""
    yield
    if "wire" in request.fixturenames:
        box: AsteriskBox = request.getfixturevalue("wire")
        box.clear()


@pytest.fixture
async def exchange(wire: AsteriskBox) -> AsyncIterator[Exchange]:
    async with open_exchange(wire) as opened:
        yield opened
        assert opened.log.events("exception") == []
