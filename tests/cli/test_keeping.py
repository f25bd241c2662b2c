"""`switchboard retention`, `person-data`, `staffing` on the demo."""

import asyncio
import os
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import update

from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.engine import Database
from switchboard.db.tables import voicemail_message
from tests.cli.conftest import Command
from tests.demo_house import leave_messages

LONG_AGO = 1_700_000_000


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


@pytest.mark.requirement("R45")
def test_a_secret_message_is_written_to_a_file_and_erased_here(switchboard: Command, environment: Path) -> None:
    wav = b"RIFF what somebody said"
    _leave_one(environment, wav, secret=False)
    out = environment / "118.wav"
    words = ("to-registry", "message-1", "--person", "211", "--reference", "SN 2026/118", "--out", str(out))
    assert switchboard(*words).status == 1  # it asks first
    refused = switchboard(*words, "--yes")
    assert (refused.status, "no secrecy mark" in refused.err, out.exists()) == (1, True, False)
    _leave_one(environment, wav, secret=True)
    done = switchboard(*words, "--yes", "--json").document
    assert (done["registered_as"], done["caller"], done["sha256"]) == ("SN 2026/118", None, "")
    assert (out.read_bytes(), out.stat().st_mode & 0o777) == (wav, 0o600)
    assert list((environment / "audio").glob("??/*.wav")) == []
    again = switchboard(*words, "--yes")
    assert (again.status, "was erased" in again.err) == (1, True)


def _leave_one(folder: Path, wav: bytes, *, secret: bool) -> None:
    async def work() -> None:
        database = Database(f"sqlite:///{folder / 'cli.sqlite3'}")
        sha256 = await FolderAudioStore(folder / "audio").put(wav)
        stored = folder / "audio" / sha256[:2] / f"{sha256}.wav"
        os.utime(stored, (LONG_AGO, LONG_AGO))
        if not secret:
            await leave_messages(database)
        async with database.write() as tx:
            await tx.execute(update(voicemail_message).values(secret=secret, sha256=sha256))
        await database.close()

    asyncio.run(work())
