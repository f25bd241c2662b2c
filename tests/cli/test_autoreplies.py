"""`switchboard autoreply`, on the demo (R8, R9)."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Command


@pytest.mark.requirement("R8")
def test_show_prints_both_languages_and_to_whom_it_refers(switchboard: Command) -> None:
    said = switchboard("autoreply", "show", "211")
    assert said.status == 0
    assert "Subject: Autosvar: Erik Lund är inte på plats" in said.out
    assert "Jag har semester och är åter " in said.out
    assert "I am on holiday and will be back on " in said.out
    [document] = switchboard("autoreply", "show", "211", "--json").document
    assert (document["referral"], document["referral_name"]) == ("deputy", "Anna Andersson")


def test_show_of_who_is_there(switchboard: Command) -> None:
    assert "No absence" in switchboard("autoreply", "show", "210").out


@pytest.mark.requirement("R46")
def test_illness_is_not_told(switchboard: Command) -> None:
    said = switchboard("autoreply", "show", "213")
    assert "Jag är inte på plats" in said.out
    assert "sjuk" not in said.out.lower()


@pytest.mark.requirement("R9")
def test_parity_lists_both_ways(switchboard: Command, environment: Path) -> None:
    assert "say the same" in switchboard("autoreply", "parity").out
    with sqlite3.connect(environment / "cli.sqlite3") as database:
        ids = dict(database.execute("SELECT name, id FROM person"))
        for name, seen in (("Erik Lund", "silent"), ("Anna Andersson", "ours"), ("Maria Berg", "ours")):
            row = (ids[name], seen, "2026-08-12T07:59:00.000000+00:00")
            database.execute("INSERT INTO autoreply (person_id, told, seen, seen_at) VALUES (?, '{}', ?, ?)", row)
    said = switchboard("autoreply", "parity")
    assert "absent by phone, and the mailbox does not answer" in said.out
    assert "the mailbox answers, and the person is not absent" in said.out
    items = switchboard("autoreply", "parity", "--json").document["items"]
    assert [(each["person"], each["disparity"]) for each in items] == [
        ("Anna Andersson", "absent_by_mail_only"),
        ("Erik Lund", "absent_by_phone_only"),
    ]
    assert len(switchboard("autoreply", "parity", "--all", "--json").document["items"]) == 3
    assert switchboard("autoreply", "parity", "--authority", "Ingen").status == 2
