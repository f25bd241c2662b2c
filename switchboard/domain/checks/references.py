"""Ids that name rows which do not exist."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from switchboard.domain.checks.fault import Checked, Fault, error
from switchboard.domain.directory import (
    Absence,
    AbsenceCode,
    Authority,
    CallClass,
    DayOff,
    Device,
    Extension,
    FunctionGroup,
    FunctionMember,
    Greeting,
    OperatorQueue,
    OperatorSession,
    OutgoingRule,
    OverflowRule,
    OwnerKind,
    Person,
    PhoneNumber,
    Policy,
    RoutingRule,
    Schedule,
    UnansweredCalls,
    Unit,
    Watcher,
)
from switchboard.domain.directory_index import TABLES, DirectoryIndex, Record


@dataclass(frozen=True, slots=True)
class _Reference:
    owner: type[Any]
    column: str
    target: type[Any]

    def id(self, record: Record) -> int | None:
        value: int | None = getattr(record, self.column)
        return value


_REFERENCES = (
    *(
        _Reference(owner, "authority_id", Authority)
        for owner in (
            Policy,
            DayOff,
            Unit,
            Person,
            Extension,
            PhoneNumber,
            FunctionGroup,
            Schedule,
            RoutingRule,
            CallClass,
            AbsenceCode,
        )
    ),
    _Reference(Authority, "operators_group_id", FunctionGroup),
    _Reference(Unit, "parent_id", Unit),
    _Reference(Unit, "schedule_id", Schedule),
    _Reference(Person, "unit_id", Unit),
    _Reference(Device, "person_id", Person),
    _Reference(FunctionGroup, "unit_id", Unit),
    _Reference(FunctionGroup, "schedule_id", Schedule),
    _Reference(FunctionMember, "group_id", FunctionGroup),
    _Reference(FunctionMember, "person_id", Person),
    _Reference(Absence, "person_id", Person),
    _Reference(Absence, "deputy_id", Person),
    _Reference(RoutingRule, "schedule_id", Schedule),
    _Reference(OperatorSession, "person_id", Person),
    _Reference(OperatorSession, "group_id", FunctionGroup),
    _Reference(OperatorQueue, "group_id", FunctionGroup),
    _Reference(OverflowRule, "group_id", FunctionGroup),
    _Reference(OutgoingRule, "class_id", CallClass),
    _Reference(Person, "call_class_id", CallClass),
    _Reference(Unit, "manager_id", Person),
    _Reference(Watcher, "person_id", Person),
    _Reference(Watcher, "unit_id", Unit),
    _Reference(Watcher, "group_id", FunctionGroup),
    _Reference(Watcher, "substitute_id", Person),
    _Reference(UnansweredCalls, "person_id", Person),
)


def check_references(checked: Checked) -> Iterator[Fault]:
    there = {kind: {row.id for row in checked.index.rows(kind)} for kind in TABLES}
    for reference in _REFERENCES:
        for record in checked.index.rows(reference.owner):
            id = reference.id(record)
            if id is not None and id not in there[reference.target]:
                yield error(record, reference.column, f"{TABLES[reference.target]} {id} does not exist")


def check_greeting_owners(checked: Checked) -> Iterator[Fault]:
    for greeting in checked.index.rows(Greeting):
        find = _OWNERS.get(greeting.owner_kind)
        if find is None:
            yield error(greeting, "owner_kind", f"{greeting.owner_kind!r} is no owner of recordings")
        elif find(checked.index, greeting.owner_id) is None:
            yield error(greeting, "owner_id", f"{greeting.owner_kind} {greeting.owner_id} does not exist")


_OWNERS: dict[OwnerKind, Callable[[DirectoryIndex, int], Record | None]] = {
    "person": DirectoryIndex.person,
    "unit": DirectoryIndex.unit,
    "function_group": DirectoryIndex.function_group,
    "authority": DirectoryIndex.authority,
}
