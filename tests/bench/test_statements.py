"""What a service asks of its database is counted at the driver."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.asterisk_box import ROOT
from tests.bench.statements import FILE, line, read

ASKED = """
import asyncio, sys
from tests.bench import counted_service
import sqlite3
sqlite3.connect = counted_service._connect
from sqlalchemy import text
from switchboard.db.engine import Database
from switchboard.db.engine.glance import Glance
from pathlib import Path

async def ask():
    database = Database(f"sqlite:///{sys.argv[1]}")
    async with database.write() as tx:
        await tx.execute(text("CREATE TABLE thing (id INTEGER)"))
        await tx.execute(text("INSERT INTO thing VALUES (:id)"), [{"id": 1}, {"id": 2}])
    async with database.read() as tx:
        await tx.execute(text("SELECT id FROM thing"))
        await tx.execute(text("SELECT count(*) FROM thing"))
    probe = database.probe("SELECT max(id) FROM thing")
    assert await probe.ask() == 2
    assert probe.peek() == 2
    await probe.close()
    await database.close()

asyncio.run(ask())
"""


@pytest.mark.parametrize(
    ("sql", "within", "written"),
    [
        ("begin immediate", False, "BEGIN IMMEDIATE\n"),
        ("BEGIN", False, "BEGIN\n"),
        ("select 1", False, "SELECT alone\n"),
        ("\n  SELECT 1", True, "SELECT\n"),
        ("PRAGMA foreign_keys=ON", False, "PRAGMA\n"),
    ],
)
def test_a_statement_is_known_by_its_verb(sql: str, within: bool, written: str) -> None:
    assert line(sql, within=within) == written


def test_only_what_came_after_is_read(tmp_path: Path) -> None:
    file = tmp_path / "statements"
    file.write_text("SELECT alone\n")
    start = file.stat().st_size
    file.write_text("SELECT alone\nBEGIN IMMEDIATE\nINSERT\nSELECT\nCOMMIT\nBEGIN\nSELECT\nROLLBACK\n")
    found = read(file, start)
    assert found.statements == {"INSERT": 1, "SELECT": 2}
    assert +found.transactions == {"writing": 1, "reading": 1}


def test_pools_probe_and_glance_are_all_counted(tmp_path: Path) -> None:
    file = tmp_path / "statements"
    words = [sys.executable, "-c", ASKED, str(tmp_path / "house.sqlite3")]
    subprocess.run(words, env={"PATH": "", FILE: str(file)}, cwd=ROOT, check=True, timeout=60)
    found = read(file)
    assert found.statements == {"CREATE": 1, "INSERT": 2, "SELECT": 4}
    assert found.transactions == {"writing": 1, "reading": 1, "single": 2}
