"""Calendars that absences are read from (R1)."""

from typing import Annotated

import typer

from switchboard.calendars.addresses import Allowed
from switchboard.calendars.failures import CalendarFailure
from switchboard.calendars.fetching import CalendarFetcher, Known, Wanted
from switchboard.calendars.polling import AHEAD, BACK, read_login
from switchboard.calendars.reading import read_events
from switchboard.cli.desk import AsJson, Desk, Somebody, at_desk
from switchboard.cli.output import print_json, print_table
from switchboard.cli.plain import FOUND
from switchboard.db.calendar_book import DatabaseCalendarBook, NewSource
from switchboard.domain.calendar import CalendarSource, SourceKind, absences_of_events, words_of

app = typer.Typer(help="Calendars that absences are read from.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="Number of the source.")]


@app.command("add")
def add(
    who: Somebody,
    url: Annotated[str, typer.Argument(help="Its address.")],
    kind: Annotated[SourceKind, typer.Option(help="What the address is.")] = SourceKind.ICALENDAR,
    credentials: Annotated[str | None, typer.Option(help="File in the folder of secrets.")] = None,
    interval: Annotated[int, typer.Option(min=10, max=3600, help="Look this often, in seconds.")] = 30,
    as_json: AsJson = False,
) -> None:
    """The service looks at it within seconds."""
    try:
        Allowed().check(url)
    except CalendarFailure as failure:
        if "private" not in str(failure):
            raise typer.BadParameter(str(failure)) from None
    new = NewSource(who, kind, url, credentials, interval)
    id = at_desk(lambda desk: DatabaseCalendarBook(desk.database).add(new, desk.act()))
    if as_json:
        print_json({"id": id})
    else:
        typer.echo(f"calendar {id} added")


@app.command("list")
def list_sources(as_json: AsJson = False) -> None:
    """With the state of each; the addresses are secrets and are not shown."""
    views = at_desk(lambda desk: DatabaseCalendarBook(desk.database).listed())
    if as_json:
        print_json({"items": views})
        return
    rows = [(v.id, v.person, v.kind, v.enabled, v.succeeded_at, v.failed_at, v.failure) for v in views]
    print_table(("id", "person", "kind", "enabled", "last read", "last failure", "why"), rows, "No calendars.")


@app.command("remove")
def remove(id: Number) -> None:
    """And the absences that it gave."""
    at_desk(lambda desk: DatabaseCalendarBook(desk.database).remove(id, desk.act()))
    typer.echo(f"calendar {id} removed")


@app.command("test")
def try_out(id: Number, as_json: AsJson = False) -> None:
    """Fetch and read it now, and show which absences it gives by the usual codes. Nothing is written."""

    async def work(desk: Desk) -> list[tuple[object, ...]]:
        source = await DatabaseCalendarBook(desk.database).source(id)
        return await _absences(desk, source)

    try:
        rows = at_desk(work)
    except CalendarFailure as failure:
        typer.echo(f"The calendar cannot be used: {failure}", err=True)
        raise typer.Exit(FOUND) from None
    if as_json:
        print_json(
            {"items": [dict(zip(("reason", "from", "until", "open", "deputy"), row, strict=True)) for row in rows]}
        )
    else:
        print_table(("reason", "from", "until", "open", "deputy"), rows, "No absences in it.")


async def _absences(desk: Desk, source: CalendarSource) -> list[tuple[object, ...]]:
    now = desk.clock.now()
    login = read_login(desk.settings.calendar_secrets, source.credentials) if source.credentials else None
    wanted = Wanted(source.kind, source.url, now - BACK, now + AHEAD, login)
    async with CalendarFetcher(Allowed(desk.settings.calendar_hosts)) as fetcher:
        fetched = await fetcher.fetch(wanted, Known())
    events = await read_events(source.kind, fetched.body if fetched else b"", wanted.since, wanted.until)
    found = absences_of_events(events, words_of(()), now)
    return [(each.reason.value, each.start, each.until, each.open, each.deputy) for each in found]
