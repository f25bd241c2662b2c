"""Callback tasks that a colleague opens, and those of callers who gave up waiting (R16, R20, R30)."""

from typing import Any

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import LatestCall
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.tables import authority, call, call_event
from switchboard.db.tasks.joining import open_new
from switchboard.domain.callback import CallbackTask
from switchboard.domain.numbers import parse_caller, parse_number, short_digits

PATIENCE_SECONDS = 5.0


class DatabaseTasks:
    """The port `calls.ports.Tasks`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, task: CallbackTask, note: str, actor: str) -> bool:
        """The row of the task is the arbiter: who inserts it first writes event and notice, too.

        After a commit whose answer was lost it says False for what it did open itself.
        """
        return await patiently(PATIENCE_SECONDS)(self._open, task, note, actor)

    async def latest_call(self, account: str) -> LatestCall | None:
        """As far as the journal is committed: a talk that began within the last 0.2 s may be missing."""
        async with self._database.read() as tx:
            talks = [talk for talk in (await _talked_to(tx, account), await _began(tx, account)) if talk is not None]
        latest = max(talks, key=lambda talk: talk.event_id, default=None)
        return None if latest is None else LatestCall(latest.call_id, _other_party(latest, account), latest.at)

    async def _open(self, task: CallbackTask, note: str, actor: str) -> bool:
        async with self._database.write() as tx:
            return await open_new(tx, task, actor, note)


_EVENT = call_event.c
_TALK: Select[Any] = (
    select(
        _EVENT.id.label("event_id"),
        _EVENT.call_id,
        _EVENT.at,
        call.c.account,
        call.c.caller,
        call.c.called,
        authority.c.country_code,
        authority.c.area_code,
    )
    .select_from(
        call_event.outerjoin(call, call.c.id == _EVENT.call_id).outerjoin(
            authority, authority.c.id == call.c.authority_id
        )
    )
    .order_by(_EVENT.id.desc())
    .limit(1)
)
_IS_TALK = _EVENT.kind.in_(("connected", "resumed"))


async def _talked_to(tx: AsyncConnection, account: str) -> Row[Any] | None:
    """The latest talk to which the phone was called, or that it took up again."""
    found: Row[Any] | None = (await tx.execute(_TALK.where(_EVENT.account == account))).first()
    return found


async def _began(tx: AsyncConnection, account: str) -> Row[Any] | None:
    """The talk of the latest call that the phone began and that became one: a code dialled for the service is none."""
    talked = exists().where(_EVENT.call_id == call.c.id, _IS_TALK)
    latest = select(call.c.id).where(call.c.account == account, talked).order_by(call.c.arrived_at.desc()).limit(1)
    its_talks = _TALK.where(_EVENT.call_id == latest.scalar_subquery(), _IS_TALK)
    found: Row[Any] | None = (await tx.execute(its_talks)).first()
    return found


def _other_party(talk: Row[Any], account: str) -> str | None:
    home = (talk.country_code or "46", talk.area_code or "")
    if talk.account == account:
        return parse_number(talk.called, *home) or short_digits(talk.called)
    return parse_caller(talk.caller, *home) or short_digits(talk.caller or "")
