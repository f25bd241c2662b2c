"""Operators at work, as the stories of calls change it: sign-in, pauses, the end of a call, a call not answered (R26).

A person has one pair of ears: what holds for one of their groups holds for all of them.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.queries.audit import note_act
from switchboard.db.tables import Instant, operator_session
from switchboard.db.task_rows import insert_new
from switchboard.domain.directory import PauseReason

PATIENCE_SECONDS = 5.0
READY = {"paused": False, "pause_reason": None, "paused_since": None, "wrap_up_until": None, "missed": 0}
"""What sign-in and resuming make of a session."""
_SESSION = operator_session.c


class DatabaseOperatorDesk:
    """The port `calls.ports.OperatorDesk`. Every method retries while the database is away, for a few seconds."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def sign_in(self, person_id: int, group_id: int, at: datetime, actor: str) -> None:
        await patiently(PATIENCE_SECONDS)(self._sign_in, person_id, group_id, Act(actor, at))

    async def sign_out(self, person_id: int, group_id: int, actor: str) -> bool:
        return await patiently(PATIENCE_SECONDS)(self._sign_out, person_id, group_id, Act(actor, self._now()))

    async def pause(self, person_id: int, reason: PauseReason, at: datetime, actor: str) -> bool:
        return await patiently(PATIENCE_SECONDS)(self._pause, person_id, reason, Act(actor, at))

    async def resume(self, person_id: int, at: datetime, actor: str) -> bool:
        return await patiently(PATIENCE_SECONDS)(self._resume, person_id, Act(actor, at))

    async def talked(self, person_id: int, group_id: int, until: datetime, wrap_up_until: datetime | None) -> None:
        del group_id
        await patiently(PATIENCE_SECONDS)(self._talked, person_id, until, wrap_up_until)

    async def missed(self, person_id: int, group_id: int) -> int:
        return await patiently(PATIENCE_SECONDS)(self._missed, person_id, group_id)

    async def _sign_in(self, person_id: int, group_id: int, act: Act) -> None:
        async with self._database.write() as tx:
            await sign_in(tx, person_id, group_id, act)

    async def _sign_out(self, person_id: int, group_id: int, act: Act) -> bool:
        async with self._database.write() as tx:
            mine = and_(_SESSION.person_id == person_id, _SESSION.group_id == group_id)
            if not (await tx.execute(delete(operator_session).where(mine))).rowcount:
                return False
            await note_act(tx, act, "operator.sign_out", ("person", person_id), {"group_id": group_id})
            return True

    async def _pause(self, person_id: int, reason: PauseReason, act: Act) -> bool:
        async with self._database.write() as tx:
            return await pause(tx, person_id, reason, act)

    async def _resume(self, person_id: int, act: Act) -> bool:
        async with self._database.write() as tx:
            return await resume(tx, person_id, act)

    async def _talked(self, person_id: int, until: datetime, wrap_up_until: datetime | None) -> None:
        ended = {"idle_since": until, "wrap_up_until": wrap_up_until, "missed": 0}
        async with self._database.write() as tx:
            await tx.execute(update(operator_session).where(_SESSION.person_id == person_id).values(ended))

    async def _missed(self, person_id: int, group_id: int) -> int:
        one_more = update(operator_session).where(_SESSION.person_id == person_id).values(missed=_SESSION.missed + 1)
        count = select(_SESSION.missed).where(_SESSION.person_id == person_id, _SESSION.group_id == group_id)
        async with self._database.write() as tx:
            await tx.execute(one_more)
            return int(await tx.scalar(count) or 0)


async def sign_in(tx: AsyncConnection, person_id: int, group_id: int, act: Act) -> None:
    """A session that is there is made ready; it keeps its times. In two steps: where an upsert fires triggers, SQLite
    takes back the triggers' own `OR IGNORE`."""
    mine = and_(_SESSION.person_id == person_id, _SESSION.group_id == group_id)
    if not (await tx.execute(update(operator_session).where(mine).values(READY))).rowcount:
        row = {"person_id": person_id, "group_id": group_id, "since": act.at, "idle_since": act.at, **READY}
        await insert_new(tx, operator_session, row)
    await note_act(tx, act, "operator.sign_in", ("person", person_id), {"group_id": group_id})


async def pause(tx: AsyncConnection, person_id: int, reason: PauseReason, act: Act) -> bool:
    """False: is signed in nowhere. The same pause again began when it began."""
    same: ColumnElement[bool] = and_(_SESSION.paused, _SESSION.pause_reason == reason.value)
    since = case((same, _SESSION.paused_since), else_=literal(act.at, Instant))
    mine = update(operator_session).where(_SESSION.person_id == person_id)
    paused = mine.values(paused=True, pause_reason=reason.value, paused_since=since)
    if not (await tx.execute(paused)).rowcount:
        return False
    await note_act(tx, act, "operator.pause", ("person", person_id), {"reason": reason.value})
    return True


async def resume(tx: AsyncConnection, person_id: int, act: Act) -> bool:
    """False: is signed in nowhere."""
    mine = update(operator_session).where(_SESSION.person_id == person_id)
    if not (await tx.execute(mine.values(READY))).rowcount:
        return False
    await note_act(tx, act, "operator.resume", ("person", person_id))
    return True
