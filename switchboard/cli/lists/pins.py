"""PINs of the keypad services: chosen, listed where locked, unlocked (R41). A PIN is typed unseen, and never a word of
the command."""

from typing import Annotated

import typer

from switchboard.cli.desk import AsJson, Desk, Somebody, at_desk
from switchboard.cli.output import print_json, print_table
from switchboard.db.pins import DatabasePins
from switchboard.db.queries.people import People
from switchboard.db.queries.pin_locks import PinLocks


def add_to(app: typer.Typer) -> None:
    app.command("pin")(choose)
    app.command("locks")(locks)
    app.command("unlock")(unlock)


def choose(who: Somebody) -> None:
    """Choose the person's PIN: it is asked for twice. What was locked for them is unlocked."""
    pin: str = typer.prompt("PIN", hide_input=True, confirmation_prompt="PIN once more")

    async def work(desk: Desk) -> str:
        person = await People(desk.database).one(who, desk.clock.now())
        await DatabasePins(desk.database).choose(person.id, pin, desk.act())
        return person.name

    typer.echo(f"{at_desk(work)} has a new PIN.")


def locks(as_json: AsJson = False) -> None:
    """Extensions and callers with wrong PINs that count."""
    found = at_desk(lambda desk: PinLocks(desk.database).all(desk.clock.now()))
    if as_json:
        print_json({"items": found})
        return
    rows = [(each.id, each.kind, each.subject, each.failures, each.latest_at, each.locked_until) for each in found]
    print_table(("id", "kind", "subject", "failures", "latest", "locked until"), rows, "No wrong PINs.")


def unlock(
    who: Annotated[str | None, typer.Argument(help="Extension, number (+46…), whole name, or #id.")] = None,
    id: Annotated[int | None, typer.Option("--id", help="Number in the list of locks, for a caller.")] = None,
    as_json: AsJson = False,
) -> None:
    """Forget wrong PINs: of a person, or one entry of the list."""
    if (who is None) == (id is None):
        raise typer.BadParameter("give either a person or --id")

    async def work(desk: Desk) -> bool:
        if id is None:
            return await PinLocks(desk.database).unlock_person(who or "", desk.act())
        await PinLocks(desk.database).unlock(id, desk.act())
        return True

    unlocked = at_desk(work)
    if as_json:
        print_json({"unlocked": unlocked})
    else:
        typer.echo("unlocked" if unlocked else "No wrong PINs were counted.")
