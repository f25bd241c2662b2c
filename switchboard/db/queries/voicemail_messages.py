"""Voicemail messages as lists show them (R11)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, update

from switchboard.changes import Act
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.names import authority_is, person_is, with_owner_names
from switchboard.db.queries.paging import fetch_page
from switchboard.db.tables import voicemail_message
from switchboard.errors import NotFound
from switchboard.views import Filter, Page, Slice, VoicemailMessageView

_KEY = (voicemail_message.c.received_at, voicemail_message.c.id)


class VoicemailMessages:
    """`on_change` is told after each commit that may change a message lamp."""

    def __init__(self, database: Database, on_change: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._on_change = on_change

    async def page(self, narrow: Filter, part: Slice) -> Page[VoicemailMessageView]:
        """Newest first. `status` is `heard`, `unheard` or `deleted`; what was deleted is listed only when asked for."""
        async with self._database.read() as tx:
            return await fetch_page(tx, _messages().where(*_conditions(narrow)), _KEY, part, _view)

    async def one(self, id: str) -> VoicemailMessageView:
        async with self._database.read() as tx:
            row = (await tx.execute(_messages().where(voicemail_message.c.id == id))).first()
        if row is None:
            raise NotFound("voicemail message", id)
        return _view(row)

    async def listened(self, id: str, act: Act, *, to_preface: bool = False) -> None:
        """Somebody fetched the audio: it counts as heard, and the audit log says by whom (R45)."""
        heard = update(voicemail_message).where(voicemail_message.c.id == id).values(heard=True)
        async with self._database.write() as tx:
            if not to_preface:
                await tx.execute(heard)
            detail = {"preface": True} if to_preface else None
            await note_act(tx, act, "voicemail_message.listen", ("voicemail_message", id), detail)
        self._on_change()


def _messages() -> Select[Any]:
    return with_owner_names(voicemail_message)


def _conditions(narrow: Filter) -> list[ColumnElement[bool]]:
    message = voicemail_message.c
    found = [
        authority_is(message.authority_id, narrow.authority) if narrow.authority else None,
        person_is(message.person_id, narrow.person) if narrow.person else None,
        message.deleted_at.is_not(None) if narrow.status == "deleted" else message.deleted_at.is_(None),
        message.heard.is_(narrow.status == "heard") if narrow.status in ("heard", "unheard") else None,
        message.received_at >= narrow.since if narrow.since else None,
        message.received_at < narrow.before if narrow.before else None,
    ]
    return [condition for condition in found if condition is not None]


def _view(row: Row[Any]) -> VoicemailMessageView:
    return VoicemailMessageView(
        id=row.id,
        call_id=row.call_id,
        authority=row.authority or f"#{row.authority_id}",
        person=row.person,
        unit=row.unit,
        caller=row.caller,
        received_at=row.received_at,
        duration_s=row.duration_s,
        sha256=row.sha256,
        secret=row.secret,
        heard=row.heard,
        person_id=row.person_id,
        unit_id=row.unit_id,
        group=row.group,
        spoken_by=row.spoken_by,
        deleted_at=row.deleted_at,
        preface_sha256=row.preface_sha256,
        forwarded_from=row.forwarded_from,
        forwarded_by=row.forwarded_by,
        threat=row.threat,
        secret_by=row.secret_by,
        secret_at=row.secret_at,
        threat_by=row.threat_by,
        threat_at=row.threat_at,
        erased_at=row.erased_at,
        registered_as=row.registered_as,
        registered_at=row.registered_at,
    )
