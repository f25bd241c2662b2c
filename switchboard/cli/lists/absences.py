"""Absences: listed, set, cleared (R1)."""

from enum import StrEnum
from typing import Annotated

import typer

from switchboard.changes import NewAbsence
from switchboard.cli.desk import (
    AsJson,
    Cursor,
    Desk,
    Limit,
    OfAuthority,
    Somebody,
    at_desk,
    moment,
    refuse_unknown_authority,
)
from switchboard.cli.lists.people import absence_in_words
from switchboard.cli.output import print_json, print_page, print_table, shown
from switchboard.db.queries.absences import Absences
from switchboard.domain.directory import AbsenceReason
from switchboard.views import Filter, Slice
from switchboard.web.cursors import decode_cursor

app = typer.Typer(help="Who is away, why, and when they are back.", no_args_is_help=True)


class Which(StrEnum):
    PAST = "past"
    CURRENT = "current"
    COMING = "coming"


@app.command("list")
def list_absences(
    authority: OfAuthority = None,
    person: Annotated[str | None, typer.Option(help="Name or id of a person.")] = None,
    which: Annotated[Which | None, typer.Option(help="Only these.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """Latest written first."""
    narrow = Filter(authority=authority, person=person, status=which.value if which else None)
    part = Slice(limit, decode_cursor(cursor) if cursor else None)

    async def work(desk: Desk) -> None:
        await refuse_unknown_authority(desk, authority)
        page = await Absences(desk.database).page(narrow, part, desk.clock.now())
        if as_json:
            print_page(page)
            return
        rows = [(a.id, a.person, a.reason, a.start, a.until, a.open, a.deputy, a.source) for a in page.items]
        print_table(("id", "person", "reason", "from", "until", "open", "deputy", "source"), rows, "No absences.")

    at_desk(work)


@app.command("set")
def set_absence(
    who: Somebody,
    reason: Annotated[AbsenceReason, typer.Option(help="Why.")],
    until: Annotated[str | None, typer.Option(help="Back at this time; left out: not known.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="From this time; left out: now.")] = None,
    deputy: Annotated[str | None, typer.Option(help="Who stands in, written as WHO.")] = None,
    open_absence: Annotated[bool, typer.Option("--open", help="Inform, then let the phone ring.")] = False,
    as_json: AsJson = False,
) -> None:
    """From the next call on, no phone of the person rings while the absence is in force."""
    new = NewAbsence(
        person=who,
        reason=reason.value,
        start=moment("--from", start),
        until=moment("--until", until),
        open=open_absence,
        deputy=deputy,
        source="admin",
    )
    view = at_desk(lambda desk: Absences(desk.database).set(new, desk.act()))
    if as_json:
        print_json(view)
    else:
        typer.echo(f"{shown(view.person)}: {absence_in_words(view)} (absence {view.id})")


@app.command("clear")
def clear(
    who: Annotated[
        str | None, typer.Argument(help="Extension, number, whole name, or #id: end what is in force.")
    ] = None,
    id: Annotated[int | None, typer.Option("--id", help="Number of one absence, in force or not.")] = None,
    as_json: AsJson = False,
) -> None:
    """End the absences of a person that are in force, or take back one absence."""
    if (who is None) == (id is None):
        raise typer.BadParameter("give either a person or --id")

    async def work(desk: Desk) -> list[int]:
        absences = Absences(desk.database)
        if id is not None:
            await absences.clear(id, desk.act())
            return [id]
        return [view.id for view in await absences.clear_of(who or "", desk.act())]

    cleared = at_desk(work)
    if as_json:
        print_json({"cleared": cleared})
    else:
        typer.echo(f"cleared: {', '.join(map(str, cleared))}" if cleared else "No absence is in force.")
