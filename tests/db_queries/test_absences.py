"""Absences: set, listed, cleared; who is away now (R1, R2)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from switchboard.changes import Act, NewAbsence
from switchboard.db.engine import Database
from switchboard.db.queries.absences import Absences
from switchboard.db.queries.people import People
from switchboard.db.tables import audit_log, person
from switchboard.errors import BadValue, NotFound
from switchboard.views import Filter, Slice
from tests.demo_house import NOW, id_of, rows_of

ACT = Act("command line (test)", NOW)
LATER = NOW + timedelta(hours=2)


@pytest.mark.requirement("R1")
@pytest.mark.parametrize("who", ["Anna Andersson", "anna andersson", "210", "+46980319210", "#id"])
async def test_an_absence_is_set_for_whoever_is_meant(house: Database, who: str) -> None:
    anna = await id_of(house, person, "Anna Andersson")
    written = NewAbsence(who.replace("id", str(anna)), "meeting", until=LATER, deputy="211")
    view = await Absences(house).set(written, ACT)
    assert (view.person, view.reason, view.start, view.until) == ("Anna Andersson", "meeting", NOW, LATER)
    assert (view.deputy, view.open, view.source, view.recorded_at) == ("Erik Lund", False, "admin", NOW)
    away = (await People(house).one("Anna Andersson", NOW)).absence
    assert away is not None
    assert away.id == view.id
    (entry,) = await rows_of(house, audit_log)
    assert (entry.action, entry.row_key, entry.detail) == ("absence.set", str(view.id), {"person_id": anna})


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (NewAbsence("Nobody Known", "meeting"), "person"),
        (NewAbsence("#9999999999", "meeting"), "person"),
        (NewAbsence("220", "meeting"), "person"),
        (NewAbsence("210", "holiday"), "reason"),
        (NewAbsence("210", "meeting", until=NOW), "until"),
        (NewAbsence("210", "meeting", start=NOW - timedelta(days=2), until=NOW - timedelta(days=1)), "until"),
        (NewAbsence("210", "meeting", start=LATER, until=NOW + timedelta(hours=1)), "until"),
        (NewAbsence("210", "meeting", deputy="Nobody"), "deputy"),
        (NewAbsence("210", "meeting", deputy="210"), "deputy"),
    ],
)
async def test_what_cannot_be_accepted_is_refused_by_field_and_changes_nothing(
    house: Database, written: NewAbsence, field: str
) -> None:
    before = len((await Absences(house).page(Filter(), Slice(), NOW)).items)
    with pytest.raises(BadValue) as caught:
        await Absences(house).set(written, ACT)
    assert caught.value.field == field
    assert len((await Absences(house).page(Filter(), Slice(), NOW)).items) == before
    assert await rows_of(house, audit_log) == []


async def test_of_two_people_with_one_name_neither_is_guessed(house: Database) -> None:
    async with house.write() as tx:
        await tx.execute(text("INSERT INTO person (authority_id, name) VALUES (1, 'Erik Lund')"))
    with pytest.raises(BadValue, match=r"Erik Lund is not one person: #\d+ Erik Lund \(Bygglov\), #\d+ Erik Lund"):
        await Absences(house).set(NewAbsence("Erik Lund", "sick"), ACT)


async def test_lists_know_past_current_and_coming(house: Database) -> None:
    absences = Absences(house)
    await absences.set(NewAbsence("210", "course", start=NOW + timedelta(days=5), until=NOW + timedelta(days=6)), ACT)

    async def names(narrow: Filter) -> set[str]:
        return {view.person for view in (await absences.page(narrow, Slice(), NOW)).items}

    assert await names(Filter(status="coming")) == {"Anna Andersson"}
    assert await names(Filter(status="current")) == {"Erik Lund", "Maria Berg", "Johan Ek", "Nils Ås"}
    assert await names(Filter(status="past")) == set()
    assert await names(Filter(status="current", authority="Söderås kommunalteknik")) == {"Nils Ås"}
    assert await names(Filter(person="Maria Berg")) == {"Maria Berg"}


async def test_pages_of_absences_go_through_all_of_them(house: Database) -> None:
    absences = Absences(house)
    first = await absences.page(Filter(status="current"), Slice(3), NOW)
    second = await absences.page(Filter(status="current"), Slice(3, first.next), NOW)
    assert len(first.items) == 3
    assert len({view.id for view in (*first.items, *second.items)}) == 4
    assert second.next is None
    with pytest.raises(BadValue, match="cursor"):
        await absences.page(Filter(), Slice(3, ("x",)), NOW)


async def test_clearing_ends_what_is_in_force_and_leaves_what_is_to_come(house: Database) -> None:
    absences = Absences(house)
    coming = await absences.set(NewAbsence("211", "course", start=NOW + timedelta(days=50)), ACT)
    ended = await absences.clear_of("Erik Lund", ACT)
    assert [view.reason for view in ended] == ["vacation"]
    assert (await People(house).one("Erik Lund", NOW)).absence is None
    assert [view.id for view in (await absences.page(Filter(person="Erik Lund"), Slice(), NOW)).items] == [coming.id]
    assert await absences.clear_of("Erik Lund", ACT) == ()
    await absences.clear(coming.id, ACT)
    with pytest.raises(NotFound):
        await absences.clear(coming.id, ACT)


@pytest.mark.requirement("R4")
async def test_the_return_time_that_is_shown_is_the_one_that_callers_hear(house: Database) -> None:
    """A meeting until 12:00 and lunch until 13:00: back at 13:00."""
    noon = datetime(2026, 8, 12, 12, 0, tzinfo=NOW.tzinfo)
    await Absences(house).set(NewAbsence("210", "meeting", until=noon), ACT)
    await Absences(house).set(NewAbsence("210", "lunch", start=noon, until=noon + timedelta(hours=1)), ACT)
    away = (await People(house).one("210", NOW)).absence
    assert away is not None
    assert (away.reason, away.until) == ("meeting", noon + timedelta(hours=1))


async def test_a_row_that_an_administrator_got_wrong_hides_no_other(sqlite_house: Database) -> None:
    async with sqlite_house.write() as tx:
        row = "INSERT INTO absence (person_id, reason, start, until) VALUES (1, 'nonsense', 'yesterday', 'some day')"
        await tx.execute(text(row))
    page = await Absences(sqlite_house).page(Filter(), Slice(), NOW)
    assert len(page.items) == 5
    people = {view.id: view for view in (await People(sqlite_house).page(Filter(), Slice(), NOW)).items}
    assert people.keys() >= {1, 2, 3}
    # As the calls see it: what has no readable start has begun.
    away = people[1].absence
    assert away is not None
    assert (away.reason, away.until) == ("nonsense", None)
