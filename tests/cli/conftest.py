"""The command on an SQLite database with the demo's two authorities, at a chosen time."""

import asyncio
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from switchboard.cli import app
from switchboard.db.engine import Database
from tests.demo_house import PASSWORDS, furnish

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    out: str
    err: str
    status: int

    @property
    def document(self) -> Any:  # noqa: ANN401  JSON
        return json.loads(self.out)


Command = Callable[..., Said]


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """A command sets up the log of its process; the tests' own is put back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Nothing of this machine's own settings; a database that does not exist yet."""
    for name in [name for name in os.environ if name.startswith("SWITCHBOARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SWITCHBOARD_ENV", "test")
    monkeypatch.setenv("SWITCHBOARD_NOW", "2026-08-12T10:00")
    monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", f"sqlite:///{tmp_path / 'cli.sqlite3'}")
    monkeypatch.setenv("SWITCHBOARD_RECORDINGS", str(tmp_path / "audio"))
    monkeypatch.setenv("SWITCHBOARD_SOUNDS", str(ROOT / "sounds"))
    for account, word in PASSWORDS.items():
        monkeypatch.setenv(f"SWITCHBOARD_DEMO_PASSWORD_{account.upper()}", word)
    return tmp_path


@pytest.fixture
def command(environment: Path) -> Command:
    """`command("person", "list")`, on whatever database there is."""

    def run(*words: str) -> Said:
        done = CliRunner().invoke(app, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Said(done.stdout, done.stderr, done.exit_code)

    return run


@pytest.fixture(scope="session")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("furnished") / "cli.sqlite3"
    shutil.copy(sqlite_template, path)
    asyncio.run(_furnish(path))
    return path


async def _furnish(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    await furnish(database)
    await database.close()


@pytest.fixture
def switchboard(command: Command, environment: Path, furnished: Path) -> Command:
    """The command on a database with the demo."""
    shutil.copy(furnished, environment / "cli.sqlite3")
    return command
