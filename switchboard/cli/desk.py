"""What a command works with: the database of the settings, the clock, and who is at the keyboard."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

import typer

from switchboard.changes import Act
from switchboard.clock import Clock, choose_clock
from switchboard.db.engine import Database
from switchboard.errors import BadValue, SettingsFault
from switchboard.local_time import parse_local_time
from switchboard.logs import configure_logging
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


def at_desk(work: Callable[[Desk], Awaitable[T]]) -> T:
    """Do the work with an open database, and close it."""
    settings = read_settings(ToolSettings)
    configure_logging("WARNING", settings.log_pii)
    return asyncio.run(_work(settings, work))


async def _work(settings: ToolSettings, work: Callable[[Desk], Awaitable[T]]) -> T:
    try:
        database = Database(settings.database_url.get_secret_value())
    except ValueError as error:
        raise SettingsFault([f"SWITCHBOARD_DATABASE_URL cannot be used: {error}"]) from None
    try:
        return await work(Desk(settings, choose_clock(settings.now, settings.env), database))
    finally:
        await database.close()


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
