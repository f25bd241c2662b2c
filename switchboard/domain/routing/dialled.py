"""Whose number was dialled: by the trunk a public number, by a phone also an extension of its own authority."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from switchboard.domain.call import IncomingCall
from switchboard.domain.directory import Authority, Destination, Extension, Person, PhoneNumber
from switchboard.domain.numbers import parse_caller, parse_number, short_digits
from switchboard.domain.routing.destinations import Origin
from switchboard.domain.routing.outgoing import OutsideNumber, outside_number, without_prefix
from switchboard.domain.routing.rules import Numbers, written_forms
from switchboard.domain.routing.situation import NOBODY, Situation, row_fault

# A number that differs from an authority's main number in its last digits only is taken for one of its series.
_SERIES_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Dialled:
    """`destination` None: nobody has the number; `origin.authority` then is the most fitting one. `outside`: the number
    is one of the world outside, dialled from a phone of ours."""

    origin: Origin
    destination: Destination | None
    numbers: Numbers
    outside: OutsideNumber | None = None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Whose phone calls, and the authority whose rights and extensions count."""

    person: Person
    authority: Authority


def identify(call: IncomingCall, situation: Situation) -> Dialled:
    """Of a call from outside: public numbers alone, and never `outside`."""
    e164, row = _public_number(call.called, situation)
    authority = fitting_authority(e164, situation)
    if row is not None:
        authority = situation.directory.authority(row.authority_id) or authority
    caller = parse_caller(call.caller, authority.country_code, authority.area_code)
    callers = written_forms(caller, authority.country_code) if caller else ()
    called = written_forms(e164, authority.country_code) if e164 else ()
    return _dialled(row, authority, Numbers(called, callers), situation)


def identify_from_phone(call: IncomingCall, colleague: Colleague, situation: Situation) -> Dialled:
    """An extension of the colleague's authority, a public number of ours, or a number outside. A `#` at the end only
    ends the dialling; behind the prefix of a private call the rest counts."""
    authority = colleague.authority
    own = situation.directory.extension_of(colleague.person.id)
    # A phone of ours is never anonymous: without an extension its account stands for the caller.
    callers = (own.digits,) if own else (call.account or "",)
    written, private = call.called.strip().removesuffix("#"), False
    extension = _extension(written, authority, situation)
    if extension is None:
        written, private = without_prefix(written, authority)
        extension = _extension(written, authority, situation) if private else None
    if extension is not None:
        situation.note(f"extension {extension.id} of authority {authority.id} was dialled")
        origin = Origin(authority, "extension", extension.id, "destination_key").passing()
        return Dialled(origin, extension.destination, Numbers((extension.digits,), callers))
    e164, row = _number(written, authority, situation)
    digits = short_digits(written)
    forms = written_forms(e164, authority.country_code) if e164 else (digits,) if digits else ()
    if row is not None:
        authority = situation.directory.authority(row.authority_id) or authority
    dialled = _dialled(row, authority, Numbers(forms, callers), situation)
    if row is not None or (e164 and _series_owner(e164, situation) is not None):
        return dialled
    return replace(dialled, outside=outside_number(written, authority, private))


def _extension(written: str, authority: Authority, situation: Situation) -> Extension | None:
    digits = short_digits(written)
    return situation.directory.extension(authority.id, digits) if digits else None


def _number(written: str, authority: Authority, situation: Situation) -> tuple[str | None, PhoneNumber | None]:
    e164 = parse_number(written, authority.country_code, authority.area_code)
    return e164, situation.directory.phone_number(e164) if e164 else None


def colleague_of(call: IncomingCall, situation: Situation) -> Colleague:
    """RowFault where a row of the phone that calls is broken."""
    device = situation.directory.device(call.account) if call.account else None
    if device is None:
        raise row_fault("device", None, "account", "no row has the account that calls")
    situation.check_row("device", device.id)
    person = situation.directory.person(device.person_id)
    if person is None:
        raise row_fault("device", device.id, "person_id", f"person {device.person_id} does not exist")
    situation.note(f"device {device.id} of person {person.id} calls")
    authority = situation.directory.authority(person.authority_id)
    if authority is None:
        raise row_fault("person", person.id, "authority_id", f"authority {person.authority_id} does not exist")
    return Colleague(person, authority)


def _dialled(row: PhoneNumber | None, authority: Authority, numbers: Numbers, situation: Situation) -> Dialled:
    if row is None:
        situation.note("nobody has the number")
        return Dialled(Origin(authority, "phone_number", None, "e164"), None, numbers)
    situation.note(f"phone_number {row.id} of authority {authority.id} was dialled")
    return Dialled(Origin(authority, "phone_number", row.id, "destination_key"), row.destination, numbers)


def _public_number(called: str, situation: Situation) -> tuple[str | None, PhoneNumber | None]:
    """The number as the first country reads it in which somebody has it; else as the first country reads it."""
    first: str | None = None
    for country_code in _country_codes(situation.directory.authorities()):
        e164 = parse_number(called, country_code)
        row = situation.directory.phone_number(e164) if e164 else None
        if row is not None:
            return e164, row
        first = first or e164
    return first, None


def _country_codes(authorities: Iterable[Authority]) -> Iterable[str]:
    """Sweden first, so that the others are looked at only for a number that nobody has there."""
    yield "46"
    yield from sorted({each.country_code for each in authorities} - {"46"})


def fitting_authority(e164: str | None, situation: Situation) -> Authority:
    """For a number that nobody has: the authority in whose number series it lies, else the one with the lowest id."""
    owner = _series_owner(e164, situation) if e164 else None
    return owner or min(situation.directory.authorities(), key=lambda each: each.id, default=NOBODY)


def _series_owner(e164: str, situation: Situation) -> Authority | None:
    for each in situation.directory.authorities():
        series = each.main_number[:-_SERIES_DIGITS]
        if series and e164.startswith(series) and len(e164) == len(each.main_number):
            return each
    return None
