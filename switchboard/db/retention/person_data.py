"""What is kept about one person: handed out on request, and erased on request (GDPR, articles 15 and 17; R44)."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import AudioStore
from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.retention.erasing import Erasure, by_authority, erase
from switchboard.db.retention.found import Found, find_these
from switchboard.db.retention.free_text import find_in_texts
from switchboard.db.retention.mentions import forget_in_acts, forget_in_calls, mentions_elsewhere, mentions_in
from switchboard.db.retention.ownerless import erase_in_force
from switchboard.db.retention.subjects import Subject, find_subject
from switchboard.db.retention.whereabouts import count_left, mentioned, owned_by, rows_of, whereabouts
from switchboard.db.tables import (
    absence,
    audit_log,
    callback_task,
    greeting,
    greeting_version,
    notice,
    outbox,
    pin_lock,
    voicemail_message,
)
from switchboard.domain.call import JsonValue
from switchboard.domain.keeping.retention import Kind

ON_REQUEST = "on request of the person"


class PersonData:
    def __init__(self, database: Database, audio: AudioStore) -> None:
        self._database = database
        self._audio = audio

    async def export(self, who: str, act: Act, names: Sequence[str] = ()) -> Mapping[str, JsonValue]:
        """Tables by name, each a list of rows, `recordings` in base64 by checksum, and as `to_look_at` texts that name
        the person, or one of the `names` they gave. It is noted that it was handed out, not about whom."""
        async with self._database.write() as tx:
            subject = await find_subject(tx, who)
            found: dict[str, list[dict[str, object]]] = {}
            for where in whereabouts(subject):
                found.setdefault(where.table.name, []).extend(await rows_of(tx, where))
            found["call_event"] += await mentioned(tx, subject, {str(row["id"]) for row in found["call"]})
            to_look_at = await find_in_texts(tx, subject.words(names))
            await note_act(tx, act, "person_data.export", ("person", subject.person_id or ""))
        stored = {
            str(value)
            for rows in found.values()
            for row in rows
            for name, value in row.items()
            if _is_audio(name, value)
        }
        recordings = {name: wav for name in sorted(stored) if (wav := await self._recording(name)) is not None}
        return cast("Mapping[str, JsonValue]", {**found, "recordings": recordings, "to_look_at": to_look_at})

    async def erase(
        self, who: str, act: Act, names: Sequence[str] = (), *, dry_run: bool = False
    ) -> Mapping[str, JsonValue]:
        """`erased` and `kept` rows by kind: what a threat mark or a task that has not ended holds stays. `left` rows by
        table are the directory's, where administrators take them out, and logs that have their own time. `to_look_at`:
        texts that still name the person, or one of `names`. `dry_run`: what would be done, and nothing is."""
        async with self._database.write() as tx:
            subject = await find_subject(tx, who)
            erasing = _Erasing(tx, subject, act.at, dry_run)
            await erasing.run()
            left = await count_left(tx, subject)
            to_look_at = await find_in_texts(tx, subject.words(names))
            if not dry_run:
                counts: dict[str, JsonValue] = {**erasing.erased}
                await note_act(tx, act, "person_data.erase", ("person", subject.person_id or ""), counts)
        done = {
            "dry_run": dry_run,
            "erased": erasing.erased,
            "kept": erasing.kept,
            "left": left,
            "to_look_at": to_look_at,
        }
        return cast("Mapping[str, JsonValue]", done)

    async def _recording(self, sha256: str) -> str | None:
        wav = await self._audio.get(sha256)
        return None if wav is None else base64.b64encode(wav).decode()


def _is_audio(name: str, value: object) -> bool:
    return name.endswith("sha256") and bool(value)


class _Erasing:
    """`erased` and `kept` count rows by kind."""

    def __init__(self, tx: AsyncConnection, subject: Subject, at: datetime, dry_run: bool) -> None:
        self._tx = tx
        self._subject = subject
        self._at = at
        self._dry_run = dry_run
        self.erased: dict[str, int] = {}
        self.kept: dict[str, int] = {}

    async def run(self) -> None:
        calls: set[str] = set()
        for kind, condition in _erasable(self._subject, self._at).items():
            found = await find_these(self._tx, kind, condition)
            free = [each for each in found if not each.stored.threat and not each.stored.task_open]
            if kind is Kind.CALLS:
                calls = {str(each.key) for each in found}
            await self._erase(kind, free)
            self._count(kind, len(free), len(found) - len(free))
        await self._greetings()
        await self._mentions(calls)

    def _count(self, kind: Kind, erased: int, kept: int = 0) -> None:
        self.erased[kind.value] = self.erased.get(kind.value, 0) + erased
        self.kept[kind.value] = self.kept.get(kind.value, 0) + kept

    async def _erase(self, kind: Kind, free: Sequence[Found]) -> None:
        if self._dry_run:
            return
        for authority_id, keys in by_authority((each.stored.authority_id, each.key) for each in free):
            await erase(self._tx, Erasure(kind, keys, ON_REQUEST, authority_id), self._at)

    async def _greetings(self) -> None:
        """Those in force too: callers then hear a composed one."""
        versions, in_force = [await self._ids(table) for table in (greeting_version, greeting)]
        self._count(Kind.GREETINGS, len(versions) + len(in_force))
        if self._dry_run:
            return
        if versions:
            await erase(self._tx, Erasure(Kind.GREETINGS, versions, ON_REQUEST), self._at)
        await erase_in_force(self._tx, in_force, ON_REQUEST, self._at)

    async def _ids(self, table: Any) -> list[int]:  # noqa: ANN401  greeting or greeting_version
        return list((await self._tx.execute(select(table.c.id).where(owned_by(self._subject, table)))).scalars())

    async def _mentions(self, own_calls: set[str]) -> None:
        events = await mentions_elsewhere(self._tx, self._subject, own_calls)
        acts = await mentions_in(self._tx, audit_log, self._subject)
        self._count(Kind.CALLS, len(events))
        self._count(Kind.AUDIT, len(acts))
        if not self._dry_run:
            await forget_in_calls(self._tx, events, ON_REQUEST, self._at)
            await forget_in_acts(self._tx, acts, ON_REQUEST, self._at)


def _erasable(subject: Subject, now: datetime) -> Mapping[Kind, ColumnElement[bool]]:
    """Of a colleague, beside what they did as a caller: letters to them, absences that are over, locks of their PIN.
    Messages that they were left are their callers', and the authority's."""
    tasks = select(callback_task.c.id).where(subject.tasks())
    about = outbox.c.notice_id.in_(select(notice.c.id).where(notice.c.task_id.in_(tasks)))
    unlocked = or_(pin_lock.c.locked_until.is_(None), pin_lock.c.locked_until <= now)
    return {
        Kind.LETTERS: or_(subject.letters(), about),
        Kind.AUDIO: subject.called(voicemail_message),
        Kind.CALLS: subject.calls(),
        Kind.TASKS: subject.tasks(),
        Kind.ABSENCES: (absence.c.person_id == subject.person_id) & (absence.c.until < now),
        Kind.PINS: pin_lock.c.subject.in_((*subject.numbers, *subject.mailboxes)) & unlocked,
    }
