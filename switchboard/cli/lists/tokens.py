"""Bearer tokens for the HTTP interface."""

from typing import Annotated

import typer

from switchboard.cli.desk import AsJson, Desk, at_desk, moment
from switchboard.cli.output import plain, print_json, print_table, shown
from switchboard.db.queries.tokens import Tokens
from switchboard.views import Role

app = typer.Typer(help="Bearer tokens for the HTTP interface.", no_args_is_help=True)


@app.command("create")
def create(
    role: Annotated[Role, typer.Option(help="What it may do.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    expires: Annotated[str | None, typer.Option(help="Not valid from this time on.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a new token. It is shown this once: only its checksum is kept."""
    until = moment("--expires", expires)
    token, view = at_desk(lambda desk: Tokens(desk.database).create(name or role.value, role, until, desk.act()))
    if as_json:
        print_json({"token": token, "id": view.id, "name": view.name, "role": view.role, "expires_at": plain(until)})
        return
    typer.echo(f"token {view.id} ({view.role}), shown this once:", err=True)
    typer.echo(token)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """All tokens, also those that hold no more."""

    async def work(desk: Desk) -> None:
        views = await Tokens(desk.database).all()
        if as_json:
            print_json({"items": views, "next": None})
            return
        rows = [(one.id, one.name, one.role, one.created_at, one.expires_at, one.revoked_at) for one in views]
        print_table(("id", "name", "role", "created", "expires", "revoked"), rows, "There are no tokens.")

    at_desk(work)


@app.command("revoke")
def revoke(id: Annotated[int, typer.Argument(help="Number of the token.")], as_json: AsJson = False) -> None:
    """From now on the token opens nothing."""
    view = at_desk(lambda desk: Tokens(desk.database).revoke(id, desk.act()))
    if as_json:
        print_json(view)
    else:
        typer.echo(f"token {view.id} ({view.name}) was revoked at {shown(view.revoked_at)}")
