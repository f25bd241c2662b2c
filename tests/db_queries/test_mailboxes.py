"""For whom a callback task is, by what somebody wrote."""

import pytest
from sqlalchemy import insert

from switchboard.db.engine import Database
from switchboard.db.queries.mailboxes import Kind, Mailboxes
from switchboard.db.tables import function_group, person, unit
from switchboard.domain.callback import Mailbox
from switchboard.errors import BadValue
from tests.demo_house import id_of


@pytest.mark.requirement("R20")
@pytest.mark.parametrize("written", ["211", "Erik Lund", "erik lund", "+46980319211", "#id"])
async def test_a_person_is_meant_as_elsewhere(house: Database, written: str) -> None:
    erik = await id_of(house, person, "Erik Lund")
    found = await Mailboxes(house).of("person", written.replace("id", str(erik)), None)
    assert found == Mailbox(1, person_id=erik)


async def test_a_unit_and_a_function_are_meant_by_name_or_id(house: Database) -> None:
    bygglov, group = await id_of(house, unit, "Bygglov"), await id_of(house, function_group, "Bygglov")
    for written in ("Bygglov", " bygglov ", f"#{bygglov}"):
        assert await Mailboxes(house).of("unit", written, "Norrby kommun") == Mailbox(1, unit_id=bygglov)
    for written in ("Bygglov", f"#{group}"):
        found = await Mailboxes(house).of("group", written, None)
        assert (found.authority_id, found.group_id, found.person_id) == (1, group, None)


async def test_a_name_that_two_authorities_have_is_told_apart_by_the_authority(house: Database) -> None:
    async with house.write() as tx:
        await tx.execute(insert(unit).values(authority_id=2, name="Bygglov"))
    with pytest.raises(BadValue, match=r"not one unit: #\d+ Bygglov \(Norrby kommun\), #\d+ Bygglov \(Söderås"):
        await Mailboxes(house).of("unit", "Bygglov", None)
    assert (await Mailboxes(house).of("unit", "Bygglov", "2")).authority_id == 2


@pytest.mark.parametrize(
    ("kind", "written", "authority", "field"),
    [
        ("person", "999", None, "person"),
        ("unit", "Nowhere", None, "unit"),
        ("unit", "Bygglov", "Söderås kommunalteknik", "unit"),
        ("unit", "Bygglov", "Nowhere", "authority"),
        ("unit", "#99999999999999999999", None, "unit"),
        ("group", "#x", None, "group"),
        ("group", "", None, "group"),
    ],
)
async def test_nobody_is_told_by_field(
    house: Database, kind: Kind, written: str, authority: str | None, field: str
) -> None:
    with pytest.raises(BadValue) as refused:
        await Mailboxes(house).of(kind, written, authority)
    assert refused.value.field == field
