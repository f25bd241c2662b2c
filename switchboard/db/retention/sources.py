"""The statements that find what is kept of each kind, with age and authority, and whether something holds it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
)

from switchboard.db.tables import (
    absence,
    audit_log,
    call,
    callback_event,
    callback_task,
    function_group,
    greeting,
    greeting_version,
    notice,
    outbox,
    person,
    pin_lock,
    queue_place,
    unit,
    voicemail_message,
)
from switchboard.db.tasks.rows import NOT_ENDED
from switchboard.domain.keeping.retention import Kind

BEFORE_IT_WAS_WRITTEN = datetime(1970, 1, 1, tzinfo=UTC)
_message = voicemail_message.c
_task = callback_task.c


@dataclass(frozen=True, slots=True)
class Source:
    """`rows` with the columns key, since, authority_id, threat and task_open."""

    rows: Select[Any]
    since: ColumnElement[Any]
    key: ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class _Held:
    """`task_open`: somebody still waits for us because of it."""

    threat: ColumnElement[bool]
    task_open: ColumnElement[bool]


_FREE = _Held(false(), false())


def _source(key: Any, since: Any, authority_id: Any, held: _Held = _FREE) -> Source:  # noqa: ANN401
    rows = select(
        key.label("key"),
        since.label("since"),
        authority_id.label("authority_id"),
        held.threat.label("threat"),
        held.task_open.label("task_open"),
    )
    return Source(rows, since, key)


def _only(source: Source, *conditions: ColumnElement[bool]) -> Source:
    return Source(source.rows.where(*conditions), source.since, source.key)


def _open_task(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_task.status.in_(NOT_ENDED), condition).correlate_except(callback_task)


def _threat(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_message.threat, condition).correlate_except(voicemail_message)


def _messages() -> Source:
    task = _open_task(or_(_task.id == _message.task_id, _task.voicemail_message_id == _message.id))
    found = _source(_message.id, _message.received_at, _message.authority_id, _Held(_message.threat, task))
    return _only(found, _message.erased_at.is_(None))


def _calls() -> Source:
    """A call that goes on is a day old at most: no rule is shorter. A kept place in a queue is called back."""
    of_message = _message.task_id.in_(select(_task.id).where(_task.call_id == call.c.id).correlate(call))
    threat = _threat(or_(_message.call_id == call.c.id, of_message))
    of_task = select(_message.task_id).where(_message.call_id == call.c.id).correlate(call)
    task = _open_task(or_(_task.call_id == call.c.id, _task.id.in_(of_task)))
    waits = exists().where(queue_place.c.call_id == call.c.id, queue_place.c.left_at.is_(None)).correlate(call)
    found = _source(call.c.id, call.c.arrived_at, call.c.authority_id, _Held(threat, or_(task, waits)))
    return _only(found, call.c.erased_at.is_(None))


def _tasks() -> Source:
    """The age counts from the last event: from then on the task was over."""
    last = select(func.max(callback_event.c.at)).where(callback_event.c.task_id == _task.id).scalar_subquery()
    since: ColumnElement[Any] = func.coalesce(last, _task.received_at, type_=_task.received_at.type)
    threat = _threat(or_(_message.task_id == _task.id, _message.id == _task.voicemail_message_id))
    found = _source(_task.id, since, _task.authority_id, _Held(threat, _task.status.in_(NOT_ENDED)))
    return _only(found, _task.erased_at.is_(None))


def _letters() -> Source:
    """Those that wait are on their way, not kept."""
    of_letter = notice.c.id == outbox.c.notice_id
    authority = select(notice.c.authority_id).where(of_letter).correlate(outbox).scalar_subquery()
    task_id = select(notice.c.task_id).where(of_letter).correlate(outbox).scalar_subquery()
    named = or_(_message.task_id == task_id, _message.id == outbox.c.attachment_of)
    found = _source(outbox.c.id, outbox.c.created_at, authority, _Held(_threat(named), _open_task(_task.id == task_id)))
    return _only(found, outbox.c.erased_at.is_(None), outbox.c.state != "waiting")


def _acts() -> Source:
    about = and_(audit_log.c.table_name == "voicemail_message", audit_log.c.row_key == _message.id)
    found = _source(audit_log.c.id, audit_log.c.at, cast(null(), Integer), _Held(_threat(about), false()))
    return _only(found, audit_log.c.erased_at.is_(None))


def _absences() -> Source:
    """One without an end goes on."""
    authority = select(person.c.authority_id).where(person.c.id == absence.c.person_id).scalar_subquery()
    return _only(_source(absence.c.id, absence.c.until, authority), absence.c.until.is_not(None))


def _greetings() -> Source:
    """What is in force is no history. The age counts from the latest recording at the same spot: the one before can
    be put in force again for so long."""
    version, other = greeting_version.c, greeting_version.alias("other")
    same = [other.c[name] == version[name] for name in ("owner_kind", "owner_id", "kind", "language", "situation")]
    latest = select(func.max(other.c.at)).where(*same).correlate(greeting_version).scalar_subquery()
    unknown = literal(BEFORE_IT_WAS_WRITTEN, version.at.type)
    since: ColumnElement[Any] = func.coalesce(latest, unknown, type_=version.at.type)
    in_force = exists().where(greeting.c.sha256 == version.sha256).correlate(greeting_version)
    return _only(_source(version.id, since, _authority_of_owner()), ~in_force)


def _authority_of_owner() -> ColumnElement[Any]:
    version = greeting_version.c

    def of(table: Table) -> Any:  # noqa: ANN401
        mine = select(table.c.authority_id).where(table.c.id == version.owner_id)
        return mine.correlate(greeting_version).scalar_subquery()

    owners = {"person": of(person), "unit": of(unit), "function_group": of(function_group)}
    return case(owners, value=version.owner_kind, else_=version.owner_id)


def _pins() -> Source:
    return _source(pin_lock.c.id, pin_lock.c.latest_at, cast(null(), Integer))


SOURCES: dict[Kind, Callable[[], Source]] = {
    Kind.AUDIO: _messages,
    Kind.CALLS: _calls,
    Kind.TASKS: _tasks,
    Kind.LETTERS: _letters,
    Kind.AUDIT: _acts,
    Kind.ABSENCES: _absences,
    Kind.GREETINGS: _greetings,
    Kind.PINS: _pins,
}
