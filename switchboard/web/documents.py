"""People, operators and callers who wait, as the API and the live socket show them alike."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

from switchboard.domain.absence import absence_in_force
from switchboard.domain.directory import (
    Absence,
    Authority,
    Directory,
    FunctionGroup,
    OperatorSession,
    PauseReason,
    Person,
)
from switchboard.domain.diversion import PhoneState, does_not_answer
from switchboard.views import FailingCalendar, PersonState, WaitingCaller

Phones = Mapping[str, PhoneState]


class OperatorState(StrEnum):
    SIGNED_OUT = "signed_out"
    FREE = "free"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


class OperatorDocument(BaseModel):
    """A person of an operators' group. `since`: signed in since then; `state_since`: in this state, where that is
    known. `pause_reason` `no_answer` and `no_phone` are the system's own: two calls in vain, no phone registered."""

    person_id: int
    person: str
    group_id: int
    group: str
    authority: str
    extension: str | None
    signed_in: bool
    paused: bool
    since: datetime | None
    state: OperatorState
    state_since: datetime | None
    pause_reason: str | None
    wrap_up_until: datetime | None
    missed: int


class WaitingDocument(BaseModel):
    """Somebody in line for the operators of `group`. `authority` and `called` are what was dialled. `kind` `callback`:
    a kept place, with nobody on the line. `why`: the reason of one who came back. `estimate_minutes` null: there is no
    honest basis for one. `answer_phrase`: how a call to `authority` is answered, in its first language (R38).
    `waited_s` is in `/queue` alone; the socket leaves it to the reader, who has `since`."""

    call_id: str
    group_id: int | None
    group: str | None
    position: int
    kind: Literal["caller", "callback"]
    authority: str
    called: str | None
    caller: str | None
    since: datetime
    why: str | None
    estimate_minutes: int | None
    answer_phrase: str | None
    waited_s: int | None = None


class LiveAbsence(BaseModel):
    """`until` is when the person is really back; null: not known. `recorded_at`: when it was said."""

    id: int
    reason: str
    start: datetime = Field(serialization_alias="from")
    until: datetime | None
    open: bool
    deputy: str | None
    source: str
    recorded_at: datetime | None


class FailingCalendarDocument(BaseModel):
    """A calendar that cannot be read in full since `failing_since`. What was known of it at `read_at` counts on; null:
    it was never read."""

    id: int
    failure: str
    failing_since: datetime
    read_at: datetime | None


class LivePerson(BaseModel):
    """`failing_calendar`: what it says of the person now is not known."""

    id: int
    name: str
    extension: str | None
    state: PersonState
    absence: LiveAbsence | None
    failing_calendar: FailingCalendarDocument | None


def state_of_phones(accounts: Collection[str], phones: Phones) -> PhoneState:
    """Talking on any is busy; else free on any is free."""
    states = {phones.get(account, PhoneState.UNREGISTERED) for account in accounts}
    return next((state for state in (PhoneState.BUSY, PhoneState.FREE) if state in states), PhoneState.UNREGISTERED)


def person_state(absent: bool, phone: PhoneState, silent: bool = False) -> PersonState:
    """Absent, whatever the phones say. `silent`: they were asked why they do not answer, and have not come back."""
    if absent:
        return PersonState.ABSENT
    if silent and phone is not PhoneState.BUSY:
        return PersonState.NO_ANSWER
    match phone:
        case PhoneState.BUSY:
            return PersonState.TALKING
        case PhoneState.FREE:
            return PersonState.FREE
        case PhoneState.UNREGISTERED:
            return PersonState.UNREGISTERED


def accounts_of(directory: Directory, person_id: int) -> list[str]:
    return [device.account for device in directory.devices(person_id) if device.enabled]


def live_person(
    directory: Directory, person: Person, phones: Phones, failing: FailingCalendar | None, now: datetime
) -> LivePerson:
    absence = absence_in_force(directory.absences(person.id), now)
    return LivePerson(
        id=person.id,
        name=person.name,
        extension=_digits(directory, person.id),
        state=person_state(
            absence is not None,
            state_of_phones(accounts_of(directory, person.id), phones),
            does_not_answer(person, directory, now) is not None,
        ),
        absence=_live_absence(directory, absence) if absence is not None else None,
        failing_calendar=failing_calendar(failing),
    )


def failing_calendar(failing: FailingCalendar | None) -> FailingCalendarDocument | None:
    if failing is None:
        return None
    return FailingCalendarDocument(
        id=failing.id, failure=failing.failure, failing_since=failing.failing_since, read_at=failing.read_at
    )


def _live_absence(directory: Directory, absence: Absence) -> LiveAbsence:
    deputy = directory.person(absence.deputy_id) if absence.deputy_id is not None else None
    return LiveAbsence(
        id=absence.id,
        reason=absence.reason,
        start=absence.start,
        until=absence.until,
        open=absence.open,
        deputy=deputy.name if deputy is not None else None,
        source=absence.source,
        recorded_at=absence.recorded_at,
    )


def operator_accounts(directory: Directory) -> list[str]:
    """The phones of all who belong to an operators' group or are signed in to one."""
    people = {id_ for group in directory.operators_groups() for id_ in _staff(directory, group)}
    return [account for id_ in people for account in accounts_of(directory, id_)]


def operators_now(
    directory: Directory, phones: Phones, ringing: Collection[int], now: datetime
) -> list[OperatorDocument]:
    """By group and name. `ringing`: ids of the people who are being rung for somebody in line."""
    found = [
        _operator(directory, group, person, phones, (person.id in ringing, now))
        for group in directory.operators_groups()
        for id_ in _staff(directory, group)
        if (person := directory.person(id_)) is not None
    ]
    return sorted(found, key=lambda each: (each.group, each.person, each.person_id))


def _staff(directory: Directory, group: FunctionGroup) -> list[int]:
    sessions = (session.person_id for session in directory.operator_sessions(group.id))
    return list(dict.fromkeys([*(member.person_id for member in directory.members(group.id)), *sessions]))


def _operator(
    directory: Directory, group: FunctionGroup, person: Person, phones: Phones, moment: tuple[bool, datetime]
) -> OperatorDocument:
    rung, now = moment
    session = next((each for each in directory.sessions_of(person.id) if each.group_id == group.id), None)
    phone = state_of_phones(accounts_of(directory, person.id), phones)
    state = operator_state(session, phone, rung, now)
    authority = directory.authority(group.authority_id)
    return OperatorDocument(
        person_id=person.id,
        person=person.name,
        group_id=group.id,
        group=group.name,
        authority=_name(authority),
        extension=_digits(directory, person.id),
        signed_in=session is not None,
        paused=session is not None and session.paused,
        since=session.since if session is not None else None,
        state=state,
        state_since=_state_since(session, state),
        pause_reason=_pause_reason(session, state),
        wrap_up_until=session.wrap_up_until if session is not None and state is OperatorState.WRAP_UP else None,
        missed=session.missed if session is not None else 0,
    )


def operator_state(session: OperatorSession | None, phone: PhoneState, rung: bool, now: datetime) -> OperatorState:
    """What they do goes before what they have said: an operator who is paused and talks is talking. One whose phone is
    not registered can take no call."""
    if session is None:
        return OperatorState.SIGNED_OUT
    if rung:
        return OperatorState.RINGING
    if phone is PhoneState.BUSY:
        return OperatorState.TALKING
    if session.paused or phone is PhoneState.UNREGISTERED:
        return OperatorState.PAUSED
    if session.wrap_up_until is not None and now.astimezone(UTC) < session.wrap_up_until.astimezone(UTC):
        return OperatorState.WRAP_UP
    return OperatorState.FREE


def _pause_reason(session: OperatorSession | None, state: OperatorState) -> PauseReason | None:
    if session is not None and session.paused:
        return session.pause_reason
    return PauseReason.NO_PHONE if state is OperatorState.PAUSED else None


def _state_since(session: OperatorSession | None, state: OperatorState) -> datetime | None:
    if session is None:
        return None
    match state:
        case OperatorState.PAUSED:
            return session.paused_since
        case OperatorState.FREE | OperatorState.WRAP_UP:
            return session.idle_since or session.since
        case _:
            return None


def waiting_document(view: WaitingCaller, phrase: str | None, waited_s: int | None = None) -> WaitingDocument:
    return WaitingDocument(
        call_id=view.call_id,
        group_id=view.group_id,
        group=view.group,
        position=view.position,
        kind=view.kind,
        authority=view.authority,
        called=view.called,
        caller=view.caller,
        since=view.since,
        why=view.why,
        estimate_minutes=view.estimate_minutes,
        answer_phrase=phrase,
        waited_s=waited_s,
    )


def _digits(directory: Directory, person_id: int) -> str | None:
    extension = directory.extension_of(person_id)
    return extension.digits if extension is not None else None


def _name(authority: Authority | None) -> str:
    return authority.name if authority is not None else ""
