"""Blocked addresses at the keyboard."""

import asyncio
from datetime import timedelta
from pathlib import Path

from switchboard.db.engine import Database
from switchboard.db.guarding.blocked_addresses import BlockedAddresses
from switchboard.domain.guarding.guessing import GuessLimits
from tests.cli.conftest import Command
from tests.demo_house import NOW

LIMITS = GuessLimits(first=timedelta(days=3650), longest=timedelta(days=3650))


def _blocked(folder: Path, *addresses: str) -> None:
    async def work() -> None:
        database = Database(f"sqlite:///{folder / 'cli.sqlite3'}")
        for address in addresses:
            await BlockedAddresses(database).block(address, LIMITS, NOW)
        await database.close()

    asyncio.run(work())


def test_they_are_listed_and_lifted(switchboard: Command, environment: Path) -> None:
    assert switchboard("blocks", "list").out == "No address is blocked.\n"
    _blocked(environment, "203.0.113.9", "2001:db8::1")
    assert {each["address"] for each in switchboard("blocks", "list", "--json").document["items"]} == {
        "203.0.113.9",
        "2001:db8::1",
    }
    assert "203.0.113.9" in switchboard("blocks", "list").out
    assert switchboard("blocks", "lift", "2001:DB8:0::1", "--json").document == {"lifted": "2001:db8::1"}
    assert switchboard("blocks", "lift", "203.0.113.9").out == "lifted\n"
    assert switchboard("blocks", "list", "--json").document == {"items": []}


def test_what_is_not_blocked_cannot_be_lifted(switchboard: Command) -> None:
    assert switchboard("blocks", "lift", "203.0.113.9").status == 1
    assert switchboard("blocks", "lift", "everybody").status == 2
