"""From a destination to a route: people, groups and units looked up, opening hours asked, chains followed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Authority, Destination, DestinationKind, FunctionGroup, Schedule, Unit
from switchboard.domain.greeting import Owner, spoken_name
from switchboard.domain.routing.routes import (
    Reason,
    Route,
    ToAnnouncement,
    ToClosed,
    ToGroup,
    ToKeypad,
    ToOperators,
    ToPerson,
    ToRefusal,
)
from switchboard.domain.routing.situation import RowFault, Situation, row_fault

_LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class Origin:
    """The row whose destination is followed, for the reason; and the rows passed on the way, so that a chain of
    extensions and units that leads back to itself ends."""

    authority: Authority
    table: str
    key: int | None
    column: str
    passed: frozenset[tuple[str, int | None]] = frozenset()

    def fault(self, problem: str) -> RowFault:
        return row_fault(self.table, self.key, self.column, problem)

    def reason(self, text: str) -> Reason:
        return Reason(f"{self.table} {self.key}: {text}", self.table, str(self.key), self.column)

    def passing(self) -> "Origin":
        """The same, when its own row can be met again."""
        return self.onward(self.authority, self.table, self.key, self.column)

    def onward(self, authority: Authority, table: str, key: int | None, column: str) -> "Origin":
        """RowFault on the second visit to a row."""
        if (table, key) in self.passed:
            raise row_fault(table, key, column, "leads back to itself")
        return Origin(authority, table, key, column, self.passed | {(table, key)})


def follow(destination: Destination, origin: Origin, situation: Situation) -> Route:
    """RowFault where it leads nowhere."""
    step = _STEPS.get(destination.kind)
    if step is None:
        raise origin.fault("has an unknown kind of destination")
    situation.note(f"{origin.table} {origin.key} leads to {destination.kind} {destination.key or ''}".rstrip())
    return step(destination, origin, situation)


def _to_person(destination: Destination, origin: Origin, situation: Situation) -> Route:
    id = _row_id(destination, origin, "person", situation)
    person = situation.directory.person(id)
    if person is None:
        raise origin.fault(f"person {id} does not exist")
    authority = situation.directory.authority(person.authority_id) or origin.authority
    return ToPerson(authority, person, origin.reason(f"to person {person.id}"))


def _to_group(destination: Destination, origin: Origin, situation: Situation) -> Route:
    id = _row_id(destination, origin, "function_group", situation)
    group = situation.directory.function_group(id)
    if group is None:
        raise origin.fault(f"function group {id} does not exist")
    authority = situation.directory.authority(group.authority_id) or origin.authority
    if group.operators:
        return _to_operators_group(authority, group, origin, situation)
    closed = closed_schedule(group.schedule_id, "function_group", group.id, situation)
    if closed is not None:
        unit = None if group.unit_id is None else situation.directory.unit(group.unit_id)
        mailbox = Mailbox(authority.id, unit_id=unit.id if unit else None, group_id=group.id)
        return _to_closed(_Closed(authority, group, closed, mailbox), origin, situation)
    return ToGroup(authority, group, origin.reason(f"to function group {group.id}"))


def _to_operators(destination: Destination, origin: Origin, situation: Situation) -> Route:
    del destination
    return _to_operators_group(origin.authority, operators_of(origin.authority, situation), origin, situation)


def operators_of(authority: Authority, situation: Situation) -> FunctionGroup:
    """RowFault where the authority has none."""
    if authority.operators_group_id is None:
        raise row_fault("authority", authority.id, "operators_group_id", "names no operators' group")
    situation.check_row("function_group", authority.operators_group_id)
    group = situation.directory.function_group(authority.operators_group_id)
    if group is None:
        missing = f"function group {authority.operators_group_id} does not exist"
        raise row_fault("authority", authority.id, "operators_group_id", missing)
    return group


def _to_operators_group(authority: Authority, group: FunctionGroup, origin: Origin, situation: Situation) -> Route:
    closed = closed_schedule(group.schedule_id, "function_group", group.id, situation)
    if closed is not None:
        return _to_closed(_Closed(authority, authority, closed, Mailbox(authority.id)), origin, situation)
    return ToOperators(authority, group, origin.reason("to the operators"))


def _to_announcement(destination: Destination, origin: Origin, situation: Situation) -> Route:
    del situation
    if not destination.key:
        raise origin.fault("names no prompt")
    return ToAnnouncement(origin.authority, destination.key, origin.reason("to an announcement"))


def _to_extension(destination: Destination, origin: Origin, situation: Situation) -> Route:
    digits = destination.key or ""
    extension = situation.directory.extension(origin.authority.id, digits)
    if extension is None:
        raise origin.fault("the extension it names does not exist in its authority")
    situation.check_row("extension", extension.id)
    onward = origin.onward(origin.authority, "extension", extension.id, "destination_key")
    return follow(extension.destination, onward, situation)


def _to_unit(destination: Destination, origin: Origin, situation: Situation) -> Route:
    id = _row_id(destination, origin, "unit", situation)
    unit = situation.directory.unit(id)
    if unit is None:
        raise origin.fault(f"unit {id} does not exist")
    authority = situation.directory.authority(unit.authority_id) or origin.authority
    onward = origin.onward(authority, "unit", unit.id, "answering_key")
    closed = closed_schedule(unit.schedule_id, "unit", unit.id, situation)
    if closed is not None:
        return _to_closed(_Closed(authority, unit, closed, _mailbox(authority, unit)), onward, situation)
    if unit.answering_point is None:
        return _without_answering_point(authority, unit, situation)
    return follow(unit.answering_point, onward, situation)


def _without_answering_point(authority: Authority, unit: Unit, situation: Situation) -> Route:
    """R22: the operators answer for it in their hours; outside them it is as closed as they are, and a message is the
    unit's. A fault in both cases."""
    fault = row_fault("unit", unit.id, "answering_kind", "has no answering point").reason
    group = operators_of(authority, situation)
    closed = closed_schedule(group.schedule_id, "function_group", group.id, situation)
    if closed is not None:
        where, opens_at = spoken_name(situation.directory, unit), situation.next_opening(closed)
        return ToClosed(authority, where, opens_at, _mailbox(authority, unit), fault)
    return ToOperators(authority, group, fault, instead_of=unit)


@dataclass(frozen=True, slots=True)
class _Closed:
    """Who is closed, by which schedule, and who gets the message."""

    authority: Authority
    owner: Owner
    schedule: Schedule
    mailbox: Mailbox


def _to_closed(closed: _Closed, origin: Origin, situation: Situation) -> ToClosed:
    return ToClosed(
        closed.authority,
        spoken_name(situation.directory, closed.owner),
        situation.next_opening(closed.schedule),
        closed.mailbox,
        origin.reason(f"closed by schedule {closed.schedule.id}"),
    )


def closed_schedule(schedule_id: int | None, table: str, key: int, situation: Situation) -> Schedule | None:
    """The schedule that closes the row just now; None where it is open or has no schedule."""
    if schedule_id is None:
        return None
    schedule = situation.directory.schedule(schedule_id)
    if schedule is None:
        raise row_fault(table, key, "schedule_id", f"schedule {schedule_id} does not exist")
    return None if situation.is_open(schedule) else schedule


def _mailbox(authority: Authority, unit: Unit) -> Mailbox:
    return Mailbox(authority.id, unit_id=unit.id)


def _row_id(destination: Destination, origin: Origin, table: str, situation: Situation) -> int:
    """The id that the key names. RowFault where it is none, or its row was found broken."""
    key = destination.key or ""
    if not (key.isascii() and key.isdigit() and len(key) <= _LONGEST_ID):
        raise origin.fault(f"its key is no id of a {table}")
    situation.check_row(table, int(key))
    return int(key)


def _to_refusal(destination: Destination, origin: Origin, situation: Situation) -> Route:
    del destination, situation
    return ToRefusal(origin.authority, origin.reason("refused"))


def _to_keypad(destination: Destination, origin: Origin, situation: Situation) -> Route:
    del destination, situation
    return ToKeypad(origin.authority, origin.reason("to the keypad services"))


_STEPS: Mapping[DestinationKind, Callable[[Destination, Origin, Situation], Route]] = {
    DestinationKind.PERSON: _to_person,
    DestinationKind.FUNCTION_GROUP: _to_group,
    DestinationKind.OPERATORS: _to_operators,
    DestinationKind.ANNOUNCEMENT: _to_announcement,
    DestinationKind.EXTENSION: _to_extension,
    DestinationKind.UNIT: _to_unit,
    DestinationKind.REFUSE: _to_refusal,
    DestinationKind.KEYPAD: _to_keypad,
}
