"""How each part of the service is."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy.exc import SQLAlchemyError

from switchboard.asterisk.ami import Ami
from switchboard.asterisk.event_stream import ConnectionState
from switchboard.calls.duties.outages import Outage
from switchboard.calls.ports import Log
from switchboard.db.audio_store import FolderAudioStore
from switchboard.db.engine import Database, schema_is_current
from switchboard.db.spool import Spool
from switchboard.views import HealthPart

LOOK_EVERY_S = 10.0
DISK_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True)
class BesideHealth:
    """What is told with it: how old the directory is, in seconds, and the load in words."""

    directory_age: Callable[[], float]
    load: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Stores:
    """Where things are kept."""

    database: Database
    spool: Spool
    recordings: FolderAudioStore


class ServiceHealth:
    """ARI, AMI, the database and its schema, the place of recordings, each asked now; and the load, which is no
    illness: whoever takes an overloaded service out makes it worse. `latest` is how each part was when it was last
    asked, by whoever did; `run` asks often enough for that to be the truth."""

    def __init__(self, ari: ConnectionState, ami: Ami, stores: Stores, beside: BesideHealth) -> None:
        self._ari = ari
        self._ami = ami
        self._database = stores.database
        self._spool = stores.spool
        self._recordings = stores.recordings
        self._beside = beside
        self.latest: Mapping[str, bool] = {}
        self._trial: asyncio.Task[bool] | None = None

    async def run(self, log: Log) -> NoReturn:
        looking = Outage(log, "health_not_looked_at", "health_looked_at_again")
        while True:
            with looking.trying():
                await self.parts()
            await asyncio.sleep(LOOK_EVERY_S)

    async def parts(self) -> Sequence[HealthPart]:
        parts = await self._ask()
        self.latest = {part.name: part.ok for part in parts}
        return parts

    async def _ask(self) -> Sequence[HealthPart]:
        answers = await self._database.ping()
        current = answers and await self._schema_is_current()
        accounted = self._ari.reconciled.is_set()
        return (
            _part("ari", self._ari.connected and accounted, "connected", "no connection to Asterisk's ARI"),
            _part("ami", self._ami.connected, "connected", "no connection to Asterisk's AMI"),
            _part("database", answers and not self._spool.comes_first, "answers", self._away(answers)),
            _part("schema", current, "current", "run: switchboard migrate"),
            _part("recordings", await self._can_record(), "can be written", "cannot be written: is the disk full?"),
            HealthPart("load", True, self._beside.load()),
        )

    async def _can_record(self) -> bool:
        """One look at a time, however many ask: a disk that hangs holds one thread and not all."""
        if self._trial is None or self._trial.done():
            self._trial = asyncio.create_task(self._recordings.takes(), name="trial of recordings")
        await asyncio.wait({self._trial}, timeout=DISK_WITHIN_S)
        return self._trial.done() and self._trial.result()

    def _away(self, answers: bool) -> str:
        what = "the database does not answer"
        if answers:
            what = "the database takes no changes" if self._spool.told_away else "what waited is being written"
        age = f"calls are routed by the directory of {max(0.0, self._beside.directory_age()):.0f} s ago"
        return f"{what}; {age}, {len(self._spool)} entries wait to be written"

    async def _schema_is_current(self) -> bool:
        """The database may go away between two questions: that is ill health, not an error."""
        try:
            return await schema_is_current(self._database)
        except (SQLAlchemyError, OSError):
            return False


def _part(name: str, ok: bool, well: str, ill: str) -> HealthPart:
    return HealthPart(name, ok, well if ok else ill)
