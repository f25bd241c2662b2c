"""What administrators type, and what they are told."""

import asyncio
import re
from pathlib import Path

import pytest

from switchboard.db.engine import Database
from tests.cli.conftest import Command
from tests.demo_house import leave_messages


def _leave_messages(folder: Path, count: int) -> None:
    async def work() -> None:
        database = Database(f"sqlite:///{folder / 'cli.sqlite3'}")
        await leave_messages(database, count)
        await database.close()

    asyncio.run(work())


def test_a_database_is_migrated_and_furnished(command: Command) -> None:
    first = command("migrate", "--json")
    assert first.status == 0
    assert first.document["before"] is None
    assert command("migrate").out == f"the schema is current: {first.document['after']}\n"
    assert "the demo is loaded" in command("demo", "load").out
    assert len(command("person", "list", "--json").document["items"]) == 8


ANY = (("check",), ("person", "list"), ("explain", "+46980319211"), ("token", "create", "--role", "admin"))


def test_a_database_that_is_not_there_is_one_line_and_is_not_made(command: Command, environment: Path) -> None:
    for words in ANY:
        said = command(*words)
        file = environment / "cli.sqlite3"
        told = f"switchboard: there is no database {file} yet; run: switchboard migrate\n"
        assert (said.status, said.out, said.err) == (1, "", told)
        assert not file.exists()


def test_a_database_that_was_not_migrated_is_one_line(command: Command, environment: Path) -> None:
    (environment / "cli.sqlite3").touch()
    for words in ANY:
        said = command(*words)
        told = "switchboard: the database was never migrated; run: switchboard migrate\n"
        assert (said.status, said.out, said.err) == (1, "", told)


def test_a_database_that_does_not_answer_is_one_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x")
    for words in (*ANY, ("migrate",)):
        said = command(*words)
        assert (said.status, len(said.err.splitlines())) == (1, 1)
        assert said.err.startswith("switchboard: the database does not answer: ")


def test_an_older_schema_is_told_from_a_database_that_is_away(switchboard: Command, environment: Path) -> None:
    _sql(environment, "DROP TABLE api_token")
    said = switchboard("token", "list")
    assert said.err == (
        "switchboard: the database refused: no such table: api_token "
        "(the schema is not this release's? Run: switchboard migrate)\n"
    )


@pytest.mark.postgres
def test_a_server_without_that_database_is_one_line(
    command: Command, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", postgres_url.rpartition("/")[0] + "/nowhere")
    said = command("check")
    assert said.err == 'switchboard: the database does not answer: database "nowhere" does not exist\n'


def test_a_database_without_an_authority_is_a_finding(command: Command) -> None:
    assert command("migrate").status == 0
    said = command("check")
    assert said.status == 1
    assert re.search(r"^error +authority +there is no authority", said.out, re.MULTILINE)


@pytest.mark.parametrize("command_words", [("calls",), ("person",), ("absence",), ("callbacks",), ("operators",)])
def test_a_list_of_an_authority_that_does_not_exist_is_refused(
    switchboard: Command, command_words: tuple[str, ...]
) -> None:
    for wrong in ("Nowhere", "77"):
        said = switchboard(*command_words, "list", "--authority", wrong)
        there = "there are: Norrby kommun, Söderås kommunalteknik"
        assert (said.status, said.err) == (2, f"switchboard: --authority: there is no authority {wrong}; {there}\n")
    assert switchboard(*command_words, "list", "--authority", "2").status == 0


def test_a_status_that_does_not_exist_is_refused(switchboard: Command) -> None:
    said = switchboard("calls", "list", "--status", "lost")
    assert said.status == 2
    assert said.err.startswith("switchboard: --status: there is no outcome lost; there are: connected, message, ")
    assert switchboard("calls", "list", "--status", "going_on").status == 0
    said = switchboard("callbacks", "list", "--status", "lost")
    assert said.status == 2
    assert "'lost' is not one of 'open'" in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((" ",), "name: is empty"),
        (("x" * 201,), "name: is longer than 200 characters"),
        (("Bo\nNy",), "name: holds a control character"),
        (("Bo Ny", "--extension", "123456789"), "extension: must be 1 to 8 digits"),
        (("Bo Ny", "--extension", ""), "extension: must be 1 to 8 digits"),
        (("Bo Ny", "--extension", "21x"), "extension: must be 1 to 8 digits"),
    ],
)
def test_a_person_that_cannot_be_called_is_not_added(switchboard: Command, words: tuple[str, ...], told: str) -> None:
    said = switchboard("person", "add", *words, "--authority", "Norrby kommun")
    assert (said.status, said.err) == (2, f"switchboard: {told}\n")
    assert len(switchboard("person", "list", "--json").document["items"]) == 8


@pytest.mark.requirement("R50")
def test_a_deadline_before_the_first_policy_says_which_version_was_used(
    switchboard: Command, environment: Path
) -> None:
    _sql(environment, "UPDATE policy SET valid_from = '2026-09-01'")
    told = switchboard("deadline", "--authority", "1", "--received", "2026-08-12").out
    assert "(in force from 2026-09-01 only: the earliest version, since none was in force)" in told
    _sql(environment, "UPDATE policy SET callback_working_days = NULL")
    assert "the earliest version" in switchboard("deadline", "--authority", "1", "--received", "2026-08-12").out


@pytest.mark.requirement("R26")
def test_signing_in_tells_what_keeps_the_phone_silent(switchboard: Command) -> None:
    assert switchboard("operators", "sign-in", "201").err == ""
    said = switchboard("operators", "sign-in", "211")
    assert said.status == 0
    assert said.err.splitlines() == [
        "switchboard: Erik Lund is absent (vacation until 2026-08-31 08:00, deputy Anna Andersson) "
        "and is not rung until then",
        "switchboard: Erik Lund is no member of Växeln and answers there all the same",
    ]


@pytest.mark.requirement("R11")
def test_explain_tells_the_return_and_what_the_menu_holds(switchboard: Command, environment: Path) -> None:
    told = switchboard("explain", "+46980319211").out.splitlines()
    assert told[-6:] == [
        "  back 2026-08-31 08:00",
        "the menu, for a caller who reaches nobody:",
        "  1: leave a message",
        "  2: Anna Andersson stands in",
        "  0: the operators",
        "  9: go on in en",
    ]
    night = switchboard("explain", "+46980319211", "--at", "2026-08-12T22:00", "--json").document["route"]
    assert night["menu"][2].startswith("no 0: the operators are closed by schedule ")
    _sql(environment, "UPDATE operator_session SET paused = 1")
    _sql(environment, "UPDATE absence SET until = NULL, deputy_id = NULL")
    route = switchboard("explain", "+46980319211", "--json").document["route"]
    assert route["return"] == "back: not known"
    assert route["menu"][1:3] == ["no 2: no deputy is named", "no 0: every operator is on a pause"]
    _sql(environment, "DELETE FROM operator_session")
    here = switchboard("explain", "+46980319210", "--json").document["route"]
    assert here["return"] is None
    assert here["menu"][2] == "no 0: no operator is signed in"


def test_demo_passwords_that_are_missing_are_named(switchboard: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWITCHBOARD_DEMO_PASSWORD_ANNA")
    said = switchboard("demo", "load")
    assert (said.status, said.err) == (2, "switchboard: SWITCHBOARD_DEMO_PASSWORD_ANNA is not set\n")


def test_serving_without_its_secrets_names_them(command: Command) -> None:
    said = command("serve")
    assert said.status == 2
    assert "SWITCHBOARD_ARI_PASSWORD is not set; SWITCHBOARD_AMI_PASSWORD is not set" in said.err


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SWITCHBOARD_DATABASE_URL", "mysql://x/y", "SWITCHBOARD_DATABASE_URL cannot be used"),
        ("SWITCHBOARD_DATABASE_URL", "sqlite://", "SWITCHBOARD_DATABASE_URL cannot be used"),
        ("SWITCHBOARD_ENV", "production", "SWITCHBOARD_NOW is refused unless SWITCHBOARD_ENV is demo or test"),
        ("SWITCHBOARD_NOW", "tomorrow", "SWITCHBOARD_NOW is neither an ISO time"),
        ("SWITCHBOARD_ENV", "staging", "SWITCHBOARD_ENV cannot be used"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    switchboard: Command, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    said = switchboard("person", "list")
    assert said.status == 2
    assert told in said.err
    assert len(said.err.splitlines()) == 1


def test_check_names_each_row_with_table_key_and_column(switchboard: Command, environment: Path) -> None:
    assert switchboard("check", "--json").document["errors"] == 0
    assert switchboard("check").status == 0
    _sql(environment, "UPDATE extension SET destination_key = '99' WHERE digits = '211'")
    _sql(environment, "INSERT INTO routing_rule (authority_id, called_pattern, action) VALUES (1, '[5', 'refuse')")
    lost = "INSERT INTO greeting (owner_kind, owner_id, kind, sha256) VALUES ('person', 1, 'name', hex(zeroblob(32)))"
    _sql(environment, lost)
    said = switchboard("check", "--json")
    assert said.status == 1
    errors = {(f["table"], f["column"]) for f in said.document["items"] if f["severity"] == "error"}
    assert errors == {("extension", "destination_key"), ("routing_rule", "called_pattern"), ("greeting", "sha256")}
    table = switchboard("check").out
    assert re.search(r"^error +extension +\d+ +destination_key ", table, re.MULTILINE)


@pytest.mark.requirement("R2")
def test_explain_tells_step_by_step_and_what_follows(switchboard: Command) -> None:
    said = switchboard("explain", "+46980319211")
    assert said.status == 0
    assert "phone_number" in said.out
    assert "person     Erik Lund" in said.out
    assert "in force (vacation)" in said.out


def test_explain_at_another_time_and_as_json(switchboard: Command) -> None:
    said = switchboard("explain", "0980-31 92 00", "--at", "2026-08-15T12:00", "--json").document
    assert said["at"] == "2026-08-15T12:00:00+02:00"
    assert said["route"]["goes_to"] == "closed"
    assert said["route"]["opens_at"] == "2026-08-17T08:00:00+02:00"
    assert said["steps"]
    group = switchboard("explain", "+46980319220", "--json").document["route"]
    assert group["diversion"] == ["Anna Andersson would ring", "Erik Lund would not: absent (vacation)"]


def test_an_extension_is_explained_as_a_phone_would_call_it(switchboard: Command) -> None:
    for words in (("211",), ("211", "--from", "anna"), ("211", "--from", "210")):
        route = switchboard("explain", *words, "--json").document["route"]
        assert (route["goes_to"], route["person"]) == ("person", "Erik Lund")
    said = switchboard("explain", "999x")
    assert (said.status, len(said.err.splitlines())) == (2, 1)


def test_explain_of_a_row_that_cannot_be_honoured_is_a_finding(switchboard: Command, environment: Path) -> None:
    _sql(environment, "UPDATE phone_number SET destination_key = '99' WHERE e164 = '+46980319211'")
    said = switchboard("explain", "+46980319211")
    assert said.status == 1
    assert re.search(r"^goes to +operators$", said.out, re.MULTILINE)
    assert "because a row cannot be honoured: " in said.out


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R15")
@pytest.mark.parametrize(
    ("authority", "day"),
    [("Norrby kommun", "2026-08-13"), ("söderås kommunalteknik", "2026-08-14"), ("2", "2026-08-14")],
)
def test_a_deadline_is_counted_and_explained(switchboard: Command, authority: str, day: str) -> None:
    said = switchboard("deadline", "--authority", authority, "--received", "2026-08-12T23:30", "--json").document
    assert said["deadline_date"] == day
    assert said["deadline"] == f"{day}T23:59:59+02:00"
    told = switchboard("deadline", "--authority", authority, "--received", "2026-08-12T23:30").out
    assert f"deadline    {day} 23:59:59" in told
    assert said["rule"] in told


@pytest.mark.parametrize("received", ["yesterday", "2026-03-29T02:30", "2999-13-01"])
def test_a_time_that_cannot_be_read_is_refused_by_option(switchboard: Command, received: str) -> None:
    said = switchboard("deadline", "--authority", "Norrby kommun", "--received", received)
    assert said.status == 2
    assert said.err.startswith("switchboard: --received: ")


def test_an_authority_that_does_not_exist_is_told_with_those_that_do(switchboard: Command) -> None:
    said = switchboard("deadline", "--authority", "Nowhere", "--received", "2026-08-12")
    assert said.status == 2
    assert "there are: Norrby kommun, Söderås kommunalteknik" in said.err


def _sql(folder: Path, statement: str) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(folder / "cli.sqlite3")) as connection, connection:
        connection.execute(statement)
