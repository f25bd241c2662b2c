"""What becomes of a call's row when its journal has a hole."""

import pytest

from switchboard.db.engine import Database
from switchboard.db.journal_entries import Entry, arrival, consequence, event, write_entries
from switchboard.domain.call import CallEvent, EventKind
from tests.db.rows import fetch
from tests.db.test_journal import AT, incoming


@pytest.mark.parametrize("again", [[], [arrival(incoming(), None)]], ids=["changed", "told anew"])
async def test_transfers_never_fall_where_an_event_of_one_is_lost(database: Database, again: list[Entry]) -> None:
    passed_on = CallEvent("c1", AT, EventKind.TRANSFERRED, {})
    counted = consequence(passed_on)
    assert counted is not None
    for batch in ([arrival(incoming(), None), counted, counted], [*again, event(passed_on), counted]):
        async with database.write() as tx:
            await write_entries(tx, batch)
        assert await fetch(database, "SELECT transfers FROM call") == [(2,)]
