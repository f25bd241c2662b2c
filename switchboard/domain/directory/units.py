"""The tree of units."""

from collections.abc import Iterator

from switchboard.domain.directory.organisation import Unit
from switchboard.domain.directory.view import Directory

LONGEST_TREE = 20


def units_above(unit_id: int | None, directory: Directory) -> Iterator[Unit]:
    """The unit, then the one above it, and so on; it ends for every tree and every loop."""
    seen = set[int]()
    while unit_id is not None and unit_id not in seen and len(seen) < LONGEST_TREE:
        seen.add(unit_id)
        unit = directory.unit(unit_id)
        if unit is None:
            return
        yield unit
        unit_id = unit.parent_id
