"""Autoreplies: their texts, and who is absent by phone or by mail alone (R8, R9)."""

from typing import Annotated

import typer

from switchboard.cli.desk import (
    AsJson,
    Cursor,
    Desk,
    Limit,
    OfAuthority,
    Somebody,
    at_desk,
    read_directory,
    refuse_unknown_authority,
)
from switchboard.cli.output import print_json, print_page, print_table, shown
from switchboard.db.autoreply.listing import Autoreplies
from switchboard.views import AutoreplyTextView, Filter, Slice
from switchboard.web.cursors import decode_cursor

app = typer.Typer(help="What is answered by e-mail for who is away.", no_args_is_help=True)
_WRONG = {
    "absent_by_phone_only": "absent by phone, and the mailbox does not answer",
    "absent_by_mail_only": "the mailbox answers, and the person is not absent",
    None: "",
}


@app.command("show")
def show(who: Somebody, as_json: AsJson = False) -> None:
    """The texts of the absence in force and of those that are coming."""

    async def work(desk: Desk) -> tuple[AutoreplyTextView, ...]:
        directory = await read_directory(desk)
        return await Autoreplies(desk.database).texts(who, directory, desk.clock.now())

    views = at_desk(work)
    if as_json:
        print_json(views)
    elif not views:
        typer.echo("No absence, so no autoreply.")
    for each in () if as_json else views:
        when = "now" if each.in_force else f"from {shown(each.start)}"
        typer.echo(f"{shown(each.person)}, {when} (refers to: {each.referral})\n\nSubject: {shown(each.subject)}\n")
        typer.echo("\n".join(shown(line) for line in each.body.splitlines()))


@app.command("parity")
def parity(
    authority: OfAuthority = None,
    everybody: Annotated[bool, typer.Option("--all", help="Also those where nothing is wrong.")] = False,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """Who is absent by phone but not by mail, or the reverse, and whose mailbox could not be reached."""
    narrow = Filter(authority=authority, status="all" if everybody else None)
    part = Slice(limit, decode_cursor(cursor) if cursor else None)

    async def work(desk: Desk) -> None:
        await refuse_unknown_authority(desk, authority)
        directory = await read_directory(desk)
        page = await Autoreplies(desk.database).parity(narrow, part, directory, desk.clock.now())
        if as_json:
            print_page(page)
            return
        rows = [
            (v.person_id, v.person, v.authority, v.absent, v.seen, v.seen_at, _WRONG[v.disparity], v.error)
            for v in page.items
        ]
        heads = ("id", "name", "authority", "absent", "mailbox", "seen at", "what is wrong", "error")
        print_table(heads, rows, "Telephones and mailboxes say the same." if not everybody else "Nothing is known.")

    at_desk(work)
