"""Texts that people wrote, in which somebody may be named: listed for a person to look at, and never changed by itself,
for whoever has the same name is not meant (R44)."""

import json
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Text, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.tables import audit_log, call, call_event, callback_event, outbox, queue_place
from switchboard.domain.call import JsonValue

MOST = 200
AROUND = 60
_TEXTS: Sequence[Column[Any]] = (
    callback_event.c.detail,
    call_event.c.detail,
    audit_log.c.detail,
    call.c.caller_name,
    queue_place.c.why,
    outbox.c.subject,
    outbox.c.body,
)


async def find_in_texts(tx: AsyncConnection, words: Sequence[str]) -> list[dict[str, JsonValue]]:
    """Table, key and column of each text that holds one of the words, as a whole, with what stands around it; the
    first so many."""
    found: list[dict[str, JsonValue]] = []
    pattern = _any_of(words)
    for column in _TEXTS if words else ():
        (key,) = column.table.primary_key.columns
        statement = select(key.label("key"), column.label("text")).where(_may_hold(column, words)).order_by(key)
        for row in (await tx.execute(statement)).all():
            if (around := _around(row.text, pattern)) is not None:
                where = {"table": column.table.name, "key": str(row.key), "column": column.name}
                found.append({**where, "text": around})
            if len(found) == MOST:
                return found
    return found


def _may_hold(column: Column[Any], words: Sequence[str]) -> ColumnElement[bool]:
    """JSON may be kept with its letters escaped."""
    text = func.lower(cast(column, Text))
    spelled = {form.lower() for word in words for form in (word, json.dumps(word)[1:-1])}
    return or_(*(text.contains(form, autoescape=True) for form in sorted(spelled)))


def _around(value: object, pattern: re.Pattern[str]) -> str | None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    place = pattern.search(text)
    if place is None:
        return None
    return " ".join(text[max(0, place.start() - AROUND) : place.end() + AROUND].split())


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """No part of a longer number or name; a name in the genitive is one."""
    return re.compile("|".join(rf"(?<![\w+]){re.escape(word)}(?:s)?(?!\w)" for word in words), re.IGNORECASE)
