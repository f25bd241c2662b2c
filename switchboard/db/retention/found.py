"""What is kept of each kind, with what decides about it: its age, marks that hold it, tasks that have not ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, cast, exists, false, func, null, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.tables import audit_log, call, callback_event, callback_task, notice, outbox, voicemail_message
from switchboard.domain.keeping.retention import Kind, Stored

NOT_ENDED = ("open", "taken", "promised")
_message = voicemail_message.c
_task = callback_task.c


@dataclass(frozen=True, slots=True)
class Found:
    """A row that has not been erased, by its key."""

    key: str | int
    stored: Stored


@dataclass(frozen=True, slots=True)
class Search:
    """At most `limit` rows older than `before`, in order, after the last one seen."""

    before: datetime
    limit: int = 100
    after: tuple[datetime, str | int] | None = None


async def find_old(tx: AsyncConnection, kind: Kind, search: Search) -> Sequence[Found]:
    """Oldest first."""
    statement, since, key = _SOURCES[kind]()
    statement = statement.where(since < search.before)
    if search.after is not None:
        statement = statement.where(tuple_(since, key) > tuple_(*search.after))
    rows = await tx.execute(statement.order_by(since, key).limit(search.limit))
    return [_found(kind, row) for row in rows.all()]


async def find_these(tx: AsyncConnection, kind: Kind, condition: ColumnElement[bool]) -> Sequence[Found]:
    """Those of a condition on the rows, whatever their age."""
    statement, since, key = _SOURCES[kind]()
    rows = await tx.execute(statement.where(condition).order_by(since, key))
    return [_found(kind, row) for row in rows.all()]


def _found(kind: Kind, row: Row[Any]) -> Found:
    return Found(row.key, Stored(kind, row.since, row.authority_id, bool(row.threat), bool(row.task_open)))


Source = tuple[Select[Any], ColumnElement[Any], ColumnElement[Any]]


def _select(key: Any, since: Any, authority_id: Any, threat: Any, task_open: Any) -> Source:  # noqa: ANN401
    statement = select(
        key.label("key"),
        since.label("since"),
        authority_id.label("authority_id"),
        threat.label("threat"),
        task_open.label("task_open"),
    )
    return statement, since, key


def _open_task(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_task.status.in_(NOT_ENDED), condition).correlate_except(callback_task)


def _threat(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_message.threat, condition).correlate_except(voicemail_message)


def _messages() -> Source:
    task = _open_task(or_(_task.id == _message.task_id, _task.voicemail_message_id == _message.id))
    statement, since, key = _select(_message.id, _message.received_at, _message.authority_id, _message.threat, task)
    return statement.where(_message.erased_at.is_(None)), since, key


def _calls() -> Source:
    """A call that goes on is a day old at most: no rule is shorter."""
    of_message = _message.task_id.in_(select(_task.id).where(_task.call_id == call.c.id).correlate(call))
    threat = _threat(or_(_message.call_id == call.c.id, of_message))
    of_task = select(_message.task_id).where(_message.call_id == call.c.id).correlate(call)
    task = _open_task(or_(_task.call_id == call.c.id, _task.id.in_(of_task)))
    statement, since, key = _select(call.c.id, call.c.arrived_at, call.c.authority_id, threat, task)
    return statement.where(call.c.erased_at.is_(None)), since, key


def _tasks() -> Source:
    """The age counts from the last event: from then on the task was over."""
    last = select(func.max(callback_event.c.at)).where(callback_event.c.task_id == _task.id).scalar_subquery()
    since: ColumnElement[Any] = func.coalesce(last, _task.received_at, type_=_task.received_at.type)
    threat = _threat(or_(_message.task_id == _task.id, _message.id == _task.voicemail_message_id))
    statement, since, key = _select(_task.id, since, _task.authority_id, threat, _task.status.in_(NOT_ENDED))
    return statement.where(_task.erased_at.is_(None)), since, key


def _letters() -> Source:
    """Those that wait are on their way, not kept."""
    of_letter = notice.c.id == outbox.c.notice_id
    authority = select(notice.c.authority_id).where(of_letter).correlate(outbox).scalar_subquery()
    task_id = select(notice.c.task_id).where(of_letter).correlate(outbox).scalar_subquery()
    named = or_(_message.task_id == task_id, _message.id == outbox.c.attachment_of)
    statement, since, key = _select(
        outbox.c.id, outbox.c.created_at, authority, _threat(named), _open_task(_task.id == task_id)
    )
    return statement.where(outbox.c.erased_at.is_(None), outbox.c.state != "waiting"), since, key


def _acts() -> Source:
    about = and_(audit_log.c.table_name == "voicemail_message", audit_log.c.row_key == _message.id)
    statement, since, key = _select(audit_log.c.id, audit_log.c.at, cast(null(), Integer), _threat(about), false())
    return statement.where(audit_log.c.erased_at.is_(None)), since, key


_SOURCES: dict[Kind, Callable[[], Source]] = {
    Kind.AUDIO: _messages,
    Kind.CALLS: _calls,
    Kind.TASKS: _tasks,
    Kind.LETTERS: _letters,
    Kind.AUDIT: _acts,
}
