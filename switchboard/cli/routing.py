"""Why a call would go where, and how a deadline is counted: the same rules that calls meet, with their reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from switchboard.cli.desk import AsJson, Desk, at_desk, moment, read_directory
from switchboard.cli.menu_words import Moment, menu_in_words, return_in_words
from switchboard.cli.output import print_facts, print_json, shown
from switchboard.cli.plain import FOUND
from switchboard.cli.route_words import diversion_in_words, reason_in_words, route_facts
from switchboard.db.public_holidays import SwedishCalendars
from switchboard.db.queries.names import calling_account
from switchboard.domain.call import IncomingCall
from switchboard.domain.callback import Deadline
from switchboard.domain.deadline import count_deadline
from switchboard.domain.directory import Authority, Directory
from switchboard.domain.numbers import parse_number
from switchboard.domain.routing import RouteExplanation, explain_route
from switchboard.domain.working_days import CalendarRangeError
from switchboard.errors import BadValue

At = Annotated[str | None, typer.Option("--at", help="As if it were this time.")]


def add_to(app: typer.Typer) -> None:
    app.command("explain")(explain)
    app.command("deadline")(deadline)


def explain(
    number: Annotated[str, typer.Argument(help="The number that is called, or an extension.")],
    caller: Annotated[str | None, typer.Option("--from", help="Who calls: a number, or a phone of ours.")] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Why a call would go where it would go, rule by rule. Exit status 1 where a row could not be honoured."""
    wanted = moment("--at", at)

    async def work(desk: Desk) -> _Explained:
        now = wanted or desk.clock.now()
        directory = await read_directory(desk)
        call = await _call(desk, number, caller, now)
        calendars = SwedishCalendars(lambda: directory, lambda: now)
        explanation = explain_route(call, directory, calendars.calendar, now)
        seen = Moment(directory, calendars.calendar, now)
        return _Explained(
            explanation,
            diversion_in_words(explanation.route, directory, now),
            return_in_words(explanation.route, seen),
            menu_in_words(explanation.route, seen),
            now,
        )

    explained = at_desk(work)
    if as_json:
        print_json({"number": number, "caller": caller, **_document(explained)})
    else:
        typer.echo(f"{shown(number)} from {shown(caller or 'a caller without a number')} at {shown(explained.at)}")
        _tell(explained)
    if explained.route.route.reason.fault:
        raise typer.Exit(FOUND)


@dataclass(frozen=True, slots=True)
class _Explained:
    """A route, what follows from it, and what the menu would hold for a caller who reaches nobody."""

    route: RouteExplanation
    diversion: tuple[str, ...]
    back: str | None
    menu: tuple[str, ...]
    at: datetime


def _document(explained: _Explained) -> Mapping[str, object]:
    found = explained.route.route
    told = {"diversion": explained.diversion, "return": explained.back, "menu": explained.menu}
    route = {**route_facts(found), "reason": found.reason, **told}
    return {"at": explained.at, "steps": explained.route.steps, "route": route}


def _tell(explained: _Explained) -> None:
    for place, step in enumerate(explained.route.steps, start=1):
        typer.echo(f"{place:4}. {shown(step)}")
    found = explained.route.route
    print_facts([(name.replace("_", " "), value) for name, value in route_facts(found).items()])
    typer.echo(f"because {shown(reason_in_words(found.reason))}")
    for sentence in (*explained.diversion, *([explained.back] if explained.back else [])):
        typer.echo(f"  {shown(sentence)}")
    if explained.menu:
        typer.echo("the menu, for a caller who reaches nobody:")
    for sentence in explained.menu:
        typer.echo(f"  {shown(sentence)}")


def deadline(
    authority: Annotated[str, typer.Option(help="Name or id of the authority.")],
    received: Annotated[str, typer.Option(help="When the caller sought us.")],
    as_json: AsJson = False,
) -> None:
    """By when somebody must be called back, and how that was counted."""
    at = moment("--received", received)
    if at is None:
        raise BadValue("--received", "is needed")

    async def work(desk: Desk) -> tuple[Authority, Deadline]:
        directory = await read_directory(desk)
        whose = _authority(directory, authority)
        calendar = SwedishCalendars(lambda: directory, lambda: at).calendar(whose.id)
        try:
            return whose, count_deadline(at, directory.policies(whose.id), calendar)
        except CalendarRangeError as error:
            raise BadValue("--received", str(error)) from None

    whose, counted = at_desk(work)
    if as_json:
        names = {"authority": whose.name, "received_at": at, "deadline_date": counted.on, "deadline": counted.at}
        print_json({**names, "rule": counted.rule, "policy_id": counted.policy_id})
    else:
        known = [("authority", whose.name), ("received", at)]
        print_facts([*known, ("deadline", counted.at or "no term"), ("counted so", counted.rule)])


async def _call(desk: Desk, number: str, caller: str | None, now: datetime) -> IncomingCall:
    """From the trunk, unless an extension is called or a phone of ours calls."""
    public = parse_number(number) is not None
    if public and (caller is None or parse_number(caller) is not None):
        return IncomingCall("explained", number, caller, None, "trunk", None, now)
    async with desk.database.read() as tx:
        account = await calling_account(tx, number, caller)
    if account is None and not public:
        raise BadValue("NUMBER", "is no public number, and no phone is known that could call it as an extension")
    if account is None:
        return IncomingCall("explained", number, caller, None, "trunk", None, now)
    return IncomingCall("explained", number, None, None, "phone", account, now)


def _authority(directory: Directory, text: str) -> Authority:
    known = directory.authorities()
    for one in known:
        if text in (one.name, str(one.id)) or text.casefold() == one.name.casefold():
            return one
    names = ", ".join(one.name for one in known) or "none"
    raise BadValue("--authority", f"there is no authority {text}; there are: {names}")
