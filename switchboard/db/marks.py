"""Marks on messages (R45-R47): set and lifted with a reason, written in the audit log; a threat is told the manager."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import Clock, DirectorySource
from switchboard.changes import Act, Marking
from switchboard.db.engine import Database
from switchboard.db.engine.patience import patiently
from switchboard.db.jobs.outbox import Draft, write_draft
from switchboard.db.queries.audit import note_act
from switchboard.db.storable import storable
from switchboard.db.tables import outbox, voicemail_message
from switchboard.db.tasks.telling import Reader, Telling
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Directory
from switchboard.domain.keeping.marks import LONGEST_REASON, Mark, reason_problem
from switchboard.domain.letters.threat import ThreatFacts, threat_letter
from switchboard.domain.tasks.rota import Readers, is_away, managers_above, unit_of
from switchboard.errors import BadValue, Conflict, NotFound

PATIENCE_SECONDS = 5.0


class DatabaseMarks:
    """The port `calls.ports.marks.MessageMarks`, and what the HTTP interface asks. `link` is the API's address."""

    def __init__(self, database: Database, directory: DirectorySource, clock: Clock, link: str) -> None:
        self._database = database
        self._directory = directory
        self._clock = clock
        self._link = link

    async def listened(self, message_id: str, actor: str) -> None:
        await patiently(PATIENCE_SECONDS)(self._listened, message_id, Act(actor, self._clock.now()))

    async def mark(self, message_id: str, mark: Mark, reason: str, actor: str) -> bool:
        return await self.change(message_id, Marking(mark, True, reason), Act(actor, self._clock.now()))

    async def change(self, message_id: str, marking: Marking, act: Act) -> bool:
        """False: it was so already, and nothing is written. BadValue for no reason, NotFound, and Conflict for a
        message that was erased."""
        problem = reason_problem(marking.reason)
        if problem is not None:
            raise BadValue("reason", problem)
        directory = await self._directory.current()
        changed: bool = await patiently(PATIENCE_SECONDS)(self._change, message_id, marking, act, directory)
        return changed

    async def _listened(self, message_id: str, act: Act) -> None:
        heard = update(voicemail_message).where(voicemail_message.c.id == message_id).values(heard=True)
        async with self._database.write() as tx:
            await tx.execute(heard)
            await note_act(tx, act, "voicemail_message.listen", ("voicemail_message", message_id))

    async def _change(self, message_id: str, marking: Marking, act: Act, directory: Directory) -> bool:
        name = marking.mark.value
        async with self._database.write() as tx:
            wanted = select(voicemail_message).where(voicemail_message.c.id == message_id).with_for_update()
            row = (await tx.execute(wanted)).first()
            if row is None:
                raise NotFound("voicemail message", message_id)
            if row.erased_at is not None:
                raise Conflict("the message was erased")
            if bool(getattr(row, name)) is marking.on:
                return False
            values = {name: marking.on, f"{name}_by": storable(act.actor), f"{name}_at": act.at}
            await tx.execute(update(voicemail_message).where(voicemail_message.c.id == message_id).values(values))
            detail = {"on": marking.on, "pii_reason": storable(marking.reason, LONGEST_REASON)}
            await note_act(tx, act, f"voicemail_message.{name}", ("voicemail_message", message_id), detail)
            if marking.on and marking.mark is Mark.SECRET:
                await _keep_here(tx, message_id)
            if marking.on and marking.mark is Mark.THREAT:
                await self._tell_manager(tx, row, directory, act.at)
            return True

    async def _tell_manager(self, tx: AsyncConnection, row: Row[Any], directory: Directory, at: datetime) -> None:
        """Whoever answers for the unit and is there; neither number nor recording goes along."""
        mailbox = Mailbox(row.authority_id, row.person_id, row.unit_id, row.group_id)
        unit_id = unit_of(mailbox, directory)
        managers = list(managers_above(unit_id, directory))
        present = [each for each in managers if not is_away(each, directory, at)]
        telling = Telling(tx, directory, at, self._link)
        for reader in await telling.addresses(Readers(tuple((present or managers)[:1]), unit_id, "manager")):
            await write_draft(tx, self._draft(row, reader, directory), at)

    def _draft(self, row: Row[Any], reader: Reader, directory: Directory) -> Draft:
        authority = directory.authority(row.authority_id)
        unit = directory.unit(
            unit_of(Mailbox(row.authority_id, row.person_id, row.unit_id, row.group_id), directory) or 0
        )
        facts = ThreatFacts(
            authority=authority.name if authority is not None else "",
            unit=unit.name if unit is not None else "",
            received_at=row.received_at,
            link=f"{self._link}/api/v1/voicemail-messages/{row.id}",
            reader=reader.first_name,
        )
        words = threat_letter(facts, reader.language)
        headers = {"From-Name": facts.authority, "Content-Language": reader.language}
        return Draft(reader.address, words.subject, words.body, headers)


async def _keep_here(tx: AsyncConnection, message_id: str) -> None:
    """A letter that still waits goes without the recording (R46)."""
    waiting = update(outbox).where(outbox.c.attachment_of == message_id, outbox.c.state == "waiting")
    await tx.execute(waiting.values(attachment_sha256=None))
