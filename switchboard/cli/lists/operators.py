"""Operators: signing in and out, pausing, who is there (R26)."""

from collections.abc import Sequence
from typing import Annotated

import typer

from switchboard.cli.desk import AsJson, Desk, OfAuthority, Somebody, at_desk, read_directory, refuse_unknown_authority
from switchboard.cli.lists.people import absence_in_words
from switchboard.cli.output import print_json, print_table, shown
from switchboard.db.public_holidays import SwedishCalendars
from switchboard.db.queries.operators import Operators
from switchboard.db.queries.people import People
from switchboard.domain.staffing import Refused, decide_sign_out
from switchboard.errors import Conflict
from switchboard.views import OperatorView

app = typer.Typer(help="Operators and who of them is signed in.", no_args_is_help=True)


@app.command("list")
def list_operators(authority: OfAuthority = None, as_json: AsJson = False) -> None:
    """Members of the operators' groups, signed in or not."""

    async def work(desk: Desk) -> Sequence[OperatorView]:
        await refuse_unknown_authority(desk, authority)
        return await Operators(desk.database).all(authority)

    _print(at_desk(work), as_json)


@app.command("sign-in")
def sign_in(
    who: Somebody,
    group: Annotated[str | None, typer.Option(help="Name or id of one group; else all that the person is in.")] = None,
    as_json: AsJson = False,
) -> None:
    """Rung from the next call on. Signing in again ends a pause. Warns of what keeps the phone silent all the same."""

    async def work(desk: Desk) -> tuple[Sequence[OperatorView], Sequence[str]]:
        views = await Operators(desk.database).sign_in(who, group, desk.act())
        return views, await _warnings(desk, who, views)

    views, warnings = at_desk(work)
    _print(views, as_json)
    for warning in warnings:
        typer.echo(f"switchboard: {warning}", err=True)


@app.command("sign-out")
def sign_out(
    who: Somebody,
    confirm: Annotated[bool, typer.Option("--confirm", help="Also where announced hours are left unstaffed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Not rung any more. Refused, with the reason, where announced hours would be left unstaffed."""

    async def work(desk: Desk) -> Sequence[OperatorView]:
        if not confirm:
            await _refuse_to_leave_unstaffed(desk, who)
        return await Operators(desk.database).sign_out(who, desk.act())

    _print(at_desk(work), as_json)


@app.command("pause")
def pause(
    who: Somebody, end: Annotated[bool, typer.Option("--end", help="End the pause.")] = False, as_json: AsJson = False
) -> None:
    """Signed in, but not rung until the pause ends."""
    _print(at_desk(lambda desk: Operators(desk.database).pause(who, not end, desk.act())), as_json)


async def _refuse_to_leave_unstaffed(desk: Desk, who: str) -> None:
    """As by keypad and over HTTP (R21, R26)."""
    now = desk.clock.now()
    person = await People(desk.database).one(who, now)
    directory = await read_directory(desk)
    calendars = SwedishCalendars(lambda: directory, lambda: now)
    verdict = decide_sign_out(person.id, directory, calendars.calendar, now)
    if isinstance(verdict, Refused):
        raise Conflict(f"{verdict.reason}; to sign out all the same: --confirm")


async def _warnings(desk: Desk, who: str, views: Sequence[OperatorView]) -> Sequence[str]:
    person = await People(desk.database).one(who, desk.clock.now())
    found = []
    if person.absence is not None:
        found.append(f"{shown(person.name)} is absent ({absence_in_words(person.absence)}) and is not rung until then")
    joined = await Operators(desk.database).groups_of_member(person.id)
    strange = [view.group for view in views if view.signed_in and view.group_id not in joined]
    return found + [
        f"{shown(person.name)} is no member of {shown(group)} and answers there all the same" for group in strange
    ]


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
