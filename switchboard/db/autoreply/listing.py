"""What is asked about autoreplies: the texts of a person, and who is absent by phone or by mail alone."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, or_, select

from switchboard.db.autoreply.composing import Composed, compose
from switchboard.db.autoreply.rows import seen_state
from switchboard.db.engine import Database
from switchboard.db.queries.names import authority_is, find_person, person_is
from switchboard.db.queries.paging import id_before
from switchboard.db.tables import authority, autoreply, person, unit
from switchboard.domain.absence import absence_in_force
from switchboard.domain.autoreply import expected_by_mail, find_disparity
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import Absence, Directory, Person
from switchboard.domain.working_days import local_date
from switchboard.errors import BadValue
from switchboard.views import AutoreplyStateView, AutoreplyTextView, Filter, Page, Slice

BATCH = 500


class Autoreplies:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def texts(self, who: str, directory: Directory, now: datetime) -> tuple[AutoreplyTextView, ...]:
        """Of the person written as in NewAbsence: the absence in force, then those that are coming. BadValue."""
        async with self._database.read() as tx:
            found = directory.person(await find_person(tx, "person", who))
            composed = await compose(tx, found, directory, now) if found is not None else ()
        return tuple(_text(found, each) for each in composed) if found is not None else ()

    async def parity(
        self, narrow: Filter, part: Slice, directory: Directory, now: datetime
    ) -> Page[AutoreplyStateView]:
        """By id. Those with a disparity or an error, and with the status `all` everybody whose mailbox is known of."""
        if narrow.status not in (None, "all"):
            raise BadValue("status", "is all, or left out")
        after = id_before(part)
        found: list[AutoreplyStateView] = []
        async with self._database.read() as tx:
            while len(found) <= part.limit:
                rows = (await tx.execute(_states(narrow, after))).all()
                views = [_state(row, directory, now) for row in rows]
                found += [each for each in views if narrow.status == "all" or each.disparity or each.error]
                if len(rows) < BATCH:
                    break
                after = rows[-1].id
        shown = tuple(found[: part.limit])
        return Page(shown, (shown[-1].person_id,) if len(found) > part.limit else None)


def _states(narrow: Filter, after: int | None) -> Select[Any]:
    named = (
        person.join(authority, authority.c.id == person.c.authority_id)
        .outerjoin(unit, unit.c.id == person.c.unit_id)
        .join(autoreply, autoreply.c.person_id == person.c.id)
    )
    known = or_(autoreply.c.seen_at.is_not(None), autoreply.c.error.is_not(None))
    wanted = select(
        person.c.id,
        person.c.name,
        authority.c.name.label("authority"),
        unit.c.name.label("unit"),
        autoreply,
    )
    conditions = [
        known,
        authority_is(person.c.authority_id, narrow.authority) if narrow.authority else None,
        person_is(person.c.id, narrow.person) if narrow.person else None,
        person.c.id > after if after is not None else None,
    ]
    fitting = wanted.select_from(named).where(*(each for each in conditions if each is not None))
    return fitting.order_by(person.c.id).limit(BATCH)


def _state(row: Row[Any], directory: Directory, now: datetime) -> AutoreplyStateView:
    absence = absence_in_force(directory.absences(row.id), now)
    expected = absence is not None and _expected(absence, directory.person(row.id), directory, now)
    seen = seen_state(row.seen)
    # What was seen before the absence began tells nothing about it.
    timely = absence is None or (
        row.seen_at is not None and row.seen_at.astimezone(UTC) >= absence.start.astimezone(UTC)
    )
    found = find_disparity(absent=absence is not None, expected=expected, seen=seen if timely else None)
    return AutoreplyStateView(
        person_id=row.id,
        person=row.name,
        authority=row.authority,
        unit=row.unit,
        absent=absence is not None,
        until=absence.until if absence is not None else None,
        expected=expected,
        seen=seen.value if seen is not None else None,
        seen_at=row.seen_at,
        disparity=found,
        error=row.error,
        tries=row.failures,
    )


def _expected(absence: Absence, who: Person | None, directory: Directory, now: datetime) -> bool:
    policies = directory.policies(who.authority_id) if who is not None else ()
    return expected_by_mail(absence, policy_in_force(policies, local_date(now)))


def _text(who: Person, each: Composed) -> AutoreplyTextView:
    referral = each.facts.referral
    return AutoreplyTextView(
        person_id=who.id,
        person=who.name,
        absence_id=each.occasion.absence.id,
        start=each.occasion.absence.start,
        until=each.facts.until,
        in_force=each.occasion.in_force,
        subject=each.reply.subject,
        swedish=each.reply.swedish,
        english=each.reply.english,
        body=each.reply.body,
        referral=referral.kind,
        referral_name=referral.name,
        referral_number=referral.number or None,
        referral_email=referral.email or None,
    )
