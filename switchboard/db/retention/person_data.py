"""What is kept about one person: handed out on request, and erased on request (GDPR, articles 15 and 17; R44)."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, false, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import AudioStore
from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.names import find_person
from switchboard.db.retention.erasing import Erasure, erase
from switchboard.db.retention.found import find_these
from switchboard.db.tables import (
    absence,
    audit_log,
    call,
    call_event,
    callback_event,
    callback_task,
    device,
    greeting,
    notice,
    outbox,
    person,
    queue_place,
    voicemail_message,
)
from switchboard.domain.call import JsonValue
from switchboard.domain.keeping.retention import Kind
from switchboard.domain.numbers import parse_number
from switchboard.domain.working_days import STOCKHOLM

ON_REQUEST = "on request of the person"
NOT_HANDED_OUT = ("pin_hash", "password", "secret_key")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is meant: `numbers` as they may stand in rows; `person_id` of a colleague."""

    numbers: tuple[str, ...] = ()
    person_id: int | None = None
    accounts: tuple[str, ...] = ()
    email: str = ""


class PersonData:
    def __init__(self, database: Database, audio: AudioStore) -> None:
        self._database = database
        self._audio = audio

    async def export(self, who: str, act: Act) -> Mapping[str, JsonValue]:
        """Tables by name, each a list of rows, and `recordings` in base64 by checksum. It is noted that it was handed
        out, not about whom."""
        async with self._database.write() as tx:
            subject = await find_subject(tx, who)
            found = {table.name: await _rows(tx, table, condition) for table, condition in _kept(subject)}
            await note_act(tx, act, "person_data.export", ("person", subject.person_id or ""))
        names = {str(row["sha256"]) for rows in found.values() for row in rows if row.get("sha256")}
        recordings = {name: await self._recording(name) for name in sorted(names)}
        return {**found, "recordings": {name: wav for name, wav in recordings.items() if wav}}  # type: ignore[dict-item]

    async def erase(self, who: str, act: Act) -> Mapping[str, JsonValue]:
        """What a threat mark or a task that has not ended holds stays, and is counted as `kept`. A colleague's own
        rows (person, absences, greetings) are the directory's: administrators take them out there."""
        erased, kept = dict[str, int](), dict[str, int]()
        async with self._database.write() as tx:
            subject = await find_subject(tx, who)
            for kind, condition in _erasable(subject).items():
                found = await find_these(tx, kind, condition)
                free = [each for each in found if not each.stored.threat and not each.stored.task_open]
                for authority_id in {each.stored.authority_id for each in free}:
                    keys = [each.key for each in free if each.stored.authority_id == authority_id]
                    await erase(tx, Erasure(kind, keys, ON_REQUEST, authority_id), act)
                erased[kind.value], kept[kind.value] = len(free), len(found) - len(free)
            await note_act(tx, act, "person_data.erase", ("person", subject.person_id or ""), {**erased})
        return {"erased": {**erased}, "kept": {**kept}}  # type: ignore[dict-item]

    async def _recording(self, sha256: str) -> str | None:
        wav = await self._audio.get(sha256)
        return None if wav is None else base64.b64encode(wav).decode()


async def find_subject(tx: AsyncConnection, who: str) -> Subject:
    """A number that no colleague has is a caller's. BadValue where it is neither."""
    number = parse_number(who)
    if number is not None and (who.startswith(("+", "0")) or len(who) > 6):
        return Subject(numbers=tuple({who, str(number), _national(str(number))}))
    person_id = await find_person(tx, "who", who)
    accounts = (await tx.execute(select(device.c.account).where(device.c.person_id == person_id))).scalars().all()
    email = await tx.scalar(select(person.c.email).where(person.c.id == person_id))
    return Subject(person_id=person_id, accounts=tuple(accounts), email=str(email or ""))


def _national(e164: str) -> str:
    return "0" + e164.removeprefix("+46") if e164.startswith("+46") else e164


def _erasable(subject: Subject) -> Mapping[Kind, ColumnElement[bool]]:
    """A colleague's messages and tasks are their callers' and the authority's: of a colleague the calls are erased, and
    the letters that they got."""
    tasks = select(callback_task.c.id).where(callback_task.c.caller.in_(subject.numbers))
    letters = outbox.c.recipient == subject.email if subject.email else false()
    return {
        Kind.AUDIO: voicemail_message.c.caller.in_(subject.numbers),
        Kind.TASKS: callback_task.c.id.in_(tasks),
        Kind.CALLS: _calls_of(subject),
        Kind.LETTERS: or_(letters, _about(tasks)),
    }


def _about(tasks: Any) -> ColumnElement[bool]:  # noqa: ANN401  a select of ids
    return outbox.c.notice_id.in_(select(notice.c.id).where(notice.c.task_id.in_(tasks)))


def _calls_of(subject: Subject) -> ColumnElement[bool]:
    outgoing = (call.c.source != "trunk") & call.c.called.in_(subject.numbers)
    return or_(call.c.caller.in_(subject.numbers), outgoing, call.c.account.in_(subject.accounts))


def _kept(subject: Subject) -> Sequence[tuple[Table, ColumnElement[bool]]]:
    """Where the person stands, and which rows."""
    calls = select(call.c.id).where(_calls_of(subject))
    tasks = select(callback_task.c.id).where(callback_task.c.caller.in_(subject.numbers))
    owner = subject.person_id
    return (
        (person, person.c.id == owner),
        (device, device.c.person_id == owner),
        (absence, absence.c.person_id == owner),
        (greeting, (greeting.c.owner_kind == "person") & (greeting.c.owner_id == owner)),
        (call, call.c.id.in_(calls)),
        (call_event, call_event.c.call_id.in_(calls)),
        (queue_place, queue_place.c.number.in_(subject.numbers)),
        (voicemail_message, voicemail_message.c.caller.in_(subject.numbers)),
        (callback_task, callback_task.c.id.in_(tasks)),
        (callback_event, callback_event.c.task_id.in_(tasks)),
        (outbox, (outbox.c.recipient == subject.email) if subject.email else _about(tasks)),
        (audit_log, (audit_log.c.table_name == "person") & (audit_log.c.row_key == str(owner))),
    )


async def _rows(tx: AsyncConnection, table: Table, condition: ColumnElement[bool]) -> list[dict[str, object]]:
    shown = [column for column in table.c if column.name not in NOT_HANDED_OUT]
    rows = await tx.execute(select(*shown).where(condition).order_by(*table.primary_key.columns))
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in rows.all()]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(STOCKHOLM).isoformat()
    return value.isoformat() if isinstance(value, date) else value
