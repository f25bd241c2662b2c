"""What every test shares: virtual time where no wire is touched, no blocking call in the loop, fixed randomness."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import HealthCheck, settings

from tests.virtual_time import VirtualTimeLoop

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

pytest_plugins = ["tests.databases"]

HERE = Path(__file__).parent
VIRTUAL_TIME = {"calls", "contracts"}
ON_THE_WIRE = {"operators", "houses", "asterisk"}
NO_BLOCKING = {"calls", "asterisk", "web"}


def _package(item: pytest.Item) -> str:
    relative = item.path.relative_to(HERE)
    return relative.parts[0] if len(relative.parts) > 1 else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where tests run side by side, those that share a server stay together, or those of one file where each process
    may have a server of its own. What meets a real Asterisk has a second chance, reported as RERUN
    (docs/decisions/0011)."""
    side_by_side = config.pluginmanager.hasplugin("xdist")
    for item in items:
        group = _group(item)
        if group is not None and side_by_side:
            together = f"{group} {item.path.name}" if group in ON_THE_WIRE else group
            item.add_marker(pytest.mark.xdist_group(together))
        if group in ON_THE_WIRE:
            item.add_marker(pytest.mark.flaky(reruns=1))


def _group(item: pytest.Item) -> str | None:
    if item.path.is_relative_to(HERE / "acceptance" / "operators"):
        return "operators"
    if item.path.is_relative_to(HERE / "acceptance"):
        return "houses"
    return next((name for name in ("asterisk", "postgres", "dovecot") if item.get_closest_marker(name)), None)


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Virtual time for the stories of calls; tests that touch a real part carry a marker and get real time."""
    del config
    real = any(item.get_closest_marker(name) for name in ("asterisk", "postgres", "dovecot", "real_time"))
    if _package(item) in VIRTUAL_TIME and not real:
        return {"virtual": VirtualTimeLoop}
    return {"real": asyncio.new_event_loop}


@pytest.fixture(autouse=True)
def _no_blocking_call(request: pytest.FixtureRequest) -> Iterator[BlockBuster | None]:
    if _package(request.node) not in NO_BLOCKING:
        yield None
        return
    with blockbuster_ctx("switchboard") as blockbuster:
        for function in ("sqlite3.Cursor.execute", "sqlite3.Connection.execute", "sqlite3.Cursor.fetchall"):
            blockbuster.functions[function].can_block_in("switchboard/db/engine/glance.py", "look")
        yield blockbuster
