"""Absences: listed, set, cleared (R1, R2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.changes import Act, NewAbsence
from switchboard.db.calendars import end_absences
from switchboard.db.directory_store.rule_rows import LONG_AGO
from switchboard.db.engine import Database
from switchboard.db.queries.audit import note_act
from switchboard.db.queries.names import authority_is, find_person, person_is
from switchboard.db.queries.paging import id_before
from switchboard.db.tables import absence, person
from switchboard.domain.absence import absence_in_force
from switchboard.domain.calendar.sources import source_of
from switchboard.domain.directory import Absence, AbsenceReason
from switchboard.errors import BadValue, NotFound
from switchboard.local_time import is_before
from switchboard.views import AbsenceView, Filter, Page, Slice

BATCH = 500
_deputy = person.alias("deputy")


class Absences:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, narrow: Filter, part: Slice, now: datetime) -> Page[AbsenceView]:
        """Latest written first. `status` is `past`, `current` or `coming`.

        Times are compared here and not in SQL: an administrator may have typed one in another form.
        """
        after = id_before(part)
        found: list[AbsenceView] = []
        async with self._database.read() as tx:
            while len(found) <= part.limit:
                rows = (await tx.execute(_absences().where(*_conditions(narrow, after)).limit(BATCH))).all()
                found += [view for view in map(absence_view, rows) if _counts(view, narrow, now)]
                if len(rows) < BATCH:
                    break
                after = rows[-1].id
        shown = tuple(found[: part.limit])
        return Page(shown, (shown[-1].id,) if len(found) > part.limit else None)

    async def set(self, new: NewAbsence, act: Act) -> AbsenceView:
        """BadValue where a field cannot be accepted."""
        start = new.start or act.at
        _refuse_wrong(new, start, act.at)
        async with self._database.write() as tx:
            values = {**await _row(tx, new, start), "recorded_at": act.at}
            id = (await tx.execute(insert(absence).values(**values).returning(absence.c.id))).scalar_one()
            await note_act(tx, act, "absence.set", ("absence", id), {"person_id": values["person_id"]})
            return absence_view((await tx.execute(_absences().where(absence.c.id == id))).one())

    async def clear(self, id: int, act: Act) -> None:
        """What a calendar gave stays cleared, for that occurrence."""
        async with self._database.write() as tx:
            if not await end_absences(tx, [id], act):
                raise NotFound("absence", id)

    async def clear_of(self, who: str, act: Act) -> tuple[AbsenceView, ...]:
        """End what is in force of the person written as in NewAbsence, and give what ended; coming absences stay."""
        async with self._database.write() as tx:
            person_id = await find_person(tx, "person", who)
            rows = (await tx.execute(_absences().where(absence.c.person_id == person_id))).all()
            ending = tuple(view for view in map(absence_view, rows) if status_of(view, act.at) == "current")
            await end_absences(tx, [view.id for view in ending], act)
        return ending


async def absences_of(tx: AsyncConnection, person_ids: Iterable[int]) -> Mapping[int, Sequence[AbsenceView]]:
    """Of each person who has any."""
    found: dict[int, list[AbsenceView]] = {}
    for row in await tx.execute(_absences().where(absence.c.person_id.in_(list(person_ids)))):
        found.setdefault(row.person_id, []).append(absence_view(row))
    return found


def which_counts(views: Sequence[AbsenceView], now: datetime) -> AbsenceView | None:
    """The absence in force, with the time when the person is really back: what callers are told too."""
    by_id = {view.id: view for view in views}
    counting = absence_in_force(map(_as_rule_sees_it, views), now)
    return replace(by_id[counting.id], until=counting.until) if counting else None


def _as_rule_sees_it(view: AbsenceView) -> Absence:
    known = view.reason in {reason.value for reason in AbsenceReason}
    return Absence(
        id=view.id,
        person_id=view.person_id,
        reason=AbsenceReason(view.reason) if known else AbsenceReason.OTHER,
        start=view.start or LONG_AGO,
        until=view.until,
        open=view.open,
        deputy_id=view.deputy_id,
        source=view.source,
    )


def status_of(view: AbsenceView, at: datetime) -> str:
    """`past`, `current` or `coming`; an absence without a readable start has always been."""
    if view.until is not None and not is_before(at, view.until):
        return "past"
    return "coming" if view.start is not None and is_before(at, view.start) else "current"


def absence_view(row: Row[Any]) -> AbsenceView:
    return AbsenceView(
        id=row.id,
        person=row.person,
        reason=row.reason,
        start=row.start,
        until=row.until,
        open=row.open,
        deputy=row.deputy,
        source=row.source,
        person_id=row.person_id,
        deputy_id=row.deputy_id,
        recorded_at=row.recorded_at,
    )


def _absences() -> Select[Any]:
    named = absence.join(person, person.c.id == absence.c.person_id).outerjoin(
        _deputy, _deputy.c.id == absence.c.deputy_id
    )
    return (
        select(absence, person.c.name.label("person"), _deputy.c.name.label("deputy"))
        .select_from(named)
        .order_by(absence.c.id.desc())
    )


def _conditions(narrow: Filter, after: int | None) -> list[ColumnElement[bool]]:
    found = [
        authority_is(person.c.authority_id, narrow.authority) if narrow.authority else None,
        person_is(absence.c.person_id, narrow.person) if narrow.person else None,
        absence.c.id < after if after is not None else None,
    ]
    return [condition for condition in found if condition is not None]


def _counts(view: AbsenceView, narrow: Filter, now: datetime) -> bool:
    starts_in_time = narrow.before is None or view.start is None or is_before(view.start, narrow.before)
    ends_in_time = narrow.since is None or view.until is None or is_before(narrow.since, view.until)
    return starts_in_time and ends_in_time and narrow.status in (None, status_of(view, now))


def _refuse_wrong(new: NewAbsence, start: datetime, now: datetime) -> None:
    reasons = [reason.value for reason in AbsenceReason]
    if new.reason not in reasons:
        raise BadValue("reason", f"must be one of {', '.join(reasons)}")
    if source_of(new.source) is not None:
        raise BadValue("source", "is one of the calendars that are followed here; they speak for themselves")
    if new.until is not None and not is_before(start, new.until):
        raise BadValue("until", "must be after the start")
    if new.until is not None and not is_before(now, new.until):
        raise BadValue("until", "has passed already")


async def _row(tx: AsyncConnection, new: NewAbsence, start: datetime) -> dict[str, Any]:
    person_id = await find_person(tx, "person", new.person)
    deputy_id = await find_person(tx, "deputy", new.deputy) if new.deputy else None
    if deputy_id == person_id:
        raise BadValue("deputy", "nobody can stand in for themselves")
    return {
        "person_id": person_id,
        "reason": new.reason,
        "start": start,
        "until": new.until,
        "open": new.open,
        "deputy_id": deputy_id,
        "source": new.source,
    }
