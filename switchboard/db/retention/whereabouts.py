"""Where a person stands in the database: every table that holds personal data, and which of its rows are theirs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.retention.mentions import mentions_elsewhere
from switchboard.db.retention.subjects import Subject
from switchboard.db.tables import (
    absence,
    audit_log,
    autoreply,
    blocked_address,
    calendar_lifting,
    calendar_source,
    call,
    call_event,
    callback_event,
    callback_task,
    device,
    extension,
    function_member,
    greeting,
    greeting_reminder,
    greeting_version,
    mailbox_watcher,
    notice,
    operator_session,
    outbox,
    pending_recording,
    person,
    phone_number,
    pin_lock,
    queue_place,
    routing_rule,
    unanswered_calls,
    unit,
    voicemail_message,
)
from switchboard.domain.working_days import STOCKHOLM

NOT_HANDED_OUT = ("pin_hash", "password", "secret_key")
NAMES_OTHERS = "detail"
"""Of what a colleague did, the particulars tell of callers, who have not asked."""

_OF_A_PERSON = (
    *(absence, calendar_source, autoreply, greeting_reminder, unanswered_calls, function_member, operator_session),
)


@dataclass(frozen=True, slots=True)
class Whereabout:
    """`left`: erasing on request leaves it, for administrators to take out or for its own time to come."""

    table: Table
    condition: ColumnElement[bool]
    left: bool = False
    without: tuple[str, ...] = ()


def whereabouts(subject: Subject) -> Sequence[Whereabout]:
    rules = Whereabout(routing_rule, routing_rule.c.caller_pattern.in_(subject.numbers), left=True)
    return (*_directory(subject), rules, *_kept(subject))


def _directory(subject: Subject) -> Sequence[Whereabout]:
    """Of a colleague; a caller has no id, which is less than any."""
    owner = subject.person_id or 0
    leads = [
        Whereabout(table, (table.c.destination_kind == "person") & (table.c.destination_key == str(owner)), left=True)
        for table in (extension, phone_number)
    ]
    calendars = select(calendar_source.c.id).where(calendar_source.c.person_id == owner)
    watches = or_(mailbox_watcher.c.person_id == owner, mailbox_watcher.c.substitute_id == owner)
    return (
        Whereabout(person, person.c.id == owner, left=True),
        Whereabout(device, device.c.person_id == owner, left=True),
        *leads,
        *(Whereabout(table, table.c.person_id == owner, left=True) for table in _OF_A_PERSON),
        Whereabout(calendar_lifting, calendar_lifting.c.source_id.in_(calendars), left=True),
        Whereabout(mailbox_watcher, watches, left=True),
        Whereabout(unit, unit.c.manager_id == owner, left=True),
        *(Whereabout(table, owned_by(subject, table)) for table in (greeting, greeting_version)),
    )


def _kept(subject: Subject) -> Sequence[Whereabout]:
    calls = select(call.c.id).where(subject.calls())
    tasks = select(callback_task.c.id).where(subject.tasks())
    about = outbox.c.notice_id.in_(select(notice.c.id).where(notice.c.task_id.in_(tasks)))
    did = callback_event.c.actor.in_(subject.actors)
    return (
        Whereabout(call, call.c.id.in_(calls)),
        Whereabout(call_event, call_event.c.call_id.in_(calls)),
        Whereabout(queue_place, or_(queue_place.c.number.in_(subject.numbers), queue_place.c.call_id.in_(calls))),
        Whereabout(pending_recording, subject.called(pending_recording), left=True),
        Whereabout(voicemail_message, subject.called(voicemail_message)),
        Whereabout(callback_task, subject.tasks()),
        Whereabout(callback_event, callback_event.c.task_id.in_(tasks)),
        Whereabout(callback_event, and_(did, callback_event.c.task_id.not_in(tasks)), True, (NAMES_OTHERS,)),
        Whereabout(notice, notice.c.task_id.in_(tasks)),
        Whereabout(outbox, or_(subject.letters(), about)),
        Whereabout(audit_log, audit_log.c.actor.in_(subject.actors), True, (NAMES_OTHERS,)),
        # Nobody knows whose address it is.
        Whereabout(blocked_address, false(), left=True),
        Whereabout(pin_lock, pin_lock.c.subject.in_((*subject.numbers, *subject.mailboxes)), left=True),
    )


def owned_by(subject: Subject, table: Table) -> ColumnElement[bool]:
    """Greetings of a colleague."""
    if subject.person_id is None:
        return false()
    return and_(table.c.owner_kind == "person", table.c.owner_id == subject.person_id)


async def rows_of(tx: AsyncConnection, where: Whereabout) -> list[dict[str, object]]:
    hidden = (*NOT_HANDED_OUT, *where.without)
    shown = [column for column in where.table.c if column.name not in hidden]
    rows = await tx.execute(select(*shown).where(where.condition).order_by(*where.table.primary_key.columns))
    return [_plain_row(row._mapping) for row in rows.all()]


async def count_left(tx: AsyncConnection, subject: Subject) -> dict[str, int]:
    found = dict[str, int]()
    for each in (where for where in whereabouts(subject) if where.left):
        count = await tx.scalar(select(func.count()).select_from(each.table).where(each.condition))
        if count:
            found[each.table.name] = found.get(each.table.name, 0) + int(count)
    return found


async def mentioned(tx: AsyncConnection, subject: Subject, calls: Collection[str]) -> list[dict[str, object]]:
    """Events of other `calls` that name the person."""
    return [_plain_row(row._mapping) for row in await mentions_elsewhere(tx, subject, calls)]


def _plain_row(row: Any) -> dict[str, object]:  # noqa: ANN401  SQLAlchemy's mapping of a row
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(STOCKHOLM).isoformat()
    return value.isoformat() if isinstance(value, date) else value
