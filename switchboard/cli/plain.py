"""Errors as one line that an administrator can act on, without a traceback."""

from typing import Any, NoReturn

import typer
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from typer.core import TyperGroup

from switchboard.db.engine import DatabaseAway
from switchboard.errors import BadValue, SettingsFault, SwitchboardError

FOUND = 1
MISUSED = 2


class PlainGroup(TyperGroup):
    """The group of all commands: what goes wrong in any of them is told here."""

    def invoke(self, ctx: Any) -> object:  # noqa: ANN401  click's Context, of whichever click typer brings
        try:
            return super().invoke(ctx)
        except SettingsFault as fault:
            fail("; ".join(fault.problems), MISUSED)
        except SwitchboardError as error:
            fail(str(error), MISUSED if isinstance(error, BadValue) else FOUND)
        except (SQLAlchemyError, DatabaseAway, OSError) as error:
            fail(f"{_said(error)} (is the database there and migrated? Run: switchboard migrate)", FOUND)


def fail(message: str, status: int) -> NoReturn:
    """One line on standard error."""
    typer.echo(f"switchboard: {' '.join(message.split())}", err=True)
    raise typer.Exit(status)


def _said(error: Exception) -> str:
    """The driver's own words: SQLAlchemy's repeat the statement and its values."""
    if isinstance(error, DBAPIError):
        lines = str(error.orig).strip().splitlines()
        return lines[0] if lines else type(error.orig).__name__
    return str(error)
