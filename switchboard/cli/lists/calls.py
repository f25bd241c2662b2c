"""The journal of calls, as a readable account of each."""

from collections.abc import Mapping
from typing import Annotated

import typer

from switchboard.cli.desk import (
    AsJson,
    Before,
    Cursor,
    Desk,
    Limit,
    OfAuthority,
    Since,
    at_desk,
    moment,
    refuse_unknown_authority,
)
from switchboard.cli.output import print_facts, print_json, print_page, print_table, shown
from switchboard.db.queries.calls import GOING_ON, Calls
from switchboard.domain.call import JsonValue, Outcome
from switchboard.errors import BadValue
from switchboard.local_time import seconds_between
from switchboard.views import CallView, Filter, Slice
from switchboard.web.cursors import decode_cursor

app = typer.Typer(help="The journal of calls.", no_args_is_help=True)
STATUSES = (*Outcome, GOING_ON)


@app.command("list")
def list_calls(
    authority: OfAuthority = None,
    status: Annotated[str | None, typer.Option(help="An outcome, or going_on.")] = None,
    since: Since = None,
    before: Before = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """Newest first."""
    if status is not None and status not in STATUSES:
        raise BadValue("--status", f"there is no outcome {status}; there are: {', '.join(STATUSES)}")
    times = moment("--since", since), moment("--before", before)
    narrow = Filter(authority, None, status, *times)
    part = Slice(limit, decode_cursor(cursor) if cursor else None)

    async def work(desk: Desk) -> None:
        await refuse_unknown_authority(desk, authority)
        page = await Calls(desk.database).page(narrow, part)
        if as_json:
            print_page(page)
            return
        rows = [(c.id, c.arrived_at, c.caller, c.called, _lasted(c), c.outcome, c.route_reason) for c in page.items]
        print_table(("id", "arrived", "caller", "called", "seconds", "outcome", "why"), rows, "No calls.")

    at_desk(work)


@app.command("show")
def show(id: Annotated[str, typer.Argument(help="Id of the call.")], as_json: AsJson = False) -> None:
    """What happened in a call, with seconds from its arrival."""
    view = at_desk(lambda desk: Calls(desk.database).one(id))
    if as_json:
        print_json(view)
        return
    print_facts(
        [
            ("call", view.id),
            ("authority", view.authority),
            ("caller", view.caller or "anonymous"),
            ("called", view.called),
            ("arrived", view.arrived_at),
            ("answered", view.answered_at),
            ("ended", view.ended_at),
            ("outcome", view.outcome or "going on"),
            ("routed so", view.route_reason),
        ]
    )
    for event in view.events:
        seconds = seconds_between(view.arrived_at, event.at)
        typer.echo(f"{seconds:9.3f} s  {shown(event.kind):<12} {_in_words(event.detail)}".rstrip())


def _lasted(call: CallView) -> str:
    return f"{seconds_between(call.arrived_at, call.ended_at):.1f}" if call.ended_at else ""


def _in_words(detail: Mapping[str, JsonValue]) -> str:
    return ", ".join(
        f"{shown(key.removeprefix('pii_'))} {shown(value)}" for key, value in detail.items() if value is not None
    )
