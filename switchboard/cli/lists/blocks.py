"""Addresses from which telephones' passwords were guessed: listed and lifted."""

from typing import Annotated

import typer

from switchboard.cli.desk import AsJson, Desk, at_desk
from switchboard.cli.output import print_json, print_table
from switchboard.db.guarding.blocked_addresses import BlockedAddresses
from switchboard.domain.guarding.guessing import parse_address

app = typer.Typer(help="Addresses that are blocked because passwords were guessed from there.", no_args_is_help=True)


@app.command("list")
def list_blocks(as_json: AsJson = False) -> None:
    """Those that are blocked, and those of the last week."""
    found = at_desk(lambda desk: BlockedAddresses(desk.database).all(desk.clock.now()))
    if as_json:
        print_json({"items": found})
        return
    rows = [(each.address, "yes" if each.blocked else "no", each.times, each.since, each.until) for each in found]
    print_table(("address", "blocked", "times", "since", "until"), rows, "No address is blocked.")


@app.command()
def lift(address: Annotated[str, typer.Argument(help="As in the list.")], as_json: AsJson = False) -> None:
    """Let an address in again; nothing counts against it any more."""
    parsed = parse_address(address)
    if parsed is None:
        raise typer.BadParameter("not an IP address")

    async def work(desk: Desk) -> None:
        await BlockedAddresses(desk.database).lift_address(str(parsed), desk.act())

    at_desk(work)
    if as_json:
        print_json({"lifted": str(parsed)})
    else:
        typer.echo("lifted")
