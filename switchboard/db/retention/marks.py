"""Marks on messages (R45-R47): set and lifted with a reason, written in the audit log; a threat is told the manager."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import DirectorySource
from switchboard.changes import Act, Marking
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.jobs import put_job
from switchboard.db.jobs.outbox import Draft, write_draft
from switchboard.db.queries.audit import note_act
from switchboard.db.storable import storable
from switchboard.db.tables import notice, outbox, voicemail_message
from switchboard.db.tasks.rows import WATCH
from switchboard.db.tasks.telling import Reader, Telling
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Directory
from switchboard.domain.keeping.marks import LONGEST_REASON, Mark, reason_problem
from switchboard.domain.letters import CONFIDENTIAL, LetterKind, shown_number
from switchboard.domain.letters.threat import ThreatFacts, threat_letter
from switchboard.domain.tasks.rota import Readers, is_away, managers_above, unit_of
from switchboard.errors import BadValue, Conflict, NotFound

PATIENCE_SECONDS = 5.0
_MESSAGE = voicemail_message.c


class DatabaseMarks:
    """The port `calls.ports.MessageMarks`. `link` is the API's address."""

    def __init__(self, database: Database, directory: DirectorySource, link: str) -> None:
        self._database = database
        self._directory = directory
        self._link = link

    async def change(self, message_id: str, marking: Marking, act: Act) -> bool:
        problem = reason_problem(marking.reason)
        if problem is not None:
            raise BadValue("reason", problem)
        directory = await self._directory.current()
        changed: bool = await patiently(PATIENCE_SECONDS)(self._change, message_id, marking, act, directory)
        return changed

    async def _change(self, message_id: str, marking: Marking, act: Act, directory: Directory) -> bool:
        name = marking.mark.value
        async with self._database.write() as tx:
            row = (await tx.execute(select(voicemail_message).where(_MESSAGE.id == message_id))).first()
            if row is None:
                raise NotFound("voicemail message", message_id)
            if row.erased_at is not None:
                raise Conflict("the message was erased")
            copies = await of_recording(tx, row)
            changed = [each.id for each in copies if bool(getattr(each, name)) is not marking.on]
            if not changed:
                return False
            values = {name: marking.on, f"{name}_by": storable(act.actor), f"{name}_at": act.at}
            await tx.execute(update(voicemail_message).where(_MESSAGE.id.in_(changed)).values(values))
            detail = {"on": marking.on, "pii_reason": storable(marking.reason, LONGEST_REASON)}
            await note_act(tx, act, f"voicemail_message.{name}", ("voicemail_message", message_id), detail)
            if marking.mark is Mark.THREAT:
                await self._tell_manager(tx, row, directory, act.at, on=marking.on)
            elif marking.on:
                await _keep_here(tx, copies, act.at)
            return True

    async def _tell_manager(
        self, tx: AsyncConnection, row: Row[Any], directory: Directory, at: datetime, *, on: bool
    ) -> None:
        """Whoever answers for the unit and is there; neither number nor recording goes along."""
        unit_id = unit_of(_mailbox(row), directory)
        managers = list(managers_above(unit_id, directory))
        present = [each for each in managers if not is_away(each, directory, at)]
        telling = Telling(tx, directory, at, self._link)
        for reader in await telling.addresses(Readers(tuple((present or managers)[:1]), unit_id, "manager")):
            await write_draft(tx, self._draft(row, reader, directory, on=on), at)

    def _draft(self, row: Row[Any], reader: Reader, directory: Directory, *, on: bool) -> Draft:
        authority = directory.authority(row.authority_id)
        unit = directory.unit(unit_of(_mailbox(row), directory) or 0)
        facts = ThreatFacts(
            authority=authority.name if authority is not None else "",
            unit=unit.name if unit is not None else "",
            received_at=row.received_at,
            link=f"{self._link}/api/v1/voicemail-messages/{row.id}",
            reader=reader.first_name,
            lifted=not on,
        )
        words = threat_letter(facts, reader.language)
        headers = {"From-Name": facts.authority, "Content-Language": reader.language}
        return Draft(reader.address, words.subject, words.body, headers)


def _mailbox(row: Row[Any]) -> Mailbox:
    return Mailbox(row.authority_id, row.person_id, row.unit_id, row.group_id)


async def of_recording(tx: AsyncConnection, row: Row[Any]) -> Sequence[Row[Any]]:
    """The message and every one that was forwarded from it or to it: they share call and audio. Held until the
    transaction ends, always in the same order."""
    same = select(voicemail_message).where(_MESSAGE.call_id == row.call_id, _MESSAGE.sha256 == row.sha256)
    return (await tx.execute(same.order_by(_MESSAGE.id).with_for_update())).all()


async def _keep_here(tx: AsyncConnection, copies: Sequence[Row[Any]], at: datetime) -> None:
    """Letters about it that still wait hold the caller, and perhaps the recording: they are written anew, without
    (R46). One that a service is sending just now goes without the recording at least."""
    ids = [each.id for each in copies]
    tasks = {each.task_id for each in copies if each.task_id is not None}
    about = select(notice.c.id).where(
        notice.c.kind != LetterKind.BREACH.value, or_(notice.c.task_id.in_(tasks), notice.c.message_id.in_(ids))
    )
    idle = or_(outbox.c.locked_until.is_(None), outbox.c.locked_until <= at)
    waiting = (outbox.c.state == "waiting", outbox.c.notice_id.in_(about))
    named = (await tx.execute(select(outbox.c.notice_id).where(*waiting, idle).distinct())).scalars().all()
    await tx.execute(delete(outbox).where(*waiting, idle))
    await tx.execute(update(notice).where(notice.c.id.in_(named)).values(state="new"))
    for task_id in sorted(tasks) if named else ():
        await put_job(tx, WATCH, task_id, at)
    going = update(outbox).where(outbox.c.attachment_of.in_(ids), outbox.c.state == "waiting")
    await tx.execute(going.values(attachment_sha256=None))
    await _hide_in_lists(tx, {each.caller for each in copies if each.caller})


async def _hide_in_lists(tx: AsyncConnection, callers: Collection[str]) -> None:
    """In letters to managers, which list what is late, other callers stay."""
    shown = [number for each in callers if (number := shown_number(each))]
    breaches = select(notice.c.id).where(notice.c.kind == LetterKind.BREACH.value)
    wanted = select(outbox).where(outbox.c.state == "waiting", outbox.c.notice_id.in_(breaches))
    for row in (await tx.execute(wanted)).all():
        words = CONFIDENTIAL["en" if row.headers.get("Content-Language") == "en" else "sv"]
        body = row.body
        for number in shown:
            body = body.replace(number, words)
        if body != row.body:
            await tx.execute(update(outbox).where(outbox.c.id == row.id).values(body=body))
