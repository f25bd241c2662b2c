"""A deadline is broken: the manager is told, once, with the list of the unit's tasks that are late (R14-R18)."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import func, or_, select

from switchboard.db.jobs.outbox import Draft, write_draft
from switchboard.db.tables import callback_task, function_group, notice, person
from switchboard.db.tasks.rows import NOT_ENDED, Told, add_notice, state_of
from switchboard.db.tasks.telling import Telling, secret_tasks
from switchboard.domain.letters import Facts, Late, LetterKind, write_letter
from switchboard.domain.tasks.life import TaskState
from switchboard.domain.tasks.rota import Readers, is_away, managers_above, unit_of

MOST_SHOWN = 50


async def tell_of_lateness(telling: Telling, task: TaskState) -> None:
    """One letter for all tasks of the unit that became late and were not told of yet: each is told of once."""
    unit_id = unit_of(task.mailbox, telling.directory)
    late = await _late_of_unit(telling, task, unit_id)
    told = [notice_id for each in late if (notice_id := await _note(telling, each)) is not None]
    if not told:
        return
    managers = list(managers_above(unit_id, telling.directory))
    present = [each for each in managers if not is_away(each, telling.directory, telling.now)]
    chosen = (present or managers)[:1]
    readers = await telling.addresses(Readers(tuple(chosen), unit_id, "manager"))
    for notice_id in told:
        await telling.mark(notice_id, told=bool(readers))
    unit = telling.directory.unit(unit_id or 0)
    secret = await secret_tasks(telling.tx, [each.id for each in late])
    facts = Facts(
        authority=telling.authority_name(task),
        name=telling.owner_name(task),
        received_at=task.received_at,
        link="",
        unit=unit.name if unit is not None else "",
        late=[_shown(each, telling, secret) for each in late[:MOST_SHOWN]],
        more=max(0, len(late) - MOST_SHOWN),
    )
    for reader in readers:
        words = write_letter(LetterKind.BREACH, _for(facts, reader.first_name), reader.language)
        headers = telling.headers(task, reader.language)
        draft = Draft(reader.address, words.subject, words.body, headers, notice_id=told[0])
        await write_draft(telling.tx, draft, telling.now)


def _shown(task: TaskState, telling: Telling, secret: Collection[str]) -> Late:
    """Each has a deadline: it has passed."""
    return Late(
        telling.owner_name(task),
        task.caller,
        task.due or telling.now,
        promised=task.promised_at is not None,
        secret=task.id in secret,
    )


def _for(facts: Facts, reader: str) -> Facts:
    return replace(facts, reader=reader)


async def _late_of_unit(telling: Telling, task: TaskState, unit_id: int | None) -> Sequence[TaskState]:
    """In the order of their ids, which is the order in which every service writes their notices."""
    due = func.coalesce(callback_task.c.promised_at, callback_task.c.deadline)
    conditions = [callback_task.c.status.in_(NOT_ENDED), due < telling.now]
    if unit_id is None:
        return [task]
    people = select(person.c.id).where(person.c.unit_id == unit_id)
    groups = select(function_group.c.id).where(function_group.c.unit_id == unit_id)
    ours = or_(
        callback_task.c.person_id.in_(people),
        callback_task.c.group_id.in_(groups),
        callback_task.c.unit_id == unit_id,
    )
    rows = await telling.tx.execute(select(callback_task).where(*conditions, ours).order_by(callback_task.c.id))
    found = [state_of(row) for row in rows.all()]
    return found if any(each.id == task.id for each in found) else sorted([*found, task], key=lambda each: each.id)


async def _note(telling: Telling, task: TaskState) -> int | None:
    """The id of the notice; None where it was written before."""
    if task.due is None:
        return None
    about = task.due.isoformat()
    if not await add_notice(telling.tx, task, Told(LetterKind.BREACH, about), telling.now):
        return None
    written = select(notice.c.id).where(
        notice.c.task_id == task.id, notice.c.kind == LetterKind.BREACH.value, notice.c.about == about
    )
    return int((await telling.tx.execute(written)).scalar_one())
