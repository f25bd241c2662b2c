"""docs/administration.md is true: its tables are the schema's, and its SQL does what it says."""

import re

from sqlalchemy import text

from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.public_holidays import SwedishCalendars
from switchboard.db.tables import metadata
from switchboard.domain.call import IncomingCall
from switchboard.domain.checks import Severity, check_rows
from switchboard.domain.routing import Route, ToOperators, ToPerson, ToRefusal, decide_route
from tests.administration_page import PAGE, with_section
from tests.demo_house import NOW
from tests.fakes.world import FakeLog

SQL = re.compile(r"^```sql\n(.*?)^```", re.DOTALL | re.MULTILINE)


def test_the_list_of_tables_is_the_schema_s() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_section(page), "run: python -m tests.administration_page"


def test_every_table_and_column_has_a_meaning() -> None:
    nameless = [table.name for table in metadata.sorted_tables if not table.comment]
    nameless += [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if not column.comment
    ]
    assert nameless == []


async def test_the_examples_can_be_run_and_hold_for_the_next_call(house: Database) -> None:
    examples = SQL.findall(PAGE.read_text(encoding="utf-8"))
    assert len(examples) == 18
    store = DirectoryStore(house, lambda: NOW, FakeLog())
    try:
        assert isinstance(await _route(store, "+46980319215"), ToOperators)
        for statement in ";".join(examples).split(";"):
            if statement.strip():
                async with house.write() as tx:
                    done = await tx.execute(text(statement))
                    assert done.rowcount == 1, statement
        colleague = await _route(store, "+46980319215")
        assert isinstance(colleague, ToPerson)
        assert colleague.person.name == "Berit Ny"
        assert isinstance(await _route(store, "+46980319211", caller="0701740605"), ToRefusal)
        assert isinstance(await _route(store, "+46980319220", hour=14), ToOperators)
        index = await store.current()
        calendars = SwedishCalendars(lambda: index, lambda: NOW)
        faults = check_rows(index, calendars.calendar, NOW)
        assert [fault for fault in faults if fault.severity is Severity.ERROR] == []
    finally:
        await store.close()


async def _route(store: DirectoryStore, called: str, caller: str = "+46701740610", hour: int = 10) -> Route:
    index = await store.current()
    at = NOW.replace(hour=hour)
    calendars = SwedishCalendars(lambda: index, lambda: at)
    call = IncomingCall("call-1", called, caller, None, "trunk", None, at)
    return decide_route(call, index, calendars.calendar, at)
