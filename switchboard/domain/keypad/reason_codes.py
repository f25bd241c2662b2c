"""What the ten keys mean to an authority, and when its people's working days begin."""

from collections.abc import Mapping
from datetime import timedelta

from switchboard.domain.directory import (
    AbsenceCode,
    AbsenceReason,
    AfterWork,
    Directory,
    FourDigits,
    Person,
    Schedule,
)
from switchboard.domain.directory.units import units_above

_DAY: AfterWork = "next_working_day"
_USUAL: tuple[tuple[str, AbsenceReason, str, FourDigits, timedelta | AfterWork | None], ...] = (
    ("1", AbsenceReason.MEETING, "Möte", "time", timedelta(hours=1)),
    ("2", AbsenceReason.LUNCH, "Lunch", "time", timedelta(hours=1)),
    ("3", AbsenceReason.BUSINESS_TRIP, "Tjänsteresa", "date", _DAY),
    ("4", AbsenceReason.VACATION, "Semester", "date", None),
    ("5", AbsenceReason.SICK, "Sjuk", "date", _DAY),
    ("6", AbsenceReason.PARENTAL_LEAVE, "Föräldraledig", "date", None),
    ("7", AbsenceReason.GONE_FOR_DAY, "Gått för dagen", "time", _DAY),
    ("8", AbsenceReason.COURSE, "Kurs", "date", _DAY),
    ("9", AbsenceReason.CARE_OF_CHILD, "Vård av barn", "date", _DAY),
    ("0", AbsenceReason.TEMPORARILY_OUT, "Tillfälligt ute", "time", timedelta(minutes=30)),
)


def usual_codes(authority_id: int) -> Mapping[str, AbsenceCode]:
    """Of an authority that has said nothing. The rows are none, and have the id 0."""
    return {
        digit: AbsenceCode(0, authority_id, digit, reason, name, four, length)
        for digit, reason, name, four, length in _USUAL
    }


def codes_of(directory: Directory, authority_id: int) -> Mapping[str, AbsenceCode]:
    """By key, in the order in which they are read out: 1 to 9, then 0."""
    codes = {each.digit: each for each in directory.absence_codes(authority_id)} or usual_codes(authority_id)
    return dict(sorted(codes.items(), key=lambda item: (item[0] == "0", item[0])))


def working_hours(directory: Directory, person: Person) -> Schedule | None:
    """The schedule of the person's unit, or of one above it, else of the authority's operators."""
    for unit in units_above(person.unit_id, directory):
        schedule = directory.schedule(unit.schedule_id) if unit.schedule_id is not None else None
        if schedule is not None:
            return schedule
    authority = directory.authority(person.authority_id)
    group_id = authority.operators_group_id if authority is not None else None
    group = directory.function_group(group_id) if group_id is not None else None
    return directory.schedule(group.schedule_id) if group is not None and group.schedule_id is not None else None
