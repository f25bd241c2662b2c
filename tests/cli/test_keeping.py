"""`switchboard retention`, `person-data`, `staffing` on the demo."""

import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Command


@pytest.mark.requirement("R44")
def test_without_limits_there_is_nothing_to_erase(switchboard: Command) -> None:
    assert switchboard("retention", "--dry-run").out == "There is nothing to erase.\n"
    assert switchboard("retention", "--json").document == {"dry_run": False, "counts": {}, "items": []}


@pytest.mark.requirement("R44")
def test_a_colleague_s_data_are_handed_out_as_json_and_as_an_archive(switchboard: Command, tmp_path: Path) -> None:
    found = switchboard("person-data", "export", "211").document
    assert [row["name"] for row in found["person"]] == ["Erik Lund"]
    assert "pin_hash" not in found["person"][0]
    assert "password" not in found["device"][0]
    file = tmp_path / "erik.zip"
    assert switchboard("person-data", "export", "211", "--out", str(file)).status == 0
    assert zipfile.ZipFile(file).namelist() == ["data.json"]


@pytest.mark.requirement("R44")
def test_erasing_asks_first_and_names_nobody_it_does_not_know(switchboard: Command) -> None:
    assert switchboard("person-data", "erase", "211").status == 1
    planned = switchboard("person-data", "erase", "211", "--dry-run", "--json").document
    done = switchboard("person-data", "erase", "211", "--yes", "--json").document
    assert planned == {**done, "dry_run": True}
    assert {kind: done["erased"][kind] for kind in ("audio", "tasks", "calls")} == {"audio": 0, "tasks": 0, "calls": 0}
    assert done["left"]["person"] == 1
    assert "Left for administrators" in switchboard("person-data", "erase", "211", "--yes").out
    assert switchboard("person-data", "erase", "Nils Holgersson", "--yes").status == 2


@pytest.mark.requirement("R24")
def test_gaps_name_function_hours_and_who_is_away(switchboard: Command) -> None:
    assert switchboard("absence", "set", "210", "--reason", "vacation", "--until", "2026-08-15T00:00").status == 0
    items = switchboard("staffing", "gaps", "--json").document["items"]
    first = items[0]
    assert (first["group"], first["present"], first["needed"]) == ("Bygglov", 0, 1)
    assert set(first["away"]) == {"Anna Andersson", "Erik Lund"}
    assert "Bygglov" in switchboard("staffing", "gaps").out
