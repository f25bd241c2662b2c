"""The running stack, as `make demo` has left it in the environment: addresses, passwords, database, API."""

import json
import os
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from switchboard.clock import choose_clock
from tests.acceptance.asterisk_box import device_state
from tests.callers.phone import PhoneAccount

ROOT = Path(__file__).parents[2]
_SQLITE = "sqlite:///"
_MOST_PAGES = 20
_ARI_URL = "http://127.0.0.1:8088/ari"


class StackFault(Exception):
    """The demonstration cannot be given; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Stack:
    """`sip` and `http` are host:port."""

    environment: Mapping[str, str]
    sip: str
    http: str
    token: str
    token_id: int

    @classmethod
    def find(cls) -> "Stack":
        """Raises StackFault when the service is not there or not healthy."""
        environment = dict(os.environ)
        bind = environment.get("SWITCHBOARD_BIND", "127.0.0.1")
        sip = f"{bind}:{environment.get('SWITCHBOARD_SIP_PORT', '5060')}"
        http = environment.get("SWITCHBOARD_HTTP_BIND", "127.0.0.1:8080")
        _expect_health(http)
        made = json.loads(_switchboard(environment, "token", "create", "--role", "admin", "--name", "demo", "--json"))
        return cls(environment, sip, http, made["token"], made["id"])

    def revoke_token(self) -> None:
        _switchboard(self.environment, "token", "revoke", str(self.token_id))

    def now(self) -> datetime:
        """The time on the service's own clock."""
        return choose_clock(self.environment.get("SWITCHBOARD_NOW"), self.environment.get("SWITCHBOARD_ENV", "")).now()

    @property
    def sounds(self) -> Path:
        return Path(self.environment.get("SWITCHBOARD_SOUNDS") or ROOT / "sounds")

    def phone(self, account: str) -> PhoneAccount:
        variable = f"SWITCHBOARD_DEMO_PASSWORD_{account.upper()}"
        password = self.environment.get(variable)
        if not password:
            raise StackFault(f"{variable} is not set: run `make demo`, which knows the phones' passwords")
        return PhoneAccount(account, self.sip, password=password)

    def device_state(self, account: str) -> str:
        """Of a phone, in Asterisk's word."""
        password = self.environment.get("SWITCHBOARD_ARI_PASSWORD", "")
        return device_state(self.environment.get("SWITCHBOARD_ARI_URL", _ARI_URL), password, account)

    def caller(self, number: str) -> PhoneAccount:
        return PhoneAccount(number, self.sip)

    async def items(self, what: str, since: datetime | None = None) -> list[dict[str, Any]]:
        """All rows of a list of the API, page by page."""
        found: list[dict[str, Any]] = []
        address = f"http://{self.http}/api/v1/{what}"
        query = {"limit": "500", **({"since": since.isoformat()} if since else {})}
        bearer = {"Authorization": f"Bearer {self.token}"}
        async with aiohttp.ClientSession(headers=bearer, timeout=aiohttp.ClientTimeout(total=10)) as session:
            for _page in range(_MOST_PAGES):
                async with session.get(address, params=query, raise_for_status=True) as answer:
                    page = await answer.json()
                found += page["items"]
                if page["next"] is None:
                    return found
                query["cursor"] = page["next"]
        raise StackFault(f"the database holds too many {what} for a demonstration")

    async def end_earlier_tasks(self, callers: str) -> None:
        """Those of an earlier demonstration, by how their callers' numbers begin: another message would join them."""
        bearer = {"Authorization": f"Bearer {self.token}"}
        tasks = [row for row in await self.items("callback-tasks") if row["status"] not in ("done", "closed")]
        async with aiohttp.ClientSession(headers=bearer, timeout=aiohttp.ClientTimeout(total=10)) as session:
            for row in tasks:
                if str(row["caller"] or "").startswith(callers):
                    address = f"http://{self.http}/api/v1/callback-tasks/{row['id']}/close"
                    async with session.post(
                        address, json={"reason": "an earlier demonstration"}, raise_for_status=True
                    ):
                        pass

    @contextmanager
    def closed_today(self, schedule: str) -> Iterator[None]:
        """One row of plain SQL beside the running service, and away again."""
        url = self.environment.get("SWITCHBOARD_DATABASE_URL", "")
        if not url.startswith(_SQLITE):
            raise StackFault("the demonstration changes a row by SQL and knows how to in SQLite only")
        path, today = url.removeprefix(_SQLITE), self.now().date().isoformat()
        with closing(sqlite3.connect(path, timeout=10)) as database:
            with database:
                row = database.execute(
                    "INSERT INTO schedule_exception (schedule_id, first_date, last_date) "
                    "SELECT id, ?, ? FROM schedule WHERE name = ? RETURNING id",
                    (today, today, schedule),
                ).fetchone()
            if row is None:
                raise StackFault(f"there is no schedule {schedule!r} in the database: is it the demo's?")
            try:
                yield
            finally:
                with database:
                    database.execute("DELETE FROM schedule_exception WHERE id = ?", row)


def _switchboard(environment: Mapping[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "switchboard", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise StackFault(f"`switchboard {' '.join(words)}` failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _expect_health(http: str) -> None:
    try:
        with urllib.request.urlopen(f"http://{http}/health", timeout=5) as answer:
            healthy, said = answer.status == 200, answer.read(500).decode(errors="replace")
    except urllib.error.HTTPError as refusal:
        healthy, said = False, refusal.read(500).decode(errors="replace")
    except OSError as fault:
        raise StackFault(f"no service answers at {http} ({fault}): run `make demo` or `make up`") from None
    if not healthy:
        raise StackFault(f"the service is not healthy: {said}")
