"""Operators: signing in and out, pausing, who is there (R26)."""

from collections.abc import Sequence
from typing import Annotated

import typer

from switchboard.cli.desk import AsJson, OfAuthority, Somebody, at_desk
from switchboard.cli.output import print_json, print_table
from switchboard.db.queries.operators import Operators
from switchboard.views import OperatorView

app = typer.Typer(help="Operators and who of them is signed in.", no_args_is_help=True)


@app.command("list")
def list_operators(authority: OfAuthority = None, as_json: AsJson = False) -> None:
    """Members of the operators' groups, signed in or not."""
    _print(at_desk(lambda desk: Operators(desk.database).all(authority)), as_json)


@app.command("sign-in")
def sign_in(
    who: Somebody,
    group: Annotated[str | None, typer.Option(help="Name or id of one group; else all that the person is in.")] = None,
    as_json: AsJson = False,
) -> None:
    """Rung from the next call on. Signing in again ends a pause."""
    _print(at_desk(lambda desk: Operators(desk.database).sign_in(who, group, desk.act())), as_json)


@app.command("sign-out")
def sign_out(who: Somebody, as_json: AsJson = False) -> None:
    """Not rung any more."""
    _print(at_desk(lambda desk: Operators(desk.database).sign_out(who, desk.act())), as_json)


@app.command("pause")
def pause(
    who: Somebody, end: Annotated[bool, typer.Option("--end", help="End the pause.")] = False, as_json: AsJson = False
) -> None:
    """Signed in, but not rung until the pause ends."""
    _print(at_desk(lambda desk: Operators(desk.database).pause(who, not end, desk.act())), as_json)


def _print(views: Sequence[OperatorView], as_json: bool) -> None:
    if as_json:
        print_json({"items": views, "next": None})
        return
    rows = [(view.person_id, view.person, view.group, view.authority, _state(view), view.since) for view in views]
    print_table(("id", "name", "group", "authority", "state", "since"), rows, "There are no operators.")


def _state(view: OperatorView) -> str:
    if not view.signed_in:
        return "signed out"
    return "paused" if view.paused else "signed in"
