"""The daily round: what the policies let go is erased, in small transactions, and what was erased is written down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from switchboard.calls.ports import AudioStore, Clock, DirectorySource, Log
from switchboard.calls.ports.duties import Job
from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.jobs import reschedule
from switchboard.db.queries.audit import note_act
from switchboard.db.retention.audio import erase_nameless, erase_recording
from switchboard.db.retention.erasing import Erasure, erase
from switchboard.db.retention.found import Found, Search, find_old
from switchboard.db.retention.ownerless import erase_ownerless
from switchboard.db.retention.registry import erase_registered
from switchboard.domain.call import JsonValue
from switchboard.domain.directory import Directory, Policy
from switchboard.domain.keeping.retention import Erase, Kind, decide_retention, shortest_limit
from switchboard.domain.working_days import STOCKHOLM, local_date

RETENTION = "retention"
SERVICE = "service"
AT_NIGHT = time(3)
BATCH = 100
MOST_BATCHES = 50
"""In one go of the job, so that other jobs have their turn."""
TRY_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Round:
    """`erasures` of one go; `more`: it stopped before the end."""

    erasures: Sequence[Erasure]
    more: bool = False

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for each in self.erasures:
            found[each.kind.value] = found.get(each.kind.value, 0) + len(each.keys)
        return found


class Retention:
    def __init__(self, database: Database, directory: DirectorySource) -> None:
        self._database = database
        self._directory = directory

    async def go(self, act: Act, *, dry_run: bool = False, most: int | None = None) -> Round:
        """`dry_run`: what would be erased, and nothing is. `most`: batches at most."""
        policies = policies_of(await self._directory.current())
        async with self._database.write() as tx:
            done = list(await erase_ownerless(tx, act.at, dry_run=dry_run))
            done += await erase_registered(tx, act.at, dry_run=dry_run)
        batches = 0
        for kind in Kind:
            search = _search(kind, policies, act.at)
            while search is not None:
                if most is not None and batches >= most:
                    return Round(done, more=True)
                batches += 1
                erasures, search = await self._batch(kind, search, policies, act, dry_run)
                done += erasures
        if done and not dry_run and act.actor != SERVICE:
            await self._note(act, {**Round(done).counts()})
        return Round(done)

    async def _note(self, act: Act, counts: Mapping[str, JsonValue]) -> None:
        """Who had it done before its night: the log of erasures names nobody."""
        async with self._database.write() as tx:
            await note_act(tx, act, "retention.run", ("erasure_log", "*"), counts)

    async def _batch(
        self, kind: Kind, search: Search, policies: Mapping[int, Sequence[Policy]], act: Act, dry_run: bool
    ) -> tuple[Sequence[Erasure], Search | None]:
        async with self._database.write() as tx:
            found = await find_old(tx, kind, search)
            erasures = list(_decided(kind, found, policies, act.at))
            if not dry_run:
                for each in erasures:
                    await erase(tx, each, act.at)
        last = found[-1] if len(found) == search.limit else None
        return erasures, None if last is None else Search(search.before, search.limit, (last.stored.since, last.key))


def policies_of(directory: Directory) -> Mapping[int, Sequence[Policy]]:
    return {each.id: directory.policies(each.id) for each in directory.authorities()}


def _search(kind: Kind, policies: Mapping[int, Sequence[Policy]], now: datetime) -> Search | None:
    """From the shortest limit of all; the decision looks at each row."""
    days = shortest_limit(kind, policies)
    if days is None:
        return None
    before = datetime.combine(local_date(now) - timedelta(days=days), time(), STOCKHOLM)
    return Search(before, BATCH)


def _decided(
    kind: Kind, found: Sequence[Found], policies: Mapping[int, Sequence[Policy]], now: datetime
) -> Iterator[Erasure]:
    by_rule: dict[tuple[str, int | None], list[str | int]] = {}
    for each in found:
        decision = decide_retention(each.stored, policies, now)
        if isinstance(decision, Erase):
            by_rule.setdefault((decision.rule, each.stored.authority_id), []).append(each.key)
    for (rule, authority_id), keys in by_rule.items():
        yield Erasure(kind, keys, rule, authority_id)


def next_night(now: datetime) -> datetime:
    """The next 03:00 in Sweden after `now`."""
    today = datetime.combine(local_date(now), AT_NIGHT, STOCKHOLM)
    return today if today.timestamp() > now.timestamp() else today + timedelta(days=1)


class RetentionJobs:
    """The handlers of the jobs `retention` and `erase_audio`."""

    def __init__(self, retention: Retention, database: Database, audio: AudioStore, clock: Clock, log: Log) -> None:
        self._retention = retention
        self._database = database
        self._audio = audio
        self._clock = clock
        self._log = log

    async def run(self, job: Job) -> None:
        now = self._clock.now()
        done = await self._retention.go(Act(SERVICE, now), most=MOST_BATCHES)
        if done.erasures:
            self._log.info("erased", **done.counts())
        if not done.more:
            await erase_nameless(self._database, self._audio, now)
        async with self._database.write() as tx:
            await reschedule(tx, job, now if done.more else next_night(now))

    async def erase_audio(self, job: Job) -> None:
        """A recording that was put in a moment ago may be named by a row that is just being written."""
        now = self._clock.now()
        gone = await erase_recording(self._database, self._audio, job.key, now)
        async with self._database.write() as tx:
            await reschedule(tx, job, None if gone else now + TRY_AGAIN)
