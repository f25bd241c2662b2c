"""Errors as one line that an administrator can act on, without a traceback."""

from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from switchboard.cli.desk import drivers_words
from switchboard.db.engine import DRIVER_ERRORS, DatabaseAway
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
        except (*DRIVER_ERRORS, DatabaseAway) as error:
            fail(_in_words(error), FOUND)


def fail(message: str, status: int) -> NoReturn:
    """One line on standard error."""
    typer.echo(f"switchboard: {' '.join(message.split())}", err=True)
    raise typer.Exit(status)


def _in_words(error: BaseException) -> str:
    """What the database could not do. An older schema answers, but lacks what this release asks for."""
    said = drivers_words(error.__cause__ or error if isinstance(error, DatabaseAway) else error)
    lacks = any(word in said for word in ("no such table", "no such column", "does not exist"))
    advice = " (the schema is not this release's? Run: switchboard migrate)" if lacks else ""
    return f"the database refused: {said}{advice}"
