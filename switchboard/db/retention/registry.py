"""Secret messages that are handed over to the registry (diariet) and erased here (R45)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act, ToRegistry
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.names import find_person
from switchboard.db.retention.erasing import Erasure, by_authority, erase
from switchboard.db.retention.found import find_these
from switchboard.db.retention.marks import of_recording
from switchboard.db.tables import call, callback_task, notice, outbox, voicemail_message
from switchboard.db.tasks.rows import NOT_ENDED, add_event
from switchboard.domain.keeping.registry import InMailbox, reference_problem, text_problem, why_it_stays
from switchboard.domain.keeping.retention import Kind
from switchboard.errors import BadValue, Conflict, NotFound

HANDED_OVER = "handed over to the registry"
PATIENCE_SECONDS = 5.0
_MESSAGE = voicemail_message.c


class Registry:
    """`on_change` is told after each commit that may change a message lamp."""

    def __init__(self, database: Database, on_change: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._on_change = on_change

    async def hand_over(self, message_id: str, to: ToRegistry, act: Act) -> None:
        """The message, and whatever was forwarded from it or to it: they share the recording. Its callback task goes
        on, for whoever called is still to be called back; the number goes when that has ended."""
        for field, problem in (("reference", reference_problem(to.reference)), ("registry", text_problem(to.registry))):
            if problem is not None:
                raise BadValue(field, problem)
        await patiently(PATIENCE_SECONDS)(self._hand_over, message_id, to, act)
        self._on_change()

    async def _hand_over(self, message_id: str, to: ToRegistry, act: Act) -> None:
        async with self._database.write() as tx:
            row = (await tx.execute(select(voicemail_message).where(_MESSAGE.id == message_id))).first()
            if row is None:
                raise NotFound("voicemail message", message_id)
            person_id = await find_person(tx, "person", to.person)
            copies = await of_recording(tx, row)
            reason = why_it_stays(_as_it_is(copies, message_id), to.sha256)
            if reason is not None:
                raise Conflict(reason)
            where: dict[str, str | int] = {**_named(to), "person_id": person_id}
            await note_act(tx, act, "voicemail_message.registered", ("voicemail_message", message_id), where)
            for task_id in await _going_on(tx, copies):
                await add_event(tx, task_id, act, "registered", {"message_id": message_id, **where})
            await _erase_messages(tx, copies, _named(to)["reference"], act.at)
            await erase_registered(tx, act.at, dry_run=False)


async def _erase_messages(tx: AsyncConnection, copies: Sequence[Row[Any]], reference: str, at: datetime) -> None:
    gone = update(voicemail_message).where(_MESSAGE.id.in_([each.id for each in copies]))
    await tx.execute(gone.values(registered_as=reference, registered_at=at))
    for authority_id, keys in by_authority((each.authority_id, each.id) for each in copies):
        await erase(tx, Erasure(Kind.AUDIO, keys, HANDED_OVER, authority_id), at)


async def erase_registered(tx: AsyncConnection, at: datetime, *, dry_run: bool) -> Sequence[Erasure]:
    """What else is kept of messages that the registry has: who called, letters about it, and the task once it has
    ended. `dry_run`: what would be erased, and nothing is."""
    done = []
    for kind, condition in _about_registered().items():
        found = await find_these(tx, kind, condition)
        free = [each for each in found if not each.stored.threat and not each.stored.task_open]
        for authority_id, keys in by_authority((each.stored.authority_id, each.key) for each in free):
            done.append(Erasure(kind, keys, HANDED_OVER, authority_id))
    for each in () if dry_run else done:
        await erase(tx, each, at)
    return done


def _about_registered() -> dict[Kind, ColumnElement[bool]]:
    """A task that another message of the caller has joined stays for its time, and so do the letters about it."""
    gone = _MESSAGE.registered_at.is_not(None)
    other = voicemail_message.alias("other")
    stays = exists().where(other.c.task_id == _MESSAGE.task_id, other.c.erased_at.is_(None))
    tasks = select(_MESSAGE.task_id).where(gone, ~stays)
    told_of = or_(notice.c.task_id.in_(tasks), notice.c.message_id.in_(select(_MESSAGE.id).where(gone)))
    return {
        Kind.LETTERS: outbox.c.notice_id.in_(select(notice.c.id).where(told_of)),
        Kind.CALLS: call.c.id.in_(select(_MESSAGE.call_id).where(gone)),
        Kind.TASKS: callback_task.c.id.in_(tasks),
    }


async def _going_on(tx: AsyncConnection, copies: Sequence[Row[Any]]) -> Sequence[str]:
    ids, named = [each.id for each in copies], {each.task_id for each in copies if each.task_id}
    about = or_(callback_task.c.id.in_(named), callback_task.c.voicemail_message_id.in_(ids))
    going = select(callback_task.c.id).where(and_(about, callback_task.c.status.in_(NOT_ENDED)))
    return (await tx.execute(going.order_by(callback_task.c.id))).scalars().all()


def _as_it_is(copies: Sequence[Row[Any]], message_id: str) -> InMailbox:
    """As it is now that nobody else changes it. A mark of any copy is the recording's."""
    row = next((each for each in copies if each.id == message_id), None)
    if row is None:  # erased while it was looked for
        return InMailbox("", secret=False, threat=False, erased=True)
    threat = any(each.threat for each in copies)
    return InMailbox(row.sha256, bool(row.secret), threat, row.erased_at is not None)


def _named(to: ToRegistry) -> dict[str, str]:
    return {name: " ".join(text.split()) for name, text in (("reference", to.reference), ("registry", to.registry))}
