"""The command `switchboard`, for administrators and for whoever starts the service.

Exit status: 0 done, 1 done but something was found or refused, 2 the command cannot be understood or carried out as
it stands. Every command takes `--json`; what people read goes to the terminal in local time.
"""

import typer

from switchboard.cli import checking, copies, directory, doctor, keeping, routing, service
from switchboard.cli.lists import (
    absences,
    autoreplies,
    blocks,
    calendars,
    callbacks,
    calls,
    greetings,
    names,
    operators,
    people,
    tokens,
)
from switchboard.cli.plain import PlainGroup

app = typer.Typer(
    name="switchboard",
    help="The telephone service of a municipality's switchboard.",
    cls=PlainGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
service.add_to(app)
checking.add_to(app)
doctor.add_to(app)
routing.add_to(app)
directory.add_to(app)
keeping.add_to(app)
copies.add_to(app)
for _name, _group in (
    ("token", tokens.app),
    ("person", people.app),
    ("absence", absences.app),
    ("calendar", calendars.app),
    ("autoreply", autoreplies.app),
    ("callbacks", callbacks.app),
    ("calls", calls.app),
    ("operators", operators.app),
    ("greetings", greetings.app),
    ("names", names.app),
    ("blocks", blocks.app),
):
    app.add_typer(_group, name=_name)


def main() -> None:
    """What the console script calls."""
    app()
