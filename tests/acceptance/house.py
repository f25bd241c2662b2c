"""A municipality's house for tests: the service as a process of its own, its database, and the phones in it."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from switchboard.domain.working_days import STOCKHOLM
from tests.acceptance import spare
from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.wait import until
from tests.ports import free_port

PEOPLE = ("op1", "op2", "anna", "erik", "maria", "johan", "asa", "nils")
# A Wednesday in a week without holidays.
WEDNESDAY = datetime(2026, 8, 12, 10, 0, tzinfo=STOCKHOLM)


@contextmanager
def furnished_house(box: AsteriskBox) -> Iterator["House"]:
    """With the demo in it, to be copied for each test."""
    house = House(box)
    house.furnish()
    yield house
    house.remove()


@asynccontextmanager
async def lived_in(house: "House", furnished: "House") -> AsyncIterator["House"]:
    """`house` with what is in `furnished`, ready and running; gone afterwards."""
    house.move_in(furnished)
    await house.start()
    yield house
    await house.stop()
    await asyncio.to_thread(house.remove)


class House:
    """The service with the demo's two authorities, at a chosen time of its own clock."""

    def __init__(self, box: AsteriskBox, at: datetime = WEDNESDAY) -> None:
        self.box = box
        self.folder = Path(tempfile.mkdtemp(prefix="switchboard-house-"))
        self.database = self.folder / "switchboard.sqlite3"
        self.http_port = free_port()
        self.passwords = {name: f"pw-{name}-7731-abcdef" for name in PEOPLE}
        self.process: subprocess.Popen[bytes] | None = None
        self.log_file = self.folder / "switchboard.log"
        shift = at - datetime.now(UTC)  # noqa: TID251 - the offset from the real clock is what is wanted here
        self.environment = {
            **os.environ,
            "SWITCHBOARD_ENV": "test",
            "SWITCHBOARD_NOW": offset(shift),
            "SWITCHBOARD_DATABASE_URL": f"sqlite:///{self.database}",
            "SWITCHBOARD_RECORDINGS": str(self.audio),
            "SWITCHBOARD_SOUNDS": str(box.sounds_folder),
            "SWITCHBOARD_MEDIA_ADDRESS": "127.0.0.1",
            "SWITCHBOARD_ARI_URL": box.ari_url,
            "SWITCHBOARD_ARI_PASSWORD": box.password,
            "SWITCHBOARD_AMI_PORT": str(box.ami_port),
            "SWITCHBOARD_AMI_PASSWORD": box.password,
            "SWITCHBOARD_HTTP_BIND": f"127.0.0.1:{self.http_port}",
            **{f"SWITCHBOARD_DEMO_PASSWORD_{name.upper()}": word for name, word in self.passwords.items()},
        }

    # The service

    def command(self, *words: str) -> str:
        """What `switchboard WORDS` prints."""
        done = subprocess.run(
            [sys.executable, "-m", "switchboard", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(f"switchboard {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def furnish(self) -> None:
        self.command("migrate")
        self.command("demo", "load")

    def move_in(self, furnished: "House") -> None:
        """Start from a copy of another house's database and recordings."""
        with closing(sqlite3.connect(furnished.database)) as source, closing(sqlite3.connect(self.database)) as target:
            source.backup(target)
        shutil.copytree(furnished.audio, self.audio, dirs_exist_ok=True)

    @property
    def audio(self) -> Path:
        return self.folder / "audio"

    async def start(self) -> None:
        self.process = spare.begin(self.environment, self.log_file, "serve")
        try:
            await until(self._healthy_or_dead, 20, "the service is healthy")
            ended = self.process.poll()
        except BaseException:
            await self.stop()
            raise
        if ended is not None:
            raise RuntimeError(f"the service ended with {ended}: {self.log_file.read_text()[-4000:]}")

    async def _healthy_or_dead(self) -> bool:
        assert self.process is not None
        return self.process.poll() is not None or await self.is_healthy()

    async def is_healthy(self) -> bool:
        return await asyncio.to_thread(self._health) == 200

    def _health(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/health", timeout=2) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code
        except OSError:
            return 0

    def metrics(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/metrics", timeout=5) as answer:
            text: str = answer.read().decode()
            return text

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        assert self.process is not None
        self.process.send_signal(how)

    async def stop(self) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            await asyncio.to_thread(self.process.wait, 20)
        self.process = None

    async def killed(self) -> None:
        """`kill -9`, and it is gone when this returns."""
        process = self.process
        assert process is not None
        self.kill()
        await asyncio.to_thread(process.wait, 10)

    async def terminated(self) -> None:
        """SIGTERM, as for an update, and it has ended well when this returns."""
        process = self.process
        assert process is not None
        self.kill(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 25)
        assert process.returncode == 0

    def kill_if_there(self) -> None:
        """However it is: stopped by a signal, hanging, or gone."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self.process = None

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    # What is kept

    def announce(self, number: str, prompt: str) -> None:
        """The number leads to the prompt."""
        self.sql(
            "INSERT INTO phone_number (authority_id, e164, destination_kind, destination_key) "
            "SELECT id, ?, 'announcement', ? FROM authority ORDER BY id LIMIT 1",
            number,
            prompt,
        )

    def sql(self, statement: str, *values: object) -> list[sqlite3.Row]:
        """Plain SQL, as an administrator would write it beside the running service."""
        with closing(sqlite3.connect(self.database, timeout=10)) as database, database:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA foreign_keys = ON")
            return database.execute(statement, values).fetchall()

    def one(self, statement: str, *values: object) -> sqlite3.Row:
        rows = self.sql(statement, *values)
        assert len(rows) == 1, f"{len(rows)} rows for {statement}"
        return rows[0]

    def person(self, name: str) -> int:
        return int(self.one("SELECT id FROM person WHERE name = ?", name)["id"])

    def calls(self) -> list[sqlite3.Row]:
        return self.sql("SELECT * FROM call ORDER BY arrived_at")

    def events(self, call_id: str) -> list[tuple[str, dict[str, Any]]]:
        rows = self.sql("SELECT kind, detail FROM call_event WHERE call_id = ? ORDER BY id", call_id)
        return [(row["kind"], json.loads(row["detail"])) for row in rows]

    def tasks(self) -> list[sqlite3.Row]:
        return self.sql("SELECT * FROM callback_task ORDER BY received_at")

    def latest_calls(self, ids: Sequence[str] | None = None, most: int = 6) -> str:
        """The newest of these calls, or of all, with every event: for the text of a failure."""
        rows = [row for row in self.calls() if ids is None or row["id"] in ids]
        return "\n".join(self.account_of(row) for row in rows[-most:])

    def account_of(self, row: sqlite3.Row) -> str:
        """A call of the journal in words."""
        events = "".join(f"\n    {kind} {detail}" for kind, detail in self.events(row["id"]))
        return f"{ {key: row[key] for key in row.keys() if row[key] is not None} }{events}"  # noqa: SIM118 - a Row

    def warnings(self, since: int = 0) -> str:
        """The latest that the service did not log as mere information, of what it logged after byte `since`."""
        if not self.log_file.exists():
            return ""
        lines = self.log_file.read_bytes()[since:].decode(errors="replace").splitlines()
        lines = [line for line in lines if '"level": "info"' not in line or '"operator' in line]
        return "\n".join(line[:1500] for line in lines[-15:])

    async def all_calls_ended(self, count: int, within: float = 15) -> list[sqlite3.Row]:
        """Wait for `count` journal rows, each with its end."""

        async def ended() -> bool:
            rows = self.calls()
            return len(rows) >= count and all(row["ended_at"] for row in rows)

        await until(ended, within, f"{count} calls in the journal have ended")
        rows = self.calls()
        assert len(rows) == count, [(row["id"], row["called"], row["outcome_reason"]) for row in rows]
        return rows

    async def nothing_left(self, within: float = 10) -> None:
        """No channel, no bridge, no exception: the end that every test asserts."""
        await self.no_channel_left(within)
        log = self.log_file.read_text()
        assert "Traceback" not in log, log[-4000:]
        assert '"level": "error"' not in log, log[-4000:]
        assert "never retrieved" not in log, log[-4000:]

    async def no_channel_left(self, within: float = 10) -> None:
        """Where the service had faults to report."""

        async def empty() -> bool:
            return not await asyncio.to_thread(self.box.leftovers)

        await until(empty, within, "no channel and no bridge is left")


def offset(shift: timedelta) -> str:
    """In the form that the service's clock reads: days and seconds."""
    days, seconds = divmod(abs(int(shift.total_seconds())), 86400)
    return f"{'-' if shift < timedelta() else '+'}{days}d{seconds}s"
