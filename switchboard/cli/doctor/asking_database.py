"""The database: does it answer, is its schema this release's, and what do the rows say?"""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import func, select

from switchboard.cli.checking import find_faults
from switchboard.cli.desk import Desk, drivers_words
from switchboard.cli.doctor.facts import DatabaseFacts, Organisation
from switchboard.clock import Clock, SystemClock
from switchboard.db.engine import DRIVER_ERRORS, Database, DatabaseAway, current_revision, latest_revision, missing_file
from switchboard.db.phone_accounts import DeviceAccounts
from switchboard.db.queries.tokens import Tokens
from switchboard.db.tables import call
from switchboard.settings import ToolSettings
from switchboard.views import Role


async def ask_database(settings: ToolSettings, clock: Clock) -> DatabaseFacts:
    url = settings.database_url.get_secret_value()
    try:
        if missing_file(url) is not None:
            return DatabaseFacts()
        database = Database(url)
    except ValueError as error:
        return DatabaseFacts(f"SWITCHBOARD_DATABASE_URL cannot be used: {error}")
    try:
        return await _ask(Desk(settings, clock, database))
    except (*DRIVER_ERRORS, DatabaseAway) as error:
        return DatabaseFacts(f"it does not answer: {drivers_words(error)}")
    finally:
        await database.close()


async def _ask(desk: Desk) -> DatabaseFacts:
    database = desk.database
    revision, needed = await current_revision(database), await asyncio.to_thread(latest_revision)
    if revision != needed:
        return DatabaseFacts(None, revision, needed)
    writable, ahead = await database.writable(), await _ahead(database)
    return DatabaseFacts(None, revision, needed, writable, ahead, await _organisation(desk))


async def _ahead(database: Database) -> timedelta:
    """SQLite has no clock of its own."""
    if database.dialect == "sqlite":
        return timedelta(0)
    async with database.read() as tx:
        theirs: datetime = (await tx.execute(select(func.clock_timestamp()))).scalar_one()
    return theirs - SystemClock().now()


async def _organisation(desk: Desk) -> Organisation:
    accounts = await DeviceAccounts(desk.database).all()
    async with desk.database.read() as tx:
        newest = await tx.scalar(select(func.max(call.c.arrived_at)))
    return Organisation(
        faults=await find_faults(desk),
        admin_tokens=await Tokens(desk.database).holding(Role.ADMIN, desk.clock.now()),
        accounts=frozenset(each.account for each in accounts if each.enabled),
        newest_call=newest,
        encrypted=frozenset(each.account for each in accounts if each.enabled and each.encrypted),
    )
