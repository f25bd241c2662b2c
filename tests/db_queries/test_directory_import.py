"""A directory from a file: all of it, or nothing."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text

from switchboard.changes import Act, ImportedRow
from switchboard.db.engine import Database
from switchboard.db.queries.directory_import import DirectoryImport
from switchboard.db.queries.people import People
from switchboard.db.tables import audit_log, extension, person, phone_number
from switchboard.views import Filter, Slice
from tests.demo_house import NOW, rows_of

ACT = Act("command line (test)", NOW)
NORRBY = "Norrby kommun"


async def _state(database: Database) -> Sequence[object]:
    return [
        *(await rows_of(database, person)),
        *(await rows_of(database, extension)),
        *(await rows_of(database, phone_number)),
    ]


async def test_people_are_added_and_updated(house: Database) -> None:
    rows = [
        ImportedRow(2, NORRBY, "Berit Ny", unit="Bygglov", title="assistent", extension="215", number="0980-31 92 15"),
        ImportedRow(3, NORRBY, "Erik Lund", title="gruppchef", extension="211"),
        ImportedRow(4, NORRBY, "Maria Berg", email="maria@norrby.example"),
    ]
    summary = await DirectoryImport(house).run(rows, ACT)
    assert (summary.added, summary.updated, summary.kept, summary.problems) == (1, 2, True, ())
    berit = await People(house).one("+46980319215", NOW)
    assert (berit.name, berit.extension, berit.unit) == ("Berit Ny", "215", "Bygglov")
    assert (await People(house).one("211", NOW)).title == "gruppchef"
    maria = await People(house).one("212", NOW)
    assert (maria.email, maria.title) == ("maria@norrby.example", "socialsekreterare")
    assert [entry.action for entry in await rows_of(house, audit_log)] == ["directory.import"]


async def test_the_same_file_again_changes_nothing(house: Database) -> None:
    rows = [ImportedRow(2, NORRBY, "Berit Ny", extension="215", number="+46980319215")]
    await DirectoryImport(house).run(rows, ACT)
    before = await _state(house)
    summary = await DirectoryImport(house).run(rows, ACT)
    assert (summary.added, summary.updated, summary.kept) == (0, 1, True)
    assert await _state(house) == before


async def test_every_bad_row_is_named_and_then_nothing_is_kept(house: Database) -> None:
    async with house.write() as tx:
        await tx.execute(text("INSERT INTO person (authority_id, name) VALUES (1, 'Maria Berg')"))
    before = await _state(house)
    rows = [
        ImportedRow(2, NORRBY, "Berit Ny"),
        ImportedRow(3, "Nowhere", "Nils Nils"),
        ImportedRow(4, NORRBY, "Kaj Kaj", unit="Okänd"),
        ImportedRow(5, NORRBY, "Kaj Kaj", extension="220"),
        ImportedRow(6, NORRBY, "Kaj Kaj", number="not a number"),
        ImportedRow(7, NORRBY, "Kaj Kaj", number="+46980319211"),
        ImportedRow(8, NORRBY, "Maria Berg"),
    ]
    summary = await DirectoryImport(house).run(rows, ACT)
    found = [(problem.line, problem.column) for problem in summary.problems]
    assert found == [(3, "authority"), (4, "unit"), (5, "extension"), (6, "number"), (7, "number"), (8, "name")]
    assert not summary.kept
    assert await _state(house) == before
    assert await rows_of(house, audit_log) == []


async def test_a_dry_run_finds_the_same_and_keeps_nothing(house: Database) -> None:
    before = await _state(house)
    summary = await DirectoryImport(house).run([ImportedRow(2, NORRBY, "Berit Ny", extension="215")], ACT, dry_run=True)
    assert (summary.added, summary.kept, summary.problems) == (1, False, ())
    assert await _state(house) == before


async def test_units_are_made_where_that_is_asked_for(house: Database) -> None:
    rows = [ImportedRow(2, NORRBY, "Berit Ny", unit="Ny enhet"), ImportedRow(3, NORRBY, "Bo Ny", unit="Ny enhet")]
    assert (await DirectoryImport(house, create_units=True).run(rows, ACT)).kept
    found = (await People(house).page(Filter(text="Ny enhet"), Slice(), NOW)).items
    assert [view.name for view in found] == ["Berit Ny", "Bo Ny"]


@pytest.mark.parametrize("authority", ["norrby kommun", "1"])
async def test_an_authority_is_known_by_its_name_in_any_case_or_its_id(house: Database, authority: str) -> None:
    assert (await DirectoryImport(house).run([ImportedRow(2, authority, "Berit Ny")], ACT)).kept
