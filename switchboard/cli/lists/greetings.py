"""Greetings: who lacks one, what was recorded, and taking an earlier one back (R12, R13)."""

from typing import Annotated

import typer

from switchboard.changes import GreetingSpot
from switchboard.cli.desk import AsJson, Cursor, Desk, Limit, OfAuthority, Somebody, at_desk, refuse_unknown_authority
from switchboard.cli.output import print_json, print_page, print_table
from switchboard.db.queries.greetings import Greetings
from switchboard.db.queries.people import People
from switchboard.domain.directory import AbsenceReason, GreetingSituation, Language
from switchboard.errors import NotFound
from switchboard.views import GreetingView, LackingGreetingView, LackingNameView, Page, Slice
from switchboard.web.cursors import decode_cursor

app = typer.Typer(help="What callers hear first of somebody.", no_args_is_help=True)

InLanguage = Annotated[str, typer.Option("--language", help="sv or en.")]
ForSituation = Annotated[GreetingSituation, typer.Option("--situation", help="When it is heard.")]
ForReason = Annotated[AbsenceReason | None, typer.Option("--reason", help="Only for this reason of absence.")]


Names = Annotated[bool, typer.Option("--names", help="Instead: who and what has no recorded name.")]


@app.command("lacking")
def lacking(
    authority: OfAuthority = None,
    names: Names = False,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """Who has a mailbox and an extension, and no greeting of their own in some language of the authority."""
    part = Slice(limit, decode_cursor(cursor) if cursor else None)

    async def work(desk: Desk) -> None:
        await refuse_unknown_authority(desk, authority)
        greetings = Greetings(desk.database)
        if names:
            _show_nameless(await greetings.lacking_names(authority, part), as_json)
        else:
            _show_lacking(await greetings.lacking(authority, part, desk.clock.now()), as_json)

    at_desk(work)


def _show_lacking(page: Page[LackingGreetingView], as_json: bool) -> None:
    if as_json:
        print_page(page)
        return
    rows = [(p.person_id, p.extension, p.person, p.unit, p.authority, ",".join(p.languages)) for p in page.items]
    print_table(("id", "extension", "name", "unit", "authority", "lacks"), rows, "Everybody has one.")


def _show_nameless(page: Page[LackingNameView], as_json: bool) -> None:
    if as_json:
        print_page(page)
        return
    rows = [(each.owner_kind, each.owner_id, each.name, each.authority, each.extension) for each in page.items]
    print_table(("of", "id", "name", "authority", "extension"), rows, "Every name is recorded.")


@app.command("history")
def history(who: Somebody, limit: Limit = 100, as_json: AsJson = False) -> None:
    """Every recording that was ever a greeting of the person, the latest first."""

    async def work(desk: Desk) -> None:
        person = await People(desk.database).one(who, desk.clock.now())
        page = await Greetings(desk.database).history(("person", person.id), Slice(limit))
        if as_json:
            print_page(page)
            return
        rows = [
            (v.at, v.kind, v.language, v.situation, v.reason, v.valid_until, v.in_force, v.actor, v.sha256[:12])
            for v in page.items
        ]
        heads = ("put in force", "kind", "language", "situation", "reason", "until", "in force", "by", "recording")
        print_table(heads, rows, "Nothing was ever recorded.")

    at_desk(work)


@app.command("restore")
def restore(
    who: Somebody,
    language: InLanguage = "sv",
    situation: ForSituation = GreetingSituation.ALWAYS,
    reason: ForReason = None,
    as_json: AsJson = False,
) -> None:
    """Put the recording before the present one in force again; done twice, it is as before."""

    async def work(desk: Desk) -> GreetingView:
        spot = await _spot(desk, who, language, situation, reason)
        restored = await Greetings(desk.database).restore(spot, desk.act())
        if restored is None:
            raise NotFound("earlier greeting of", who)
        return restored

    view = at_desk(work)
    if as_json:
        print_json(view)
    else:
        typer.echo(f"greeting {view.id} is in force again: {view.sha256[:12]}")


@app.command("remove")
def remove(
    who: Somebody,
    language: InLanguage = "sv",
    situation: ForSituation = GreetingSituation.ALWAYS,
    reason: ForReason = None,
    as_json: AsJson = False,
) -> None:
    """From the next call on it is heard no more. It stays in the history."""

    async def work(desk: Desk) -> bool:
        return await Greetings(desk.database).remove(await _spot(desk, who, language, situation, reason), desk.act())

    removed = at_desk(work)
    if as_json:
        print_json({"removed": removed})
    else:
        typer.echo("removed" if removed else "There is no such greeting.")


async def _spot(
    desk: Desk, who: str, language: str, situation: GreetingSituation, reason: AbsenceReason | None
) -> GreetingSpot:
    if language not in ("sv", "en"):
        raise typer.BadParameter("the language is sv or en")
    person = await People(desk.database).one(who, desk.clock.now())
    spoken: Language = "en" if language == "en" else "sv"
    why = reason.value if reason else None
    return GreetingSpot("person", person.id, "personal", spoken, why, situation.value)
