"""`switchboard callbacks take …`: what is done with callback tasks (R14-R18). What is not possible is refused with the
reason, and nothing changes."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

import typer

from switchboard.cli.desk import AsJson, Desk, at_desk, moment
from switchboard.cli.output import print_json, shown
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.queries.callback_tasks import CallbackTasks
from switchboard.db.queries.mailboxes import Mailboxes
from switchboard.db.queries.people import People
from switchboard.db.tasks.steps import TaskSteps
from switchboard.domain.tasks.life import (
    Attempt,
    Close,
    EmailProof,
    Finish,
    HandOver,
    Move,
    Promise,
    Release,
    StatementProof,
    Take,
)
from switchboard.errors import BadValue
from switchboard.logs import named_log

TaskId = Annotated[str, typer.Argument(help="Id of the task.")]
Person = Annotated[str | None, typer.Option(help="Extension, number (+46…), whole name, or #id.")]
Reason = Annotated[str, typer.Option(help="Why.")]
FindMove = Callable[[Desk], Awaitable[Move | None]]


def add_to(app: typer.Typer) -> None:
    for name, command in (
        ("take", take),
        ("release", release),
        ("attempt", attempt),
        ("promise", promise),
        ("hand-over", hand_over),
        ("done", done),
        ("close", close),
    ):
        app.command(name)(command)


def take(id: TaskId, person: Person = None, as_json: AsJson = False) -> None:
    """Somebody takes the task."""

    async def move(desk: Desk) -> Move:
        return Take(await _person(desk, person) if person else None)

    _step(id, move, as_json)


def release(id: TaskId, as_json: AsJson = False) -> None:
    """Laid back for whoever takes it next."""
    _step(id, _given(Release()), as_json)


def attempt(
    id: TaskId, note: Annotated[str, typer.Option(help="What happened.")] = "", as_json: AsJson = False
) -> None:
    """Called and not reached. Calls from the authority's phones are found by themselves."""
    _step(id, _given(Attempt(note)), as_json)


def promise(
    id: TaskId,
    until: Annotated[str, typer.Option(help="The time that the caller was told, e.g. 2026-08-14T09:00.")],
    how: Annotated[str, typer.Option(help="How the caller was told: call, email, …")] = "",
    as_json: AsJson = False,
) -> None:
    """The caller was told another time, which is the deadline from now on."""
    at = moment("--until", until)
    if at is None:
        raise BadValue("--until", "is needed")
    _step(id, _given(Promise(at, how)), as_json)


def hand_over(
    id: TaskId,
    why: Reason,
    person: Person = None,
    unit: Annotated[str | None, typer.Option(help="Name of a unit, or #id.")] = None,
    group: Annotated[str | None, typer.Option(help="Name of a function, or #id.")] = None,
    as_json: AsJson = False,
) -> None:
    """For somebody else from now on, who is told."""
    kinds: dict[Literal["person", "unit", "group"], str | None] = {"person": person, "unit": unit, "group": group}
    given = [(kind, text) for kind, text in kinds.items() if text]
    if len(given) != 1:
        raise BadValue("--person", "one of --person, --unit and --group is needed")

    async def move(desk: Desk) -> Move:
        return HandOver(await Mailboxes(desk.database).of(*given[0], None), why)

    _step(id, move, as_json)


def done(
    id: TaskId,
    email: Annotated[str | None, typer.Option(help="Answered by e-mail: which one.")] = None,
    person: Annotated[str | None, typer.Option(help="Who says that the caller was answered.")] = None,
    reason: Annotated[str, typer.Option(help="Why no call shows it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Done, on proof: without an option by the call back that the journal shows."""

    async def move(desk: Desk) -> Move | None:
        if email is not None:
            return Finish(EmailProof(email))
        return Finish(StatementProof(await _person(desk, person), reason)) if person is not None else None

    _step(id, move, as_json)


def close(id: TaskId, reason: Reason, as_json: AsJson = False) -> None:
    """Ended without a call back, for a reason."""
    _step(id, _given(Close(reason)), as_json)


def _step(id: str, find: FindMove, as_json: bool) -> None:
    async def work(desk: Desk) -> None:
        directory = DirectoryStore(desk.database, desk.clock.now, named_log("directory"))
        try:
            steps, move = TaskSteps(desk.database, directory), await find(desk)
            if move is None:
                await steps.finish_by_call(id, desk.act())
            else:
                await steps.make(id, move, desk.act())
        finally:
            await directory.close()
        task = await CallbackTasks(desk.database).one(id)
        if as_json:
            print_json(task)
        else:
            typer.echo(f"{task.id}  {task.status}  {shown(task.promised_at or task.deadline) or 'no term'}")

    at_desk(work)


async def _person(desk: Desk, who: str) -> int:
    return (await People(desk.database).one(who, desk.clock.now())).id


def _given(move: Move) -> FindMove:
    async def find(desk: Desk) -> Move:
        del desk
        return move

    return find
