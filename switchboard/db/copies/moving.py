"""Everything from an SQLite database into an empty one of PostgreSQL: all of it, or nothing."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.copies.readable import unreadable
from switchboard.db.copies.rows import Tell, copy_rows, is_empty, silently
from switchboard.db.copies.sqlite_file import check_unused
from switchboard.db.engine import Database, schema_is_current, upgrade
from switchboard.errors import Conflict

_OTHERS = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'switchboard' AND pid <> pg_backend_pid()"""


async def move_rows(file: Path, target: Database, tell: Tell = silently, *, replace: bool = False) -> Mapping[str, int]:
    """The rows by table. `replace`: what is in the target goes. Raises Conflict and changes no row then."""
    check_unused(file)
    source = Database(f"sqlite:///{file}")
    try:
        await _check_source(source)
        await upgrade(target)
        async with source.read() as there, target.write() as here:
            await _check_target(here, replace)
            return await copy_rows(there, here, tell)
    finally:
        await source.close()


async def _check_source(source: Database) -> None:
    if not await schema_is_current(source):
        raise Conflict("the schema is not this release's; run: switchboard migrate")
    async with source.read() as tx:
        wrong = await unreadable(tx)
    if wrong:
        raise Conflict(f"put these rows right first: {'; '.join(wrong)}")


async def _check_target(tx: AsyncConnection, replace: bool) -> None:
    if await tx.scalar(text(_OTHERS)):
        raise Conflict("a service uses that database: stop it first")
    if not replace and not await is_empty(tx):
        raise Conflict("that database has rows already; it must be empty")
