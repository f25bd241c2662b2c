"""The version of the schema, and the way from one version to another (alembic, without its ini file)."""

import asyncio
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.engine.database import Database

# alembic is imported where it is needed: most commands of the command line never migrate, and start sooner.
if TYPE_CHECKING:
    from alembic.config import Config

MIGRATION_LOCK = 7_302_019
"""Two services that migrate one PostgreSQL database at the same time take turns by this number."""


class _Step(Protocol):
    def __call__(self, config: "Config", revision: str) -> None: ...


def alembic_config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    return config


@lru_cache(maxsize=1)
def latest_revision() -> str:
    """The revision that this release needs. Reads files once: not for the event loop."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


def knows_revision(revision: str) -> bool:
    """Whether this release can come from there. Reads files: not for the event loop."""
    from alembic.script import ScriptDirectory

    steps = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return revision in {step.revision for step in steps}


async def upgrade(database: Database, revision: str = "head") -> None:
    """Everything in one transaction: it arrives at `revision` or changes nothing."""
    from alembic import command

    async with database.write_at_length() as tx:
        await _lock(tx, database)
        await tx.run_sync(_run(command.upgrade, revision))


async def downgrade(database: Database, revision: str) -> None:
    from alembic import command

    async with database.write_at_length() as tx:
        await _lock(tx, database)
        await tx.run_sync(_run(command.downgrade, revision))


async def current_revision(database: Database) -> str | None:
    """None for a database that was never migrated."""
    async with database.read() as tx:
        if not await tx.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
            return None
        found: str | None = await tx.scalar(text("SELECT version_num FROM alembic_version"))
        return found


async def schema_is_current(database: Database) -> bool:
    return await current_revision(database) == await asyncio.to_thread(latest_revision)


async def _lock(tx: AsyncConnection, database: Database) -> None:
    if database.dialect == "postgresql":
        await tx.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATION_LOCK})


def _run(step: _Step, revision: str) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        config = alembic_config()
        config.attributes["connection"] = connection
        step(config, revision)

    return run
