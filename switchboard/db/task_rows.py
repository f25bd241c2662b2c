"""A callback task as rows: the task, its first event, and the notice to whom it is for."""

from collections.abc import Mapping

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.storable import storable
from switchboard.domain.callback import CallbackTask, Mailbox, VoicemailMessage

LONGEST_NOTE = 4000


async def insert_new(tx: AsyncConnection, table: Table, row: Mapping[str, object]) -> bool:
    """False where a row with the same key stands there already."""
    builder = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    result = await tx.execute(builder(table).values(dict(row)).on_conflict_do_nothing())
    return result.rowcount == 1


def mailbox_row(mailbox: Mailbox) -> dict[str, object]:
    return {
        "authority_id": mailbox.authority_id,
        "person_id": mailbox.person_id,
        "unit_id": mailbox.unit_id,
        "group_id": mailbox.group_id,
    }


def task_row(task: CallbackTask) -> dict[str, object]:
    return {
        "id": task.id,
        "caller": storable(task.caller),
        "source": task.source,
        "call_id": task.call_id,
        "voicemail_message_id": task.voicemail_message_id,
        "received_at": task.received_at,
        "deadline_date": task.deadline.on,
        "deadline": task.deadline.at,
        "rule": task.deadline.rule,
        "policy_id": task.deadline.policy_id,
        "status": task.status.value,
        "promised_at": task.promised_at,
        **mailbox_row(task.mailbox),
    }


def opened_row(task: CallbackTask, actor: str = "service", note: str = "") -> dict[str, object]:
    deadline = task.deadline.at
    detail: dict[str, object] = {
        "source": task.source,
        "deadline": deadline.isoformat() if deadline else None,
        "rule": task.deadline.rule,
    }
    if note:
        detail["note"] = storable(note, LONGEST_NOTE)
    return {"task_id": task.id, "at": task.received_at, "kind": "opened", "actor": storable(actor), "detail": detail}


def noted_row(task_id: str, note: VoicemailMessage, actor: str | None) -> dict[str, object]:
    """The spoken note in the task's history."""
    detail = {"voicemail_message_id": note.id, "seconds": round(note.duration_s, 1)}
    return {"task_id": task_id, "at": note.received_at, "kind": "note", "actor": actor or "service", "detail": detail}


def notice_row(task: CallbackTask) -> dict[str, object]:
    return {
        "created_at": task.received_at,
        "task_id": task.id,
        "kind": "task_opened",
        "message_id": task.voicemail_message_id,
        **mailbox_row(task.mailbox),
    }
