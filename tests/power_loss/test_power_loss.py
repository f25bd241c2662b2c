"""Ten kills at random points; `make power-loss` does a hundred. And that each kind of loss would be seen."""

import hashlib
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.power_loss.campaign import furnish_place, run
from tests.power_loss.inspection import Told, doubled, lost, opens, unfinished
from tests.power_loss.office import Place

WAV = b"what was said"
SHA = hashlib.sha256(WAV).hexdigest()


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R16")
@pytest.mark.timeout(240)
def test_what_a_caller_was_told_outlives_ten_kills(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = secrets.randbelow(1 << 30)
    record_property("seed", seed)
    report = run(tmp_path, kills=10, seed=seed, say=lambda text: None)
    record_property("messages that were told", report.messages)
    assert report.faults == [], f"seed {seed}"
    assert report.kills == 10
    assert report.messages > 0


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """With one message, its task and its audio."""
    kept = Place(tmp_path)
    furnish_place(kept)
    kept.recordings.mkdir()
    (kept.audio / SHA[:2]).mkdir(parents=True)
    (kept.audio / SHA[:2] / f"{SHA}.wav").write_bytes(WAV)
    write(
        kept,
        "INSERT INTO callback_task (id, authority_id, caller, source, call_id, received_at, rule) "
        "VALUES ('t1', 1, '+46710000001', 'voicemail', 'c1', '2026-08-12 08:00', 'next day')",
        "INSERT INTO callback_event (task_id, at, kind, actor, detail) "
        "VALUES ('t1', '2026-08-12 08:00', 'opened', 'service', '{}')",
        "INSERT INTO voicemail_message (id, recording_name, call_id, authority_id, caller, received_at, duration_s, "
        "sha256, task_id) VALUES ('m1', 'r1', 'c1', 1, '+46710000001', '2026-08-12 08:00', 2, 'SHA', 't1')",
    )
    return kept


def write(place: Place, *statements: str) -> None:
    with closing(sqlite3.connect(place.database)) as database, database:
        for statement in statements:
            database.execute(statement.replace("'SHA'", f"'{SHA}'"))


def told(*lines: str) -> Told:
    found = Told()
    for line in lines:
        found.note(line)
    return found


ALL = told("message r1 +46710000001", "task t1 +46710000001")


def test_what_is_whole_has_no_fault(place: Place) -> None:
    assert [*opens(place), *lost(place, ALL), *doubled(place), *unfinished(place, ALL)] == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DELETE FROM voicemail_message", "neither a message nor a recording"),
        ("UPDATE voicemail_message SET caller = NULL", "not whose it is"),
        ("UPDATE voicemail_message SET sha256 = 'ab'", "its audio is missing"),
        ("DELETE FROM callback_task", "no task"),
    ],
)
def test_each_loss_is_seen(place: Place, statement: str, fault: str) -> None:
    write(place, statement)
    assert any(fault in each for each in lost(place, ALL))


def test_audio_that_was_swapped_is_seen(place: Place) -> None:
    (place.audio / SHA[:2] / f"{SHA}.wav").write_bytes(b"something else")
    assert any("another" in each for each in lost(place, ALL))


def test_a_file_that_is_not_whole_is_seen(place: Place) -> None:
    write(place, "PRAGMA foreign_keys = OFF", "UPDATE alembic_version SET version_num = 'old'")
    assert opens(place) == ["the schema is old"]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE voicemail_message SET caller = NULL", "nobody knows the caller"),
        (
            "INSERT INTO callback_task (id, authority_id, caller, source, call_id, received_at, rule) "
            "VALUES ('t2', 1, '+46710000002', 'voicemail', 'c2', '2026-08-12 08:00', 'next day')",
            "nobody opened",
        ),
        (
            "INSERT INTO callback_event (task_id, at, kind, actor, detail) SELECT task_id, at, kind, actor, detail "
            "FROM callback_event",
            "opened several times",
        ),
        ("DELETE FROM callback_task", "without a task"),
        (
            "INSERT INTO call_event (call_id, at, kind, detail) VALUES ('c1', '2026-08-12 08:01', 'played', '{}'), "
            "('c1', '2026-08-12 08:00', 'played', '{}')",
            "out of order",
        ),
        (
            "INSERT INTO call_event (call_id, at, kind, detail) VALUES ('c1', '2026-08-12 08:01', 'played', '{}'), "
            "('c1', '2026-08-12 08:01', 'played', '{}')",
            "written twice",
        ),
    ],
)
def test_what_is_doubled_or_out_of_order_is_seen(place: Place, statement: str, fault: str) -> None:
    write(place, statement)
    assert any(fault in each for each in doubled(place))


def test_what_is_left_to_do_is_seen(place: Place) -> None:
    write(place, "INSERT INTO call (id, called, source, arrived_at) VALUES ('c2', '1', 'trunk', '2026-08-12 08:00')")
    assert unfinished(place, told("message r2 +46710000002")) == [
        "1 messages that were told are not kept",
        "1 calls have no end",
    ]
