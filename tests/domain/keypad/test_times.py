"""What reason and digits mean: tables of what was typed when, and what holds whatever is typed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.directory import AbsenceCode, AbsenceReason, Schedule
from switchboard.domain.keypad.reason_codes import codes_of, usual_codes, working_hours
from switchboard.domain.keypad.times import AskTime, Back, NotPossible, WorkingTime, decide_return
from switchboard.domain.working_days import STOCKHOLM, is_working_day, local_date
from tests.builders import ANNA, BYGGLOV, BYGGLOV_HOURS, NILS, norrby, weekly
from tests.domain.calendars import CALENDAR, local
from tests.domain.strategies import INSTANTS

CODES = usual_codes(1)
MEETING, LUNCH, TRIP, VACATION, SICK, PARENTAL, GONE, OUT = "1", "2", "3", "4", "5", "6", "7", "0"
WORK = WorkingTime(CALENDAR)
FROM_NINE = WorkingTime(CALENDAR, weekly(9, "Bygglov", time(9), time(12)))
DIGITS = st.text("0123456789", min_size=0, max_size=7)
TYPED = DIGITS | st.integers(0, 2359).map("{:04d}".format) | st.dates().map(lambda day: f"{day:%m%d}")


def decided(key: str, digits: str, now: str, work: WorkingTime = WORK, fold: int = 0) -> str:
    at = local(now).replace(fold=fold)
    match decide_return(CODES, key, digits, work, at):
        case Back(until=until, moved=moved):
            return f"{until:%Y-%m-%d %H:%M%z}{f' {moved}' if moved else ''}"
        case AskTime():
            return "ask"
        case NotPossible(why=why):
            return why


@pytest.mark.requirement("R2")
@pytest.mark.parametrize(
    ("key", "digits", "now", "expected"),
    [
        # A time, today and passed.
        (MEETING, "1300", "2026-08-12 10:00", "2026-08-12 13:00+0200"),
        (MEETING, "0900", "2026-08-12 10:00", "2026-08-13 09:00+0200 next_day"),
        (MEETING, "1000", "2026-08-12 10:00", "2026-08-13 10:00+0200 next_day"),
        (MEETING, "0000", "2026-08-12 10:00", "2026-08-13 00:00+0200 next_day"),
        (LUNCH, "2359", "2026-12-31 23:59", "2027-01-01 23:59+0100 next_day"),
        # Impossible digits.
        (MEETING, "2400", "2026-08-12 10:00", "wrong_time"),
        (MEETING, "1260", "2026-08-12 10:00", "wrong_time"),
        (MEETING, "9", "2026-08-12 10:00", "wrong_time"),
        (MEETING, "13000", "2026-08-12 10:00", "wrong_time"),
        (VACATION, "1301", "2026-08-12 10:00", "wrong_date"),
        (VACATION, "0431", "2026-08-12 10:00", "wrong_date"),
        (VACATION, "0000", "2026-08-12 10:00", "wrong_date"),
        (VACATION, "12", "2026-08-12 10:00", "wrong_date"),
        # A date is the day of return.
        (VACATION, "0824", "2026-08-12 10:00", "2026-08-24 00:00+0200"),
        (VACATION, "0107", "2026-08-12 10:00", "2027-01-07 00:00+0100 next_year"),
        (VACATION, "0812", "2026-08-12 10:00", "2027-08-12 00:00+0200 next_year"),
        (VACATION, "0229", "2027-08-12 10:00", "2028-02-29 00:00+0100 next_year"),
        (VACATION, "0229", "2026-08-12 10:00", "wrong_date"),
        # Six digits are a date for every reason.
        (MEETING, "260824", "2026-08-12 10:00", "2026-08-24 00:00+0200"),
        (VACATION, "280229", "2026-08-12 10:00", "2028-02-29 00:00+0100"),
        (VACATION, "260811", "2026-08-12 10:00", "date_passed"),
        (VACATION, "260812", "2026-08-12 10:00", "date_passed"),
        (VACATION, "270229", "2026-08-12 10:00", "wrong_date"),
        (VACATION, "990101", "2026-08-12 10:00", "wrong_date"),
        # Without digits.
        (MEETING, "", "2026-08-12 10:00", "2026-08-12 11:00+0200"),
        (OUT, "", "2026-08-12 23:45", "2026-08-13 00:15+0200"),
        (VACATION, "", "2026-08-12 10:00", "ask"),
        (PARENTAL, "", "2026-08-12 10:00", "ask"),
        (GONE, "", "2026-08-12 16:00", "2026-08-13 08:00+0200"),
        (GONE, "", "2026-08-14 16:00", "2026-08-17 08:00+0200"),
        (GONE, "", "2026-12-23 12:00", "2026-12-28 08:00+0100"),
        (GONE, "", "2026-08-13 06:00", "2026-08-14 08:00+0200"),
        (GONE, "", "2026-08-13 01:30", "2026-08-13 08:00+0200"),
        (GONE, "1100", "2026-08-13 10:00", "2026-08-13 11:00+0200"),
        # Both changes of the clock.
        (MEETING, "0230", "2026-03-29 00:30", "2026-03-29 03:00+0200"),
        (MEETING, "0230", "2026-03-28 12:00", "2026-03-29 03:00+0200 next_day"),
        (MEETING, "0230", "2026-03-29 03:10", "2026-03-30 02:30+0200 next_day"),
        (MEETING, "0230", "2026-10-25 00:30", "2026-10-25 02:30+0200"),
        (MEETING, "0330", "2026-10-25 00:30", "2026-10-25 03:30+0100"),
        (OUT, "", "2026-03-29 01:45", "2026-03-29 03:15+0200"),
        ("A", "1300", "2026-08-12 10:00", "unknown_reason"),
        ("12", "1300", "2026-08-12 10:00", "unknown_reason"),
    ],
)
def test_what_is_typed_when(key: str, digits: str, now: str, expected: str) -> None:
    assert decided(key, digits, now) == expected


def test_in_the_hour_that_comes_twice_the_first_that_has_not_passed_is_meant() -> None:
    assert decided(MEETING, "0230", "2026-10-25 02:40") == "2026-10-25 02:30+0100"
    assert decided(MEETING, "0250", "2026-10-25 02:40") == "2026-10-25 02:50+0200"
    assert decided(MEETING, "0250", "2026-10-25 02:40", fold=1) == "2026-10-25 02:50+0100"
    assert decided(MEETING, "0230", "2026-10-25 02:40", fold=1) == "2026-10-26 02:30+0100 next_day"
    assert decided(OUT, "", "2026-10-25 02:45") == "2026-10-25 02:15+0100"


def test_the_next_working_day_begins_as_the_schedule_says() -> None:
    assert decided(GONE, "", "2026-08-12 16:00", FROM_NINE) == "2026-08-13 09:00+0200"
    weekend_only = WorkingTime(CALENDAR, Schedule(9, 1, "helg"))
    assert decided(GONE, "", "2026-08-12 16:00", weekend_only) == "2026-08-13 08:00+0200"
    always = WorkingTime(CALENDAR, weekly(9, "dygnet runt", time(0), time(0)))
    assert decided(GONE, "", "2026-08-12 16:00", always) == "2026-08-13 08:00+0200"


def test_when_the_day_begins_is_data_of_the_authority() -> None:
    early = {GONE: replace(CODES[GONE], day_begins=time(6, 45))}
    found = decide_return(early, GONE, "", WORK, local("2026-08-12 16:00"))
    assert isinstance(found, Back)
    assert found.until == local("2026-08-13 06:45")


@pytest.mark.parametrize("work", [WorkingTime(None), WORK])
def test_where_the_working_days_are_not_known_the_time_is_asked_for(work: WorkingTime) -> None:
    assert decided(GONE, "", "2035-08-12 16:00", work) == "ask"
    assert decided(GONE, "1630", "2035-08-12 16:00", work) == "2035-08-12 16:30+0200"


@given(INSTANTS, st.sampled_from(sorted(CODES)), TYPED)
def test_a_return_is_never_in_the_past_and_is_what_was_typed(now: datetime, key: str, digits: str) -> None:
    found = decide_return(CODES, key, digits, WORK, now)
    if not isinstance(found, Back):
        return
    assert found.until.astimezone(UTC) > now
    assert found.until.tzinfo is STOCKHOLM
    wall, typed = found.until, digits or None
    if typed and len(typed) == 4 and found.code.four_digits == "time":
        assert wall.astimezone(UTC) <= now + timedelta(hours=25)
        assert f"{wall:%H%M}" == typed or (typed[:2] == "02" and f"{wall:%m%H%M}" == "030300")
        assert (found.moved == "next_day") is (local_date(wall) > local_date(now))
    if typed and len(typed) == 4 and found.code.four_digits == "date":
        assert f"{wall:%m%d%H%M}" == f"{typed}0000"
        assert (found.moved == "next_year") is (wall.year > local_date(now).year)
    if typed and len(typed) == 6:
        assert f"{wall:%y%m%d%H%M}" == f"{typed}0000"
        assert found.moved is None


@given(INSTANTS, st.sampled_from([WORK, FROM_NINE]))
def test_gone_for_the_day_is_until_a_working_day_and_none_is_left_out(now: datetime, work: WorkingTime) -> None:
    found = decide_return(CODES, GONE, "", work, now)
    assert isinstance(found, Back)
    back, today = local_date(found.until), local_date(now - timedelta(hours=4))
    assert back > today
    assert is_working_day(CALENDAR, back)
    between = (today + timedelta(days=ahead) for ahead in range(1, (back - today).days))
    assert not any(is_working_day(CALENDAR, day) for day in between)


# What the keys mean


def _reasons(codes: Mapping[str, AbsenceCode]) -> dict[str, AbsenceReason]:
    return {key: code.reason for key, code in codes.items()}


def test_an_authority_without_rows_has_the_usual_ten() -> None:
    codes = codes_of(norrby(), 1)
    assert list(codes) == list("1234567890")
    assert set(_reasons(codes).values()) == set(AbsenceReason) - {AbsenceReason.OTHER}


def test_rows_of_the_authority_take_their_place() -> None:
    directory = norrby()
    directory.put(AbsenceCode(1, 1, "0", AbsenceReason.OTHER))
    directory.put(AbsenceCode(2, 1, "5", AbsenceReason.COURSE))
    assert list(_reasons(codes_of(directory, 1)).items()) == [("5", AbsenceReason.COURSE), ("0", AbsenceReason.OTHER)]
    assert len(codes_of(directory, 2)) == 10


def test_working_hours_are_those_of_the_nearest_unit_and_else_of_the_operators() -> None:
    directory = norrby()
    operators = working_hours(directory, ANNA)
    assert operators is not None
    assert operators.name == "Växelns öppettider"
    directory.put(replace(BYGGLOV, id=99, name="Samhällsbyggnad", schedule_id=BYGGLOV_HOURS))
    directory.put(replace(BYGGLOV, parent_id=99))
    above = working_hours(directory, ANNA)
    assert above is not None
    assert above.id == BYGGLOV_HOURS
    directory.put(replace(BYGGLOV, id=99, name="Samhällsbyggnad", parent_id=BYGGLOV.id))
    assert working_hours(directory, ANNA) == operators
    assert working_hours(directory, replace(NILS, authority_id=77)) is None
