"""Lists of what is kept, shown and changed at the keyboard."""

import asyncio
import re
from pathlib import Path

import pytest

from switchboard.changes import Act, NewGreeting
from switchboard.db.engine import Database
from switchboard.db.queries.greetings import Greetings
from switchboard.db.tables import person
from tests.cli.conftest import Command
from tests.demo_house import CITIZEN, NOW, id_of, leave_messages


def _leave_messages(folder: Path, count: int) -> None:
    async def work() -> None:
        database = Database(f"sqlite:///{folder / 'cli.sqlite3'}")
        await leave_messages(database, count)
        await database.close()

    asyncio.run(work())


def _record_greeting(folder: Path, name: str, sha256: str) -> None:
    async def work() -> None:
        database = Database(f"sqlite:///{folder / 'cli.sqlite3'}")
        new = NewGreeting("person", await id_of(database, person, name), "personal", "sv", sha256)
        await Greetings(database).put(new, Act("test", NOW))
        await database.close()

    asyncio.run(work())


def test_a_token_is_printed_alone_and_once(switchboard: Command, environment: Path) -> None:
    said = switchboard("token", "create", "--role", "admin", "--name", "växeln")
    assert re.fullmatch(r"swb_[\w-]{43}\n", said.out)
    assert "shown this once" in said.err
    listed = switchboard("token", "list")
    assert "växeln" in listed.out
    assert said.out.strip() not in listed.out
    assert said.out.strip().encode() not in (environment / "cli.sqlite3").read_bytes()
    made = switchboard("token", "create", "--role", "staff", "--expires", "2027-01-01", "--json").document
    assert (made["role"], made["expires_at"]) == ("staff", "2027-01-01T00:00:00+01:00")
    assert switchboard("token", "revoke", "1").status == 0
    assert switchboard("token", "list", "--json").document["items"][0]["revoked_at"] == "2026-08-12T10:00:00+02:00"
    assert switchboard("token", "revoke", "77").status == 1
    assert switchboard("token", "create", "--role", "king").status == 2


def test_people_are_listed_shown_and_added(switchboard: Command) -> None:
    found = switchboard("person", "list", "--search", "bygglov").out
    assert "Erik Lund" in found
    assert "vacation until 2026-08-31 08:00, deputy Anna Andersson" in found
    assert "Nils Ås" not in found
    assert switchboard("person", "show", "214", "--json").document["name"] == "Åsa Öberg"
    added = switchboard("person", "add", "Berit Ny", "--authority", "Norrby kommun", "--extension", "215", "--json")
    assert added.document["extension"] == "215"
    again = switchboard("person", "add", "Bo Ny", "--authority", "Norrby kommun", "--extension", "215")
    assert (again.status, again.err) == (1, "switchboard: extension 215 is taken\n")
    assert switchboard("person", "show", "nobody").status == 2


@pytest.mark.requirement("R1")
def test_an_absence_is_set_listed_and_cleared(switchboard: Command) -> None:
    words = ("--reason", "meeting", "--until", "2026-08-12T14:30", "--deputy", "Erik Lund", "--open")
    assert switchboard("absence", "set", "210", *words).out.startswith(
        "Anna Andersson: meeting until 2026-08-12 14:30, deputy Erik Lund (open) (absence "
    )
    item = switchboard("absence", "list", "--person", "Anna Andersson", "--json").document["items"][0]
    assert (item["from"], item["until"]) == ("2026-08-12T10:00:00+02:00", "2026-08-12T14:30:00+02:00")
    assert switchboard("absence", "clear", "210", "--json").document == {"cleared": [item["id"]]}
    assert switchboard("absence", "clear", "210").out == "No absence is in force.\n"
    assert switchboard("absence", "clear").status == 2
    assert switchboard("absence", "set", "210", "--reason", "holiday").status == 2
    late = switchboard("absence", "set", "210", "--reason", "meeting", "--until", "2026-08-12T09:00")
    assert (late.status, late.err) == (2, "switchboard: until: must be after the start\n")


def test_callbacks_are_listed_and_shown(switchboard: Command, environment: Path) -> None:
    assert switchboard("callbacks", "list").out == "No callback tasks.\n"
    _leave_messages(environment, 2)
    listed = switchboard("callbacks", "list").out
    assert re.search(rf"task-2 +2026-08-12 10:02 +\{CITIZEN} +Erik Lund +open +2026-08-13 23:59:59 +voicemail", listed)
    shown = switchboard("callbacks", "show", "task-1")
    assert "counted so  1 working day after Wed 2026-08-12" in shown.out
    assert "opened  service" in shown.out
    assert switchboard("callbacks", "show", "task-1", "--json").document["events"][0]["kind"] == "opened"
    assert switchboard("callbacks", "show", "task-9").status == 1


def test_lists_go_on_at_their_cursor(switchboard: Command, environment: Path) -> None:
    _leave_messages(environment, 3)
    first = switchboard("calls", "list", "--limit", "2", "--json").document
    second = switchboard("calls", "list", "--limit", "2", "--cursor", first["next"], "--json").document
    assert [call["id"] for call in (*first["items"], *second["items"])] == ["call-3", "call-2", "call-1"]
    assert second["next"] is None
    assert switchboard("calls", "list", "--cursor", "nonsense").status == 2


def test_a_call_is_told_as_a_story(switchboard: Command, environment: Path) -> None:
    _leave_messages(environment, 1)
    told = switchboard("calls", "show", "call-1").out
    assert "called     +46980319211" in told
    assert re.search(r"^ +1\.000 s  routed +to person$", told, re.MULTILINE)
    assert "31.5" in switchboard("calls", "list").out
    assert switchboard("calls", "show", "call-9").status == 1


def test_what_a_caller_sent_moves_no_cursor(switchboard: Command, environment: Path) -> None:
    _sql(
        environment,
        "INSERT INTO call (id, called, caller, source, arrived_at) "
        "VALUES ('odd', '[red]x', char(27) || '[2J' || char(10) || char(8238), 'trunk', '2026-08-12T08:00:00+00:00')",
    )
    for words in (("list",), ("show", "odd")):
        told = switchboard("calls", *words).out
        assert "\x1b" not in told
        assert "\u202e" not in told
        assert r"\x1b[2J\n" in told
        assert "[red]x" in told


@pytest.mark.requirement("R26")
def test_operators_sign_in_and_out(switchboard: Command) -> None:
    assert switchboard("operators", "list").out.count("signed in") == 2
    assert switchboard("operators", "sign-out", "201").status == 0
    states = switchboard("operators", "list", "--json").document["items"]
    assert [state["signed_in"] for state in states] == [False, True]
    assert "paused" in switchboard("operators", "pause", "202").out
    assert "signed in" in switchboard("operators", "pause", "202", "--end").out
    assert "signed in" in switchboard("operators", "sign-in", "201").out
    assert switchboard("operators", "pause", "210").status == 1


@pytest.mark.requirement("R21", "R26")
def test_the_last_operator_signs_out_in_announced_hours_only_with_confirm(switchboard: Command) -> None:
    assert switchboard("operators", "sign-out", "202").status == 0
    refused = switchboard("operators", "sign-out", "201", "--json")
    assert (refused.status, refused.out) == (1, "")
    assert "0 of 1 operators would be left in function_group 1 during its hours" in refused.err
    assert "--confirm" in refused.err
    assert "signed in" in switchboard("operators", "list").out
    assert "signed in" not in switchboard("operators", "sign-out", "201", "--confirm").out
    assert switchboard("operators", "sign-out", "201").status == 0


@pytest.mark.requirement("R21")
def test_out_of_hours_the_last_operator_may_go(switchboard: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_NOW", "2026-08-12T20:00")
    assert switchboard("operators", "sign-out", "202").status == 0
    assert switchboard("operators", "sign-out", "201").status == 0


def test_a_command_that_does_not_exist_is_misuse(command: Command) -> None:
    assert command("nothing").status == 2
    assert command("--help").status == 0


def _sql(folder: Path, statement: str) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(folder / "cli.sqlite3")) as connection, connection:
        connection.execute(statement)


@pytest.mark.requirement("R12", "R13")
def test_who_lacks_a_greeting_is_listed_and_one_is_removed_and_restored(
    switchboard: Command, environment: Path
) -> None:
    _record_greeting(environment, "Erik Lund", "a" * 64)
    found = switchboard("greetings", "lacking", "--authority", "Norrby kommun").out
    assert "Maria Berg" in found
    assert "Nils Ås" not in found
    people = [item["person"] for item in switchboard("greetings", "lacking", "--json").document["items"]]
    assert "Maria Berg" in people
    assert switchboard("greetings", "remove", "212").out == "There is no such greeting.\n"
    assert switchboard("greetings", "restore", "212").status == 1
    assert switchboard("greetings", "remove", "211").out == "removed\n"
    (version,) = switchboard("greetings", "history", "211", "--json").document["items"]
    assert (version["kind"], version["in_force"]) == ("personal", False)
    assert switchboard("greetings", "restore", "211", "--json").document["sha256"] == version["sha256"]
    assert "yes" in switchboard("greetings", "history", "211").out
    assert switchboard("greetings", "restore", "211", "--language", "de").status == 2
