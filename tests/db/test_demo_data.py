"""The demo: what it holds, that it can be loaded again, and when its people are away."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.demo_data import ACCOUNTS, DemoSources, load_demo
from switchboard.db.demo_data.absences import demo_absences, meeting_end
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import Database
from switchboard.db.queries.operators import Operators
from switchboard.domain.directory import DestinationKind, GreetingKind
from switchboard.domain.keypad.reason_codes import codes_of, usual_codes
from switchboard.domain.working_days import STOCKHOLM
from tests.db.rows import fetch, sql
from tests.fakes.recordings import wav

NOW = datetime(2026, 8, 12, 10, 0, tzinfo=STOCKHOLM)
PASSWORDS = {account: f"{account}-secret" for account in ACCOUNTS}
SCRIPT = """
[name]
kind = "name"
owner = "Anna Andersson"
sv = "Anna Andersson"
en = "Anna Andersson"
file = "name.wav"
"""


@pytest.fixture
def sources(tmp_path: Path) -> DemoSources:
    """One recording is there, its English one is not."""
    (tmp_path / "demo" / "sv").mkdir(parents=True)
    (tmp_path / "demo" / "script.toml").write_text(SCRIPT)
    (tmp_path / "demo" / "sv" / "name.wav").write_bytes(wav(1))
    return DemoSources(PASSWORDS, tmp_path / "demo", FolderAudioStore(tmp_path / "audio"))


async def test_two_authorities_with_different_rules(
    database: Database, directory: DirectoryStore, sources: DemoSources
) -> None:
    missing = await load_demo(database, sources, NOW)
    index = await directory.current()
    assert index.faults() == {}
    assert ["name.wav (en)" in sentence for sentence in missing] == [True]
    norrby, soderas = index.authorities()
    assert (norrby.main_number, soderas.main_number) == ("+46980319200", "+46406280400")
    assert norrby.operators_group_id == soderas.operators_group_id
    terms = [(rule.callback_working_days, rule.email_counts) for id in (1, 2) for rule in index.policies(id)]
    assert terms == [(1, False), (2, True)]
    assert [day.rule for day in index.days_off(2)] == ["midsummer_eve", "christmas_eve", "new_years_eve"]


async def test_every_number_of_the_contract(
    database: Database, directory: DirectoryStore, sources: DemoSources
) -> None:
    await load_demo(database, sources, NOW)
    index = await directory.current()
    expected = {
        **dict.fromkeys(["+46980319200", "+46406280400"], DestinationKind.OPERATORS),
        **dict.fromkeys(
            [f"+46980319{digits}" for digits in (201, 202, 210, 211, 212, 213, 214)], DestinationKind.PERSON
        ),
        "+46980319220": DestinationKind.FUNCTION_GROUP,
        "+46980319299": DestinationKind.KEYPAD,
        "+46406280410": DestinationKind.PERSON,
    }
    found = {e164: number.destination.kind for e164 in expected if (number := index.phone_number(e164))}
    assert found == expected
    anna = index.extension(1, "210")
    assert anna is not None
    greetings = index.greetings("person", int(anna.destination.key or 0))
    assert [greeting.kind for greeting in greetings] == [GreetingKind.NAME]
    operators = index.operator_sessions(index.authorities()[0].operators_group_id or 0)
    assert [index.devices(session.person_id)[0].account for session in operators] == ["op1", "op2"]
    assert {account for account in ACCOUNTS if index.device(account)} == set(ACCOUNTS)
    assert {key: code.reason for key, code in codes_of(index, 1).items()} == {
        key: code.reason for key, code in usual_codes(1).items()
    }
    assert (len(index.absence_codes(1)), len(index.absence_codes(2))) == (10, 0)


async def test_loaded_again_it_changes_nothing(database: Database, sources: DemoSources) -> None:
    await load_demo(database, sources, NOW)
    before = await fetch(database, "SELECT seq FROM change_counter")
    await load_demo(database, sources, NOW)
    assert await fetch(database, "SELECT seq FROM change_counter") == before


async def test_operators_are_signed_in_since_the_demo_was_loaded(database: Database, sources: DemoSources) -> None:
    await load_demo(database, sources, NOW)
    assert [view.since for view in await Operators(database).all()] == [NOW, NOW]
    later = NOW + timedelta(hours=1)
    await load_demo(database, sources, later)
    assert [view.since for view in await Operators(database).all()] == [NOW, NOW]
    await sql(database, "UPDATE operator_session SET since = NULL")
    await load_demo(database, sources, later)
    assert [view.since for view in await Operators(database).all()] == [later, later]


async def test_loaded_again_it_puts_back_what_was_changed(database: Database, sources: DemoSources) -> None:
    await load_demo(database, sources, NOW)
    await sql(
        database,
        "UPDATE phone_number SET destination_kind = 'refuse', destination_key = NULL",
        "UPDATE person SET unit_id = NULL, mailbox = false",
        "DELETE FROM absence",
        "DELETE FROM device WHERE account = 'anna'",
        "INSERT INTO routing_rule (authority_id, action) VALUES (1, 'refuse')",
        "INSERT INTO person (authority_id, name) VALUES (1, 'Ny Kollega')",
    )
    await load_demo(database, sources, NOW)
    assert await fetch(database, "SELECT count(*) FROM phone_number WHERE destination_kind = 'refuse'") == [(0,)]
    assert await fetch(database, "SELECT count(*) FROM person WHERE unit_id IS NULL") == [(1,)]
    assert await fetch(database, "SELECT count(*) FROM absence") == [(4,)]
    assert await fetch(database, "SELECT count(*) FROM routing_rule") == [(0,)]
    assert await fetch(database, "SELECT password FROM device WHERE account = 'anna'") == [("anna-secret",)]


async def test_a_missing_password_is_named(database: Database, sources: DemoSources) -> None:
    with pytest.raises(ValueError, match="no password is given for the demo's devices: op1, anna"):
        await load_demo(
            database, DemoSources({**PASSWORDS, "op1": "", "anna": ""}, sources.recordings, sources.audio), NOW
        )
    assert await fetch(database, "SELECT count(*) FROM authority") == [(0,)]


LOCAL = st.datetimes(datetime(2025, 1, 1), datetime(2030, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=STOCKHOLM)
)


@given(LOCAL)
def test_everybody_is_away_now_and_back_later(now: datetime) -> None:
    for name, absence in demo_absences(now).items():
        assert absence.start < now, name
        assert absence.until is None or absence.until > now + timedelta(minutes=4), name
    back = demo_absences(now)["Erik Lund"].until
    assert back is not None
    assert (back.weekday(), back.hour, back.minute) == (0, 8, 0)
    assert 14 <= (back.date() - now.date()).days <= 21


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-08-12 10:00", "2026-08-12 14:30"),
        ("2026-08-12 14:25", "2026-08-12 15:30"),
        ("2026-08-12 15:10", "2026-08-12 16:30"),
        ("2026-08-12 18:00", "2026-08-13 14:30"),
        ("2026-08-14 23:59", "2026-08-17 14:30"),
        ("2026-08-15 12:00", "2026-08-17 14:30"),
    ],
)
def test_the_meeting_ends_at_a_sensible_time(now: str, ends: str) -> None:
    start = datetime.fromisoformat(now).replace(tzinfo=STOCKHOLM)
    assert meeting_end(start).replace(tzinfo=None) == datetime.fromisoformat(ends)
