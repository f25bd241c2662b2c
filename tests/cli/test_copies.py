"""Copies as administrators make them and bring them back."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Command


def _names(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "cli.sqlite3")) as database:
        return [row[0] for row in database.execute("SELECT name FROM person ORDER BY id")]


def test_a_copy_is_made_and_brought_back(
    switchboard: Command, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_BACKUP_FOLDER", str(environment / "copies"))
    names = _names(environment)
    made = switchboard("backup", "--json")
    assert made.status == 0
    assert made.document["copy"].endswith("/copies/switchboard-20260812T080000Z")
    assert made.document["rows"] > 50
    (environment / "cli.sqlite3").unlink()
    assert switchboard("migrate").status == 0
    assert switchboard("restore").out.startswith(f"restored {made.document['copy']}: ")
    assert _names(environment) == names
    said = switchboard("restore", str(environment / "copies"))
    assert said.status == 1
    assert "--replace puts it aside" in said.err
    said = switchboard("restore", str(environment / "copies"), "--replace", "--json")
    assert said.document["put_aside"] == str(environment / "cli.sqlite3.before-restore")
    assert _names(environment) == names


def test_older_copies_go(switchboard: Command, environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(environment / "copies")
    assert switchboard("backup", folder).status == 0
    monkeypatch.setenv("SWITCHBOARD_NOW", "2026-08-13T10:00")
    assert f"removed: {folder}/switchboard-20260812T080000Z\n" in switchboard("backup", folder, "--keep", "1").out
    assert switchboard("backup", folder).err == f"switchboard: {folder}/switchboard-20260813T080000Z is there already\n"


def test_a_recording_that_is_lost_is_told(switchboard: Command, environment: Path) -> None:
    with closing(sqlite3.connect(environment / "cli.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO greeting (owner_kind, owner_id, kind, sha256) VALUES ('person', 1, 'name', ?)",
            ["ab" * 32],
        )
    said = switchboard("backup", str(environment / "copies"))
    assert said.status == 1
    assert said.err == "switchboard: 1 recordings that rows name are not in the audio store\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("backup",), "FOLDER: is needed, or SWITCHBOARD_BACKUP_FOLDER"),
        (("restore",), "FOLDER: is needed, or SWITCHBOARD_BACKUP_FOLDER"),
        (("move-to", "sqlite:///other"), "URL: must begin with postgresql:"),
        (("move-to", "nonsense"), "URL: it is no URL such as sqlite:///path or postgresql://user@host/name"),
    ],
)
def test_what_cannot_be_understood(switchboard: Command, words: tuple[str, ...], told: str) -> None:
    said = switchboard(*words)
    assert (said.status, said.err) == (2, f"switchboard: {told}\n")


@pytest.mark.postgres
def test_the_move_is_told_table_by_table(
    switchboard: Command,
    environment: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgres_database: Callable[[str], str],
) -> None:
    url = postgres_database("template0")
    people = switchboard("person", "list", "--json").document
    said = switchboard("move-to", url)
    assert said.status == 0, said.err
    assert "person: 8 rows\n" in said.out
    assert "SWITCHBOARD_DATABASE_URL" in said.out.splitlines()[-1]
    again = switchboard("move-to", url)
    assert (again.status, again.err) == (1, "switchboard: that database has rows already; it must be empty\n")
    monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", url)
    assert switchboard("person", "list", "--json").document == people
    assert switchboard("move-to", url).status == 2
    monkeypatch.delenv("SWITCHBOARD_DATABASE_URL")
    assert (environment / "cli.sqlite3").exists()
