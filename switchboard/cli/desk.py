"""What a command works with: the database of the settings, the clock, and who is at the keyboard."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

import typer
from sqlalchemy.exc import DBAPIError

from switchboard.changes import Act
from switchboard.clock import Clock, choose_clock
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.engine import DRIVER_ERRORS, Database, current_revision, missing_file
from switchboard.db.queries.names import find_authority
from switchboard.domain.directory import Directory
from switchboard.errors import BadValue, SettingsFault, Unavailable
from switchboard.local_time import parse_local_time
from switchboard.logs import configure_logging, named_log
from switchboard.settings import ToolSettings, read_settings

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")]
Cursor = Annotated[str | None, typer.Option("--cursor", help="Go on where a list with more rows ended.")]
OfAuthority = Annotated[str | None, typer.Option("--authority", help="Name or id of an authority.")]
Since = Annotated[str | None, typer.Option("--since", help="Not before this time.")]
Before = Annotated[str | None, typer.Option("--before", help="Before this time.")]
Somebody = Annotated[str, typer.Argument(help="Extension, number (+46…), whole name, or #id.")]


@dataclass(frozen=True, slots=True)
class Desk:
    settings: ToolSettings
    clock: Clock
    database: Database

    def act(self) -> Act:
        return Act(actor=f"command line ({_login()})", at=self.clock.now())


def at_desk(work: Callable[[Desk], Awaitable[T]], *, creates: bool = False) -> T:
    """Do the work with an open database, and close it. Unavailable where it does not answer or was never migrated;
    `creates`: the work makes the database, so it need not be there."""
    settings = read_settings(ToolSettings)
    # What goes wrong is told in one line of its own; the parts that the service shares warn in its log.
    configure_logging("ERROR", settings.log_pii)
    return asyncio.run(_work(settings, work, creates))


async def _work(settings: ToolSettings, work: Callable[[Desk], Awaitable[T]], creates: bool) -> T:
    database = _open(settings.database_url.get_secret_value(), creates)
    try:
        await _look_at(database, creates)
        return await work(Desk(settings, choose_clock(settings.now, settings.env), database))
    finally:
        await database.close()


def _open(url: str, creates: bool) -> Database:
    try:
        missing = missing_file(url)
        if missing is not None and not creates:
            raise Unavailable(f"there is no database {missing} yet; run: switchboard migrate")
        return Database(url)
    except ValueError as error:
        raise SettingsFault([f"SWITCHBOARD_DATABASE_URL cannot be used: {error}"]) from None


async def _look_at(database: Database, creates: bool) -> None:
    try:
        revision = await current_revision(database)
    except DRIVER_ERRORS as error:
        raise Unavailable(f"the database does not answer: {drivers_words(error)}") from error
    if revision is None and not creates:
        raise Unavailable("the database was never migrated; run: switchboard migrate")


def drivers_words(error: BaseException) -> str:
    """The driver's own: SQLAlchemy's repeat the statement and its values."""
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = str(said).strip().splitlines()
    return lines[0] if lines else type(said).__name__


async def read_directory(desk: Desk) -> Directory:
    """As calls see it now."""
    store = DirectoryStore(desk.database, desk.clock.now, named_log("directory"))
    try:
        return await store.current()
    finally:
        await store.close()


async def refuse_unknown_authority(desk: Desk, text: str | None) -> None:
    """BadValue with those there are: an empty list would look like an answer."""
    if text is not None:
        async with desk.database.read() as tx:
            await find_authority(tx, "--authority", text)


def moment(option: str, text: str | None) -> datetime | None:
    """A time as an administrator writes it: ISO 8601, local where it has no zone. BadValue names the option."""
    if text is None:
        return None
    try:
        return parse_local_time(text)
    except ValueError as error:
        reason = str(error) if "exist" in str(error) else "is no time such as 2026-08-03T08:00"
        raise BadValue(option, reason) from None


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
