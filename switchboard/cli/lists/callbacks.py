"""Callback tasks: who is to be called back, and by when (R14-R16)."""

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
from switchboard.cli.lists import callback_steps
from switchboard.cli.output import plain, print_facts, print_json, print_page, print_table, shown
from switchboard.db.queries.callback_tasks import CallbackTasks
from switchboard.domain.callback import TaskStatus
from switchboard.views import CallbackTaskView, CallEventView, Filter, Slice
from switchboard.web.cursors import decode_cursor

app = typer.Typer(help="Who is to be called back, and by when.", no_args_is_help=True)
callback_steps.add_to(app)


@app.command("list")
def list_tasks(
    authority: OfAuthority = None,
    person: Annotated[str | None, typer.Option(help="Name or id of a person.")] = None,
    status: Annotated[TaskStatus | None, typer.Option(help="Only these.")] = None,
    since: Since = None,
    before: Before = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """Newest first."""
    times = moment("--since", since), moment("--before", before)
    narrow = Filter(authority, person, status.value if status else None, *times)
    part = Slice(limit, decode_cursor(cursor) if cursor else None)

    async def work(desk: Desk) -> None:
        await refuse_unknown_authority(desk, authority)
        page = await CallbackTasks(desk.database).page(narrow, part)
        if as_json:
            print_page(page)
            return
        rows = [(t.id, t.received_at, t.caller, whom(t), t.status, _term(t), t.source) for t in page.items]
        print_table(("id", "received", "caller", "for", "status", "deadline", "source"), rows, "No callback tasks.")

    at_desk(work)


@app.command("show")
def show(id: Annotated[str, typer.Argument(help="Id of the task.")], as_json: AsJson = False) -> None:
    """One task, how its deadline was counted, and what has happened to it."""

    async def work(desk: Desk) -> tuple[CallbackTaskView, tuple[CallEventView, ...]]:
        tasks = CallbackTasks(desk.database)
        return await tasks.one(id), await tasks.history(id)

    task, history = at_desk(work)
    if as_json:
        document = plain(task)
        print_json({**document, "events": history} if isinstance(document, dict) else document)
        return
    print_facts(
        [
            ("task", task.id),
            ("caller", task.caller),
            ("for", whom(task)),
            ("authority", task.authority),
            ("received", task.received_at),
            ("deadline", _term(task)),
            ("counted so", task.rule),
            ("promised", task.promised_at),
            ("taken by", task.taken_by),
            ("in vain", task.attempts or None),
            ("status", task.status),
            ("source", task.source),
            ("call", task.call_id),
            ("message", task.voicemail_message_id),
        ]
    )
    for event in history:
        typer.echo(f"  {shown(event.at)}  {shown(event.kind)}  {shown(event.detail.get('actor'))}")


def whom(task: CallbackTaskView) -> str:
    return task.person or task.group or task.unit or task.authority


def _term(task: CallbackTaskView) -> str:
    return shown(task.deadline) or "no term"
