"""The audit log: who did what through the service. Written in the transaction of what was done."""

from collections.abc import Mapping

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.tables import audit_log
from switchboard.domain.call import JsonValue


async def note_act(
    tx: AsyncConnection,
    act: Act,
    action: str,
    row: tuple[str, str | int],
    detail: Mapping[str, JsonValue] | None = None,
) -> None:
    """`row` is table and key. `detail` keys that hold personal data begin with `pii_`."""
    table, key = row
    await tx.execute(
        insert(audit_log).values(
            at=act.at, actor=act.actor, action=action, table_name=table, row_key=str(key), detail=dict(detail or {})
        )
    )


class AuditLog:
    """For acts that change no row, such as listening to a message."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, act: Act, action: str, table: str, key: str) -> None:
        async with self._database.write() as tx:
            await note_act(tx, act, action, (table, key))
