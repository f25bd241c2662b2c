"""Calendars that absences are read from (R1)."""

from typing import Annotated

import typer

from switchboard.calendars.addresses import Allowed
from switchboard.calendars.failures import CalendarFailure
from switchboard.calendars.fetching import CalendarFetcher, Known, Wanted
from switchboard.calendars.logins import login_of
from switchboard.calendars.looking import AHEAD, BACK, Found, found_in
from switchboard.calendars.reading import read_events
from switchboard.changes import CalendarChange, NewCalendar
from switchboard.cli.desk import AsJson, Desk, Somebody, at_desk, read_directory
from switchboard.cli.output import print_json, print_table
from switchboard.cli.plain import FOUND
from switchboard.db.calendars import CalendarSources, Liftings
from switchboard.domain.calendar import SourceKind, words_of
from switchboard.domain.keypad.reason_codes import codes_of
from switchboard.views import CalendarView

app = typer.Typer(help="Calendars that absences are read from.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="Number of the calendar.")]
User = Annotated[str | None, typer.Option(help="User for its server; the password is asked for.")]
File = Annotated[str | None, typer.Option("--credentials", help="Instead: a file in the folder of secrets.")]
Interval = Annotated[int | None, typer.Option(min=10, max=3600, help="Look this often, in seconds.")]
COLUMNS = ("id", "person", "kind", "host", "enabled", "absences", "last read", "failing since", "why")


@app.command("add")
def add(
    who: Somebody,
    url: Annotated[str, typer.Argument(help="Its address: https://…, or webcal://…")],
    kind: Annotated[SourceKind, typer.Option(help="What the address is.")] = SourceKind.ICALENDAR,
    user: User = None,
    credentials: File = None,
    interval: Interval = None,
    as_json: AsJson = False,
) -> None:
    """The service looks at it within seconds."""
    new = NewCalendar(who, kind.value, url, _login(user), credentials, interval)
    view = at_desk(lambda desk: CalendarSources(desk.database).add(new, desk.act()))
    _tell(view, "added", as_json)


@app.command("change")
def change(
    id: Number,
    url: Annotated[
        str | None, typer.Option(help="Another address; at another server it needs its login again.")
    ] = None,
    user: User = None,
    credentials: File = None,
    interval: Interval = None,
    enabled: Annotated[bool | None, typer.Option("--on/--off", help="Off: its absences are gone.")] = None,
    as_json: AsJson = False,
) -> None:
    """What is not given stays."""
    its = CalendarChange(
        url=url, login=_login(user), credentials=credentials, interval_s=interval, enabled=enabled
    )  # fmt: skip
    view = at_desk(lambda desk: CalendarSources(desk.database).change(id, its, desk.act()))
    _tell(view, "changed", as_json)


@app.command("list")
def list_calendars(as_json: AsJson = False) -> None:
    """With the state of each. Of the addresses, which are secrets, only the host is shown."""
    views = at_desk(lambda desk: CalendarSources(desk.database).all())
    if as_json:
        print_json({"items": views})
        return
    rows = [
        (v.id, v.person, v.kind, v.host, v.enabled, v.absences, v.read_at, v.failing_since, v.failure) for v in views
    ]
    print_table(COLUMNS, rows, "No calendars.")


@app.command("remove")
def remove(id: Number) -> None:
    """And the absences that it gave."""
    at_desk(lambda desk: CalendarSources(desk.database).remove(id, desk.act()))
    typer.echo(f"calendar {id} removed")


@app.command("lifted")
def list_lifted(as_json: AsJson = False) -> None:
    """What calendars say and somebody lifted by hand, and is not over."""
    views = at_desk(lambda desk: Liftings(desk.database).all(desk.clock.now()))
    if as_json:
        print_json({"items": views})
        return
    rows = [(v.id, v.calendar_id, v.person, v.reason, v.start, v.until, v.lifted_at, v.lifted_by) for v in views]
    print_table(("id", "calendar", "person", "reason", "from", "until", "lifted", "by"), rows, "Nothing was lifted.")


@app.command("restore")
def restore(id: Annotated[int, typer.Argument(help="Number in the list of what was lifted.")]) -> None:
    """The absence is in force again from the next call on."""
    at_desk(lambda desk: Liftings(desk.database).restore(id, desk.act()))
    typer.echo(f"lifted absence {id} restored")


@app.command("test")
def try_out(id: Number, as_json: AsJson = False) -> None:
    """Fetch and read it now, and show which absences it gives. Nothing is written."""
    try:
        found = at_desk(lambda desk: _found(desk, id))
    except CalendarFailure as failure:
        typer.echo(f"The calendar cannot be used: {failure}", err=True)
        raise typer.Exit(FOUND) from None
    rows = [(each.reason.value, each.start, each.until, each.open, each.deputy) for each in found.absences]
    columns = ("reason", "from", "until", "open", "deputy")
    if as_json:
        items = [dict(zip(columns, row, strict=True)) for row in rows]
        print_json({"items": items, "events_not_understood": len(found.unread)})
    else:
        print_table(columns, rows, "No absences in it.")
        if found.unread:
            typer.echo(f"{len(found.unread)} event(s) cannot be worked out.", err=True)


async def _found(desk: Desk, id: int) -> Found:
    source = await CalendarSources(desk.database).source(id)
    now, directory = desk.clock.now(), await read_directory(desk)
    words = words_of(codes_of(directory, source.authority_id).values())
    login = login_of(source, desk.settings.calendar_secrets)
    wanted = Wanted(source.kind, source.url, now - BACK, now + AHEAD, login)
    async with CalendarFetcher(Allowed(desk.settings.calendar_hosts, desk.settings.calendar_networks)) as fetcher:
        fetched = await fetcher.fetch(wanted, Known())
    body = fetched.body if fetched is not None else b""
    return found_in(await read_events(source.kind, body, wanted.since, wanted.until), words, now)


def _login(user: str | None) -> tuple[str, str] | None:
    """A password is never a word of a command: others see those in the list of processes."""
    return (user, typer.prompt("Password", hide_input=True, err=True)) if user is not None else None


def _tell(view: CalendarView, what: str, as_json: bool) -> None:
    if as_json:
        print_json(view)
    else:
        typer.echo(f"calendar {view.id} of {view.person} {what}")
