"""The directory in memory: every row in a dictionary, and an index for every look-up that a call makes. A changed row
costs the same at 10 and at 100,000 people. The database loads into it; tests build with it.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast

from switchboard.domain.directory import (
    Absence,
    AbsenceCode,
    Authority,
    CallClass,
    DayOff,
    DestinationKind,
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
from switchboard.domain.directory.records import TABLES as TABLES
from switchboard.domain.directory.records import Record as Record

RecordT = TypeVar("RecordT", bound=Record)


class _Index(Generic[RecordT]):
    """Rows of one table by something other than their id; those with the same key in a fixed order."""

    def __init__(
        self,
        key: Callable[[RecordT], Hashable],
        order: Callable[[RecordT], tuple[int, ...]] = lambda record: (record.id,),
    ) -> None:
        self._key = key
        self._order = order
        self._rows: dict[Hashable, dict[int, RecordT]] = {}
        self._in_order: dict[Hashable, tuple[RecordT, ...]] = {}

    def add(self, record: RecordT) -> None:
        key = self._key(record)
        self._rows.setdefault(key, {})[record.id] = record
        self._in_order.pop(key, None)

    def discard(self, record: RecordT) -> None:
        key = self._key(record)
        rows = self._rows[key]
        del rows[record.id]
        if not rows:
            del self._rows[key]
        self._in_order.pop(key, None)

    def find(self, key: Hashable) -> tuple[RecordT, ...]:
        if key not in self._rows:
            return ()
        if key not in self._in_order:
            self._in_order[key] = tuple(sorted(self._rows[key].values(), key=self._order))
        return self._in_order[key]

    def first(self, key: Hashable) -> RecordT | None:
        return next(iter(self.find(key)), None)


class DirectoryIndex:
    """Fulfils `Directory`. A change holds from the next look-up on."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._tables: dict[str, dict[int, Record]] = {table: {} for table in TABLES.values()}
        self._faults: dict[tuple[str, str], str] = {}
        self._authorities = _Index[Authority](lambda row: None)
        self._policies = _Index[Policy](lambda row: row.authority_id)
        self._days_off = _Index[DayOff](lambda row: row.authority_id)
        self._extensions = _Index[Extension](lambda row: (row.authority_id, row.digits))
        self._extensions_of = _Index[Extension](_person_key)
        self._extensions_to = _Index[Extension](lambda row: (row.destination.kind, row.destination.key))
        self._phone_numbers = _Index[PhoneNumber](lambda row: row.e164)
        self._numbers_to = _Index[PhoneNumber](_leads_to)
        self._devices = _Index[Device](lambda row: row.account)
        self._devices_of = _Index[Device](lambda row: row.person_id)
        self._groups = _Index[FunctionGroup](lambda row: row.operators)
        self._members = _Index[FunctionMember](lambda row: row.group_id, lambda row: (row.position, row.id))
        self._memberships = _Index[FunctionMember](lambda row: row.person_id)
        self._absences = _Index[Absence](lambda row: row.person_id)
        self._absence_codes = _Index[AbsenceCode](lambda row: row.authority_id)
        self._greetings = _Index[Greeting](lambda row: (row.owner_kind, row.owner_id))
        self._rules = _Index[RoutingRule](lambda row: row.authority_id, lambda row: (row.priority, row.id))
        self._sessions = _Index[OperatorSession](lambda row: row.group_id)
        self._sessions_of = _Index[OperatorSession](lambda row: row.person_id)
        self._queues = _Index[OperatorQueue](lambda row: row.group_id)
        self._overflow = _Index[OverflowRule](lambda row: row.group_id)
        self._outgoing = _Index[OutgoingRule](lambda row: row.class_id, lambda row: (row.priority, row.id))
        self._watchers = _Index[Watcher](lambda row: (row.unit_id, row.group_id))
        self._unanswered = _Index[UnansweredCalls](lambda row: row.person_id)
        self._indexes = self._indexes_by_table()
        for record in records:
            self.put(record)

    def _indexes_by_table(self) -> Mapping[str, tuple[_Index[Any], ...]]:
        return {
            "authority": (self._authorities,),
            "policy": (self._policies,),
            "authority_day_off": (self._days_off,),
            "extension": (self._extensions, self._extensions_of, self._extensions_to),
            "phone_number": (self._phone_numbers, self._numbers_to),
            "device": (self._devices, self._devices_of),
            "function_group": (self._groups,),
            "function_member": (self._members, self._memberships),
            "absence": (self._absences,),
            "absence_reason_code": (self._absence_codes,),
            "greeting": (self._greetings,),
            "routing_rule": (self._rules,),
            "operator_session": (self._sessions, self._sessions_of),
            "operator_queue": (self._queues,),
            "overflow_rule": (self._overflow,),
            "outgoing_rule": (self._outgoing,),
            "mailbox_watcher": (self._watchers,),
            "unanswered_calls": (self._unanswered,),
        }

    def put(self, record: Record) -> None:
        """Add a row or replace the one with its id; a fault recorded for it is over. A schedule comes with its
        periods and exceptions."""
        table = TABLES[type(record)]
        self.remove(table, record.id)
        self._tables[table][record.id] = record
        for index in self._indexes.get(table, ()):
            index.add(record)

    def remove(self, table: str, id: int) -> None:
        """The row and its fault, if any. Harmless where there is none; KeyError for an unknown table."""
        record = self._tables[table].pop(id, None)
        self._faults.pop((table, str(id)), None)
        if record is not None:
            for index in self._indexes.get(table, ()):
                index.discard(record)

    def record_fault(self, table: str, key: str, problem: str) -> None:
        """The row cannot be honoured as it stands. What could be read of it may be `put` before: then a call that
        meets the row goes to the operators with this problem as the reason."""
        self._faults[table, key] = problem

    def rows(self, kind: type[RecordT]) -> Iterable[RecordT]:
        return cast("Iterable[RecordT]", self._tables[TABLES[kind]].values())

    def authority(self, id: int) -> Authority | None:
        return self._row(Authority, id)

    def authorities(self) -> Sequence[Authority]:
        return self._authorities.find(None)

    def policies(self, authority_id: int) -> Sequence[Policy]:
        return self._policies.find(authority_id)

    def days_off(self, authority_id: int) -> Sequence[DayOff]:
        return self._days_off.find(authority_id)

    def unit(self, id: int) -> Unit | None:
        return self._row(Unit, id)

    def person(self, id: int) -> Person | None:
        return self._row(Person, id)

    def extension(self, authority_id: int, digits: str) -> Extension | None:
        return self._extensions.first((authority_id, digits))

    def extension_of(self, person_id: int) -> Extension | None:
        return self._extensions_of.first(str(person_id))

    def extension_to(self, kind: DestinationKind, key: str) -> Extension | None:
        return self._extensions_to.first((kind, key))

    def phone_number(self, e164: str) -> PhoneNumber | None:
        return self._phone_numbers.first(e164)

    def number_of(self, person_id: int) -> PhoneNumber | None:
        direct = self._numbers_to.first((DestinationKind.PERSON, None, str(person_id)))
        own = self.extension_of(person_id)
        if direct is not None or own is None:
            return direct
        return self._numbers_to.first((DestinationKind.EXTENSION, own.authority_id, own.digits))

    def number_to(self, kind: DestinationKind, key: str) -> PhoneNumber | None:
        direct = self._numbers_to.first((kind, None, key))
        if direct is not None:
            return direct
        leading = self._extensions_to.find((kind, key))
        found = (
            self._numbers_to.first((DestinationKind.EXTENSION, each.authority_id, each.digits)) for each in leading
        )
        return next((number for number in found if number is not None), None)

    def devices(self, person_id: int) -> Sequence[Device]:
        return self._devices_of.find(person_id)

    def device(self, account: str) -> Device | None:
        return self._devices.first(account)

    def function_group(self, id: int) -> FunctionGroup | None:
        return self._row(FunctionGroup, id)

    def function_groups(self) -> Sequence[FunctionGroup]:
        return [*self._groups.find(True), *self._groups.find(False)]

    def operators_groups(self) -> Sequence[FunctionGroup]:
        return self._groups.find(True)

    def members(self, group_id: int) -> Sequence[FunctionMember]:
        return self._members.find(group_id)

    def memberships(self, person_id: int) -> Sequence[FunctionMember]:
        return self._memberships.find(person_id)

    def schedule(self, id: int) -> Schedule | None:
        return self._row(Schedule, id)

    def absences(self, person_id: int) -> Sequence[Absence]:
        return self._absences.find(person_id)

    def absence_codes(self, authority_id: int) -> Sequence[AbsenceCode]:
        return self._absence_codes.find(authority_id)

    def greetings(self, owner_kind: OwnerKind, owner_id: int) -> Sequence[Greeting]:
        return self._greetings.find((owner_kind, owner_id))

    def routing_rules(self, authority_id: int) -> Sequence[RoutingRule]:
        return self._rules.find(authority_id)

    def operator_sessions(self, group_id: int) -> Sequence[OperatorSession]:
        return self._sessions.find(group_id)

    def sessions_of(self, person_id: int) -> Sequence[OperatorSession]:
        return self._sessions_of.find(person_id)

    def operator_queue(self, group_id: int) -> OperatorQueue:
        return self._queues.first(group_id) or OperatorQueue(0, group_id)

    def overflow_rules(self, group_id: int) -> Sequence[OverflowRule]:
        return self._overflow.find(group_id)

    def call_class(self, id: int) -> CallClass | None:
        return self._row(CallClass, id)

    def outgoing_rules(self, class_id: int) -> Sequence[OutgoingRule]:
        return self._outgoing.find(class_id)

    def watchers(self, unit_id: int | None, group_id: int | None) -> Sequence[Watcher]:
        return self._watchers.find((unit_id, group_id))

    def unanswered(self, person_id: int) -> UnansweredCalls | None:
        return self._unanswered.first(person_id)

    def faults(self) -> Mapping[tuple[str, str], str]:
        return MappingProxyType(self._faults)

    def _row(self, kind: type[RecordT], id: int) -> RecordT | None:
        return cast("RecordT | None", self._tables[TABLES[kind]].get(id))


def _person_key(extension: Extension) -> str | None:
    """The key of the person to whom the extension leads; None for every other destination."""
    return extension.destination.key if extension.destination.kind is DestinationKind.PERSON else None


def _leads_to(number: PhoneNumber) -> Hashable:
    """Kind and key; extensions are those of one authority."""
    kind = number.destination.kind
    return kind, number.authority_id if kind is DestinationKind.EXTENSION else None, number.destination.key
