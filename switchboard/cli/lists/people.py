"""People: listed, shown, added."""

from typing import Annotated

import typer

from switchboard.changes import NewPerson
from switchboard.cli.desk import AsJson, Cursor, Desk, Limit, OfAuthority, Somebody, at_desk, refuse_unknown_authority
from switchboard.cli.lists import pins
from switchboard.cli.output import print_facts, print_json, print_page, print_table, shown
from switchboard.db.queries.people import People
from switchboard.views import AbsenceView, Filter, PersonView, Slice
from switchboard.web.cursors import decode_cursor

app = typer.Typer(help="People who can be reached, and their PINs.", no_args_is_help=True)
pins.add_to(app)


@app.command("list")
def list_people(
    authority: OfAuthority = None,
    text: Annotated[str | None, typer.Option("--search", help="Part of a name, title, unit, duty or keyword.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """By name, each with the absence in force."""
    part = Slice(limit, decode_cursor(cursor) if cursor else None)
    narrow = Filter(authority=authority, text=text)

    async def work(desk: Desk) -> None:
        await refuse_unknown_authority(desk, authority)
        page = await People(desk.database).page(narrow, part, desk.clock.now())
        if as_json:
            print_page(page)
            return
        rows = [(one.id, one.extension, one.name, one.unit, one.title, one.authority, away(one)) for one in page.items]
        print_table(("id", "extension", "name", "unit", "title", "authority", "absence"), rows, "Nobody.")

    at_desk(work)


@app.command("show")
def show(who: Somebody, as_json: AsJson = False) -> None:
    """One person."""
    view = at_desk(lambda desk: People(desk.database).one(who, desk.clock.now()))
    if as_json:
        print_json(view)
    else:
        _print(view)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="First name and surname.")],
    authority: Annotated[str, typer.Option(help="Name or id of the authority.")],
    unit: Annotated[str | None, typer.Option(help="Name of the unit.")] = None,
    title: Annotated[str, typer.Option()] = "",
    extension: Annotated[str | None, typer.Option(help="A free extension.")] = None,
    as_json: AsJson = False,
) -> None:
    """A new person, who can be called from the next call on where an extension is given."""
    new = NewPerson(authority=authority, name=name, unit=unit, title=title, extension=extension)
    view = at_desk(lambda desk: People(desk.database).add(new, desk.act()))
    if as_json:
        print_json(view)
    else:
        _print(view)


def away(view: PersonView) -> str:
    return absence_in_words(view.absence) if view.absence else ""


def absence_in_words(view: AbsenceView) -> str:
    """`vacation until 2026-08-03 08:00, deputy Anna Andersson (open)`."""
    until = f" until {shown(view.until)}" if view.until else ""
    deputy = f", deputy {shown(view.deputy)}" if view.deputy else ""
    return f"{shown(view.reason)}{until}{deputy}{' (open)' if view.open else ''}"


def _print(view: PersonView) -> None:
    print_facts(
        [
            ("id", view.id),
            ("name", view.name),
            ("title", view.title),
            ("unit", view.unit),
            ("authority", view.authority),
            ("extension", view.extension),
            ("e-mail", view.email),
            ("devices", ", ".join(view.accounts)),
            ("absence", away(view)),
        ]
    )
