"""From notices to letters: to whom, in which language, with the recording or a link to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.db.jobs.outbox import Draft, write_draft
from switchboard.db.tables import callback_event, callback_task, notice, person, unit, voicemail_message
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Directory, Language, Policy
from switchboard.domain.keeping.marks import audio_may_leave
from switchboard.domain.letters import Facts, LetterKind, write_letter
from switchboard.domain.mailbox.codes import code_to_hear
from switchboard.domain.tasks.life import TaskState
from switchboard.domain.tasks.rota import Readers, readers_of

LOCAL_KINDS = {each.value for each in LetterKind}


@dataclass(frozen=True, slots=True)
class Reader:
    """`first_name` empty: a shared mailbox."""

    address: str
    language: Language
    first_name: str = ""


class Telling:
    """What is told within one transaction."""

    def __init__(self, tx: AsyncConnection, directory: Directory, now: datetime, link: str) -> None:
        self.tx = tx
        self.directory = directory
        self.now = now
        self._link = link

    async def tell_new(self, task: TaskState, policy: Policy | None) -> None:
        """Every notice of the task that was not told yet becomes a letter to each of its readers."""
        waiting = select(notice).where(notice.c.task_id == task.id, notice.c.state == "new").order_by(notice.c.id)
        for row in (await self.tx.execute(waiting)).all():
            known = row.kind in LOCAL_KINDS
            readers = await self.addresses(readers_of(task, self.directory, self.now)) if known else []
            for reader in readers:
                await self._write(row, task, policy, reader)
            await self.mark(row.id, told=bool(readers))

    async def mark(self, notice_id: int, *, told: bool) -> None:
        state = "told" if told else "nobody"
        await self.tx.execute(update(notice).where(notice.c.id == notice_id).values(state=state))

    async def addresses(self, readers: Readers) -> Sequence[Reader]:
        """Those of the people; where none of them has one, that of the unit's mailbox."""
        found = [reader for each in readers.people if (reader := await self._of_person(each)) is not None]
        if found or readers.unit_id is None:
            return found
        shared = str(await self.tx.scalar(select(unit.c.email).where(unit.c.id == readers.unit_id)) or "")
        return [Reader(shared.strip(), "sv")] if is_address(shared) else []

    def authority_name(self, task: TaskState) -> str:
        authority = self.directory.authority(task.mailbox.authority_id)
        return authority.name if authority is not None else ""

    def owner_name(self, task: TaskState, mailbox: Mailbox | None = None) -> str:
        """Of the task's mailbox, or of another."""
        mailbox = mailbox or task.mailbox
        owners = (
            self.directory.person(mailbox.person_id or 0),
            self.directory.function_group(mailbox.group_id or 0),
            self.directory.unit(mailbox.unit_id or 0),
        )
        return next((each.name for each in owners if each is not None), self.authority_name(task))

    def headers(self, task: TaskState, language: Language) -> dict[str, str]:
        return sender(self.authority_name(task), language)

    async def _of_person(self, person_id: int) -> Reader | None:
        row = (await self.tx.execute(select(person).where(person.c.id == person_id))).first()
        if row is None or not is_address(row.email):
            return None
        language: Language = "en" if row.language == "en" else "sv"
        return Reader(row.email.strip(), language, row.name.split()[0] if row.name.split() else "")

    async def _write(self, row: Row[Any], task: TaskState, policy: Policy | None, reader: Reader) -> None:
        message = await self._message(row.message_id, task)
        secret = bool(await secret_tasks(self.tx, [task.id])) or (message is not None and bool(message.secret))
        allowed = policy is not None and policy.mail_audio
        attached = message is not None and audio_may_leave(secret=secret, mail_audio=allowed)
        message_box = _left_for(message)
        facts = Facts(
            authority=self.authority_name(task),
            name=self.owner_name(task, message_box),
            received_at=message.received_at if message is not None else task.received_at,
            link=self._link_to(message, task),
            reader=reader.first_name,
            caller=task.caller,
            due=task.due,
            promised=task.promised_at is not None,
            seconds=message.duration_s if message is not None else None,
            audio_attached=attached,
            secret=secret,
            listen=code_to_hear(message_box, task.mailbox, self.directory),
            source=await self._source(task),
            email_counts=policy is not None and policy.email_counts,
            note=await self._note(task),
        )
        words = write_letter(LetterKind(row.kind), facts, reader.language)
        await write_draft(
            self.tx,
            Draft(
                recipient=reader.address,
                subject=words.subject,
                body=words.body,
                headers=self.headers(task, reader.language),
                notice_id=row.id,
                attachment=message.sha256 if message is not None and attached else None,
                attachment_of=message.id if message is not None and attached else None,
            ),
            self.now,
        )

    async def _message(self, message_id: str | None, task: TaskState) -> Row[Any] | None:
        """The one that the notice names, else the latest of the task; none that was erased."""
        kept = voicemail_message.c
        condition = kept.id == message_id if message_id is not None else kept.task_id == task.id
        there = select(voicemail_message).where(condition, kept.erased_at.is_(None))
        wanted = there.order_by(kept.received_at.desc()).limit(1)
        found: Row[Any] | None = (await self.tx.execute(wanted)).first()
        return found

    async def _source(self, task: TaskState) -> str:
        """What the caller was told depends on how they sought us."""
        wanted = select(callback_task.c.source).where(callback_task.c.id == task.id)
        return str(await self.tx.scalar(wanted) or "")

    async def _note(self, task: TaskState) -> str:
        """What whoever opened it wrote."""
        opened = select(callback_event.c.detail).where(
            callback_event.c.task_id == task.id, callback_event.c.kind == "opened"
        )
        detail = await self.tx.scalar(opened.limit(1))
        note = (detail or {}).get("note", "")
        return " ".join(str(note).split())

    def _link_to(self, message: Row[Any] | None, task: TaskState) -> str:
        if message is None:
            return f"{self._link}/api/v1/callback-tasks/{task.id}"
        return f"{self._link}/api/v1/voicemail-messages/{message.id}/audio"


def _left_for(message: Row[Any] | None) -> Mailbox | None:
    """Whom the caller sought, whoever has the task now."""
    if message is None:
        return None
    return Mailbox(message.authority_id, message.person_id, message.unit_id, message.group_id)


async def secret_tasks(tx: AsyncConnection, task_ids: Collection[str]) -> Collection[str]:
    """Those with a message that is marked secret: of these no e-mail tells who called (R46)."""
    kept = voicemail_message.c
    marked = select(kept.task_id).where(kept.task_id.in_(task_ids), kept.secret)
    return set((await tx.execute(marked)).scalars())


def sender(name: str, language: Language) -> dict[str, str]:
    """Header fields that say which authority writes, and in which language."""
    shown = f"{name}, {'telefonväxeln' if language == 'sv' else 'the switchboard'}" if name else ""
    return {"From-Name": shown, "Content-Language": language}


def is_address(text: object) -> bool:
    """Good enough to try: what it is worth the mail server says."""
    if not isinstance(text, str):
        return False
    name, _, domain = text.strip().rpartition("@")
    return bool(name) and bool(domain) and text.strip().isprintable() and " " not in text.strip()
