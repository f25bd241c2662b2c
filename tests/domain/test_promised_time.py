"""What a colleague keys in as the time that a caller was told."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.deadline.promised_time import LONGEST_AHEAD, NotPromised, PromisedTime, decide_promised_time
from switchboard.domain.working_days import STOCKHOLM, WorkingCalendar, is_working_day
from tests.domain.calendars import local

HOLIDAY = date(2026, 12, 25)
CALENDAR = WorkingCalendar(date(2024, 1, 1), date(2035, 12, 31), frozenset({HOLIDAY}))
# Days around which the clocks change, and any other.
moments = st.one_of(
    st.datetimes(datetime(2025, 1, 1), datetime(2033, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.datetimes(datetime(2026, 3, 28), datetime(2026, 3, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    st.datetimes(datetime(2026, 10, 24), datetime(2026, 10, 26), timezones=st.just(UTC)),  # noqa: DTZ001
).map(lambda moment: moment.astimezone(STOCKHOLM))
clock_times = st.builds("{:02}{:02}".format, st.integers(0, 23), st.integers(0, 59))


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    ("now", "digits", "at"),
    [
        ("2026-11-26 10:00", "1430", "2026-11-26 14:30"),
        ("2026-11-26 10:00", "1001", "2026-11-26 10:01"),
        ("2026-11-26 10:00", "1000", "2026-11-27 10:00"),
        ("2026-11-26 10:00", "0900", "2026-11-27 09:00"),
        ("2026-11-27 16:00", "0900", "2026-11-30 09:00"),
        ("2026-11-28 08:00", "0900", "2026-11-28 09:00"),
        ("2026-12-24 16:00", "0900", "2026-12-28 09:00"),
        ("2026-11-26 10:00", "0000", "2026-11-27 00:00"),
        ("2026-03-29 01:00", "0230", "2026-03-30 02:30"),
        ("2026-11-26 10:00", "261126", "2026-11-26 23:59:59"),
        ("2026-11-26 10:00", "261204", "2026-12-04 23:59:59"),
        ("2027-12-01 10:00", "280229", "2028-02-29 23:59:59"),
    ],
)
def test_a_time_of_day_or_a_date(now: str, digits: str, at: str) -> None:
    found = decide_promised_time(digits, CALENDAR, local(now))
    assert found == PromisedTime(local(at), whole_day=len(digits) == 6)


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    ("digits", "why"),
    [
        ("2561", "no_time"),
        ("2400", "no_time"),
        ("1260", "no_time"),
        ("261301", "no_date"),
        ("260230", "no_date"),
        ("270229", "no_date"),
        ("261100", "no_date"),
        ("261125", "passed"),
        ("000101", "passed"),
        ("271128", "too_far"),
        ("991231", "too_far"),
        ("", "form"),
        ("1", "form"),
        ("143", "form"),
        ("14300", "form"),
        ("20261204", "form"),
        ("14.3", "form"),
        ("١٤٣٠", "form"),
    ],
)
def test_what_says_no_time_is_refused_with_the_reason(digits: str, why: str) -> None:
    found = decide_promised_time(digits, CALENDAR, local("2026-11-26 10:00"))
    assert isinstance(found, NotPromised)
    assert found.why == why


def test_the_hour_that_comes_twice_is_the_next_one_to_come() -> None:
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=fold) for fold in (0, 1))
    before = decide_promised_time("0230", CALENDAR, local("2026-10-25 01:00"))
    assert before == PromisedTime(first)
    between = decide_promised_time("0230", CALENDAR, first + timedelta(minutes=0))
    assert isinstance(between, PromisedTime)
    assert between.at.astimezone(UTC) == second.astimezone(UTC)
    after = decide_promised_time("0230", CALENDAR, second)
    assert after == PromisedTime(local("2026-10-26 02:30"))


@pytest.mark.requirement("R20")
@given(moments, clock_times | st.dates(date(2024, 1, 1), date(2036, 1, 1)).map("{:%y%m%d}".format))
def test_it_is_never_past_exists_and_is_what_was_keyed(now: datetime, digits: str) -> None:
    found = decide_promised_time(digits, CALENDAR, now)
    if isinstance(found, NotPromised):
        assert len(digits) == 6
        assert found.why in ("passed", "too_far")
        return
    at = found.at
    assert at.tzinfo is STOCKHOLM
    assert at.astimezone(UTC) > now.astimezone(UTC)
    assert at.astimezone(UTC).astimezone(STOCKHOLM).replace(tzinfo=None) == at.replace(tzinfo=None)
    assert f"{at:%H%M}" == digits if len(digits) == 4 else f"{at:%y%m%d}" == digits
    assert at.date() <= now.date() + LONGEST_AHEAD
    assert found.whole_day is (len(digits) == 6)


@pytest.mark.requirement("R20")
@given(moments, clock_times)
def test_a_time_of_day_is_today_unless_it_has_passed_and_then_on_a_working_day(now: datetime, digits: str) -> None:
    found = decide_promised_time(digits, CALENDAR, now)
    assert isinstance(found, PromisedTime)
    if found.at.date() != now.date():
        assert is_working_day(CALENDAR, found.at.date())
        asked = datetime.combine(now.date(), time(int(digits[:2]), int(digits[2:])), STOCKHOLM)
        left_out = asked.astimezone(UTC).astimezone(STOCKHOLM).time() != asked.time()
        assert left_out or asked.replace(fold=1).astimezone(UTC) <= now.astimezone(UTC)


@given(st.text(max_size=8), moments)
def test_anything_can_be_keyed(digits: str, now: datetime) -> None:
    assert isinstance(decide_promised_time(digits, CALENDAR, now), PromisedTime | NotPromised)
