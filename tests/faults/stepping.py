"""The service's wall clock, stepped while it runs: all that it decides by the time of day goes through that clock, and
every wait by the loop's own."""

from datetime import timedelta
from pathlib import Path

from switchboard.clock import parse_offset
from tests.acceptance.house import House, offset


def let_step(house: House) -> None:
    """From the next start on."""
    _write(house, house.environment["SWITCHBOARD_NOW"])
    house.environment["SWITCHBOARD_NOW"] = f"@{_file(house)}"


def step(house: House, by: timedelta) -> None:
    """It stays there."""
    so_far = parse_offset(_file(house).read_text(encoding="ascii"))
    assert so_far is not None
    _write(house, offset(so_far + by))


def _write(house: House, text: str) -> None:
    new = _file(house).with_suffix(".new")
    new.write_text(text, encoding="ascii")
    new.replace(_file(house))


def _file(house: House) -> Path:
    return house.folder / "clock"
