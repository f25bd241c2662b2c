"""Rows about something else that name a person all the same: a transfer to their number, a PIN tried from it."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.retention.erasing import Erasure, log_erasure, strip_events
from switchboard.db.retention.subjects import Subject
from switchboard.db.tables import audit_log, call_event
from switchboard.domain.keeping.retention import Kind


async def mentions_in(tx: AsyncConnection, table: Table, subject: Subject) -> Sequence[Row[Any]]:
    """Of the tables whose particulars are JSON."""
    likely = (await tx.execute(select(table).where(subject.may_name(table.c.detail)).order_by(table.c.id))).all()
    return [row for row in likely if subject.is_named_in(json.dumps(row.detail, ensure_ascii=False))]


async def mentions_elsewhere(tx: AsyncConnection, subject: Subject, own: Collection[str]) -> Sequence[Row[Any]]:
    """Events of calls that are not the person's `own`."""
    return [row for row in await mentions_in(tx, call_event, subject) if row.call_id not in own]


async def forget_in_calls(tx: AsyncConnection, events: Sequence[Row[Any]], rule: str, at: datetime) -> None:
    await strip_events(tx, events)
    if events:
        calls = sorted({row.call_id for row in events})
        await log_erasure(tx, Erasure(Kind.CALLS, calls, rule), at, len(events))


async def forget_in_acts(tx: AsyncConnection, acts: Sequence[Row[Any]], rule: str, at: datetime) -> None:
    """Who did it and what it was stays until the audit log's own time."""
    for row in acts:
        kept = {key: value for key, value in row.detail.items() if not key.startswith("pii_")}
        await tx.execute(update(audit_log).where(audit_log.c.id == row.id).values(detail=kept))
    if acts:
        await log_erasure(tx, Erasure(Kind.AUDIT, [row.id for row in acts], rule), at, len(acts))
