"""Rows written by plain SQL, as an administrator would."""

from sqlalchemy import text

from switchboard.db.engine import Database
from tests.acceptance.wait import until

AUTHORITY = "INSERT INTO authority (id, name, main_number) VALUES (1, 'Norrby kommun', '+46980319200')"
SCHEDULE = "INSERT INTO schedule (id, authority_id, name) VALUES (1, 1, 'Växelns öppettider')"
UNIT = "INSERT INTO unit (id, authority_id, name) VALUES (1, 1, 'Bygglov')"
PERSON = "INSERT INTO person (id, authority_id, name) VALUES (1, 1, 'Anna Andersson')"
OTHER_PERSON = "INSERT INTO person (id, authority_id, name) VALUES (2, 1, 'Erik Lund')"
GROUP = "INSERT INTO function_group (id, authority_id, name) VALUES (1, 1, 'Bygglov')"
ALL = (AUTHORITY, SCHEDULE, UNIT, PERSON, OTHER_PERSON, GROUP)


async def sql(database: Database, *statements: str) -> None:
    """Each in a transaction of its own."""
    for statement in statements:
        async with database.write() as tx:
            await tx.execute(text(statement))


async def fetch(database: Database, query: str) -> list[tuple[object, ...]]:
    async with database.read() as tx:
        return [tuple(row) for row in (await tx.execute(text(query))).all()]


async def becomes_writable(database: Database) -> None:
    """A trial that was begun under a lock answers for that lock, however late it is heard of; the next one does not."""
    await until(database.writable, 10, "the database takes a change")
