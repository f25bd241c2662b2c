"""The directory in memory answers like a plain search through all rows, after any changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.directory import (
    Absence,
    Authority,
    DestinationKind,
    Device,
    Directory,
    Extension,
    FunctionMember,
    Greeting,
    OperatorSession,
    Person,
    PhoneNumber,
    Policy,
    RoutingRule,
)
from switchboard.domain.directory_index import TABLES, DirectoryIndex, Record
from tests.builders import ANNA, ERIK, norrby, to_person
from tests.domain.strategies import ROWS

STEPS = st.lists(ROWS | st.tuples(st.sampled_from([*TABLES.values()]), st.integers(1, 4)), max_size=40)


def _after(steps: list[Record | tuple[str, int]]) -> tuple[DirectoryIndex, dict[tuple[str, int], Record]]:
    index = DirectoryIndex()
    plain: dict[tuple[str, int], Record] = {}
    for step in steps:
        if isinstance(step, tuple):
            index.remove(*step)
            plain.pop(step, None)
        else:
            index.put(step)
            plain[TABLES[type(step)], step.id] = step
    return index, plain


def _by_id(row: Record) -> tuple[int, ...]:
    return (row.id,)


@given(STEPS)
def test_every_look_up_agrees_with_a_search(steps: list[Record | tuple[str, int]]) -> None:
    index, plain = _after(steps)

    rows = sorted(plain.values(), key=_by_id)
    authorities = [row for row in rows if isinstance(row, Authority)]
    assert [*index.authorities()] == authorities
    for id in range(6):
        assert index.person(id) == plain.get(("person", id))
        assert index.schedule(id) == plain.get(("schedule", id))
        assert [*index.policies(id)] == [r for r in rows if isinstance(r, Policy) and r.authority_id == id]
        assert [*index.devices(id)] == [r for r in rows if isinstance(r, Device) and r.person_id == id]
        assert [*index.absences(id)] == [r for r in rows if isinstance(r, Absence) and r.person_id == id]
        sessions = [r for r in rows if isinstance(r, OperatorSession) and r.group_id == id]
        assert [*index.operator_sessions(id)] == sessions
        members = [r for r in rows if isinstance(r, FunctionMember) and r.group_id == id]
        assert [*index.members(id)] == sorted(members, key=lambda each: each.position)
        rules = [r for r in rows if isinstance(r, RoutingRule) and r.authority_id == id]
        assert [*index.routing_rules(id)] == sorted(rules, key=lambda each: each.priority)
        recordings = [r for r in rows if isinstance(r, Greeting) and (r.owner_kind, r.owner_id) == ("unit", id)]
        assert [*index.greetings("unit", id)] == recordings
    for row in rows:
        match row:
            case PhoneNumber():
                assert index.phone_number(row.e164) == _first(rows, PhoneNumber, "e164", row.e164)
            case Device():
                assert index.device(row.account) == _first(rows, Device, "account", row.account)
            case Extension():
                found = index.extension(row.authority_id, row.digits)
                assert found is not None
                assert (found.authority_id, found.digits) == (row.authority_id, row.digits)
                assert found.id <= row.id
            case _:
                assert row in index.rows(type(row))


def _first(rows: list[Record], kind: type[Record], field: str, value: str) -> Record:
    return next(row for row in rows if isinstance(row, kind) and getattr(row, field) == value)


@given(STEPS)
def test_what_is_removed_leaves_nothing_behind(steps: list[Record | tuple[str, int]]) -> None:
    index, plain = _after(steps)
    for table, id in plain:
        index.remove(table, id)
    assert all(not [*index.rows(kind)] for kind in TABLES)
    assert not index.authorities()
    assert not any(index.policies(id) or index.devices(id) or index.members(id) for id in range(6))
    assert not any(kept._rows or kept._in_order for group in index._indexes.values() for kept in group)


def test_a_changed_row_is_found_under_its_new_key_only() -> None:
    index = norrby()
    row = index.extension(1, "211")
    assert row is not None
    index.put(Extension(row.id, 1, "299", to_person(ERIK)))
    assert index.extension(1, "211") is None
    assert index.extension_of(ERIK.id) == index.extension(1, "299")
    index.put(Extension(row.id, 1, "299", to_person(ANNA)))
    assert index.extension_of(ERIK.id) is None


def test_the_extension_of_a_person_leads_to_the_person() -> None:
    index = norrby()
    for person in index.rows(Person):
        extension = index.extension_of(person.id)
        assert extension is not None
        assert extension.destination.kind is DestinationKind.PERSON
        assert extension.destination.key == str(person.id)


def test_faults_are_over_when_the_row_is_put_or_removed() -> None:
    index = norrby()
    index.record_fault("person", str(ANNA.id), "title: too long")
    index.record_fault("person", "99", "name: is empty")
    faults = index.faults()
    assert dict(faults) == {("person", "10"): "title: too long", ("person", "99"): "name: is empty"}
    assert index.person(ANNA.id) == ANNA
    index.put(ANNA)
    index.remove("person", 99)
    assert dict(faults) == {}


def test_an_unknown_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        norrby().remove("teapot", 1)


def test_it_is_a_directory() -> None:
    directory: Directory = norrby()
    assert directory.authority(1) is not None
