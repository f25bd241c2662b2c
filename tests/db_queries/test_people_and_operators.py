"""People and operators."""

import pytest

from switchboard.changes import Act, NewPerson
from switchboard.db.engine import Database
from switchboard.db.queries.operators import Operators
from switchboard.db.queries.people import People
from switchboard.db.tables import audit_log, operator_session, person
from switchboard.errors import BadValue, Conflict
from switchboard.views import Filter, Slice
from tests.demo_house import NOW, id_of, rows_of

ACT = Act("command line (test)", NOW)


@pytest.mark.requirement("R37")
@pytest.mark.parametrize(
    ("narrow", "names"),
    [
        (Filter(text="lund"), ["Erik Lund"]),
        (Filter(text="bygglov"), ["Anna Andersson", "Erik Lund"]),
        (Filter(text="100%"), []),
        (Filter(extension="212"), ["Maria Berg"]),
        (Filter(extension="220"), []),
        (Filter(authority="Söderås kommunalteknik"), ["Nils Ås"]),
        (Filter(person="Johan Ek"), ["Johan Ek"]),
        (Filter(authority="söderås KOMMUNALTEKNIK", person="nils ås"), ["Nils Ås"]),
    ],
)
async def test_people_are_found(house: Database, narrow: Filter, names: list[str]) -> None:
    assert [view.name for view in (await People(house).page(narrow, Slice(), NOW)).items] == names


async def test_people_come_in_pages_by_name(house: Database) -> None:
    people = People(house)
    seen: list[str] = []
    part: Slice | None = Slice(3)
    while part is not None:
        page = await people.page(Filter(), part, NOW)
        seen += [view.name for view in page.items]
        part = Slice(3, page.next) if page.next else None
    assert len(seen) == len(set(seen)) == len(await rows_of(house, person))


async def test_a_person_s_card_names_what_belongs_to_them(house: Database) -> None:
    erik = await People(house).one("211", NOW)
    assert (erik.name, erik.unit, erik.authority, erik.extension) == ("Erik Lund", "Bygglov", "Norrby kommun", "211")
    assert erik.accounts == ("erik",)
    assert erik.absence is not None
    assert (erik.absence.reason, erik.absence.deputy) == ("vacation", "Anna Andersson")


async def test_a_person_is_added_with_an_extension(house: Database) -> None:
    new = NewPerson("Norrby kommun", "Berit Ny", unit="bygglov", title="assistent", extension="215")
    view = await People(house).add(new, ACT)
    assert (view.extension, view.unit, view.absence) == ("215", "Bygglov", None)
    assert await People(house).one("215", NOW) == view
    assert [entry.action for entry in await rows_of(house, audit_log)] == ["person.add"]


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewPerson("Nowhere", "Berit Ny"), "authority"),
        (NewPerson("Norrby kommun", "Berit Ny", unit="Drift"), "unit"),
        (NewPerson("Norrby kommun", "Berit Ny", language="de"), "language"),
        (NewPerson("Norrby kommun", "Berit Ny", extension="2x"), "extension"),
    ],
)
async def test_a_person_that_cannot_be_accepted_is_not_added(house: Database, new: NewPerson, field: str) -> None:
    with pytest.raises(BadValue) as caught:
        await People(house).add(new, ACT)
    assert caught.value.field == field
    assert (await People(house).page(Filter(person="Berit Ny"), Slice(), NOW)).items == ()


async def test_an_extension_is_not_taken_away_from_anybody(house: Database) -> None:
    with pytest.raises(Conflict, match="extension 211 is taken"):
        await People(house).add(NewPerson("Norrby kommun", "Berit Ny", extension="211"), ACT)
    assert (await People(house).one("211", NOW)).name == "Erik Lund"


@pytest.mark.requirement("R26")
async def test_operators_sign_in_pause_and_sign_out(house: Database) -> None:
    operators = Operators(house)

    async def states() -> dict[str, tuple[bool, bool]]:
        return {view.person: (view.signed_in, view.paused) for view in await operators.all()}

    assert await states() == {"Karin Holm": (True, False), "Lars Nyman": (True, False)}
    await operators.sign_out("201", ACT)
    await operators.pause("202", True, ACT)
    assert await states() == {"Karin Holm": (False, False), "Lars Nyman": (True, True)}
    (view,) = await operators.sign_in("201", None, ACT)
    assert (view.person, view.signed_in, view.since) == ("Karin Holm", True, NOW)
    await operators.sign_in("202", "Växeln", ACT)
    assert await states() == {"Karin Holm": (True, False), "Lars Nyman": (True, False)}
    assert len(await rows_of(house, operator_session)) == 2


async def test_whoever_is_in_no_group_answers_for_their_authority(house: Database) -> None:
    (view,) = await Operators(house).sign_in("Nils Ås", None, ACT)
    assert (view.group, view.signed_in) == ("Växeln", True)
    assert await Operators(house).sign_out("Nils Ås", ACT) == []


async def test_a_group_that_does_not_exist_or_has_no_operators_is_refused(house: Database) -> None:
    for group in ("Bygglov", "Nowhere", "99"):
        with pytest.raises(BadValue, match="there is no operators' group"):
            await Operators(house).sign_in("201", group, ACT)


async def test_nobody_pauses_without_having_signed_in(house: Database) -> None:
    await Operators(house).sign_out("201", ACT)
    with pytest.raises(Conflict):
        await Operators(house).pause("201", True, ACT)


async def test_operators_are_narrowed_to_an_authority(house: Database) -> None:
    assert await Operators(house).all("Söderås kommunalteknik") == []
    assert len(await Operators(house).all("Norrby kommun")) == 2
    assert await id_of(house, person, "Karin Holm") in {view.person_id for view in await Operators(house).all()}
