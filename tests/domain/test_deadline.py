"""Deadlines: counted by hand in a table, over six years against the almanac, and by their properties."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.deadline import count_deadline, policy_in_force
from switchboard.domain.directory import Policy
from switchboard.domain.working_days import STOCKHOLM, CalendarRangeError, is_working_day, local_date
from tests.domain.calendars import CALENDAR, local
from tests.domain.swedish_holidays import EVES, PUBLIC_HOLIDAYS

INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
PROMISES = st.integers(1, 5)


def policy(days: int | None, valid_from: date = date(2020, 1, 1), id: int = 1) -> Policy:
    return Policy(id, 1, valid_from, days)


COUNTED_BY_HAND = """
received             days  deadline    why
2026-08-03 10:00     1     2026-08-04  an ordinary Monday
2026-08-04 10:00     1     2026-08-05  "senast onsdag den femte augusti"
2026-08-07 16:00     1     2026-08-10  over a weekend
2026-08-08 16:00     1     2026-08-10  received on a Saturday
2026-08-09 16:00     2     2026-08-11  received on a Sunday
2026-08-03 00:00     1     2026-08-04  the first minute of a day
2026-08-03 23:59     1     2026-08-04  the last minute of a day
2026-03-28 12:00     1     2026-03-30  over the change to summer time
2026-03-29 01:59     1     2026-03-30  just before it
2026-03-29 03:00     1     2026-03-30  just after it
2026-10-25 02:30     1     2026-10-26  in the hour that comes twice
2026-10-23 12:00     2     2026-10-27  over the change to winter time
2026-04-02 09:00     1     2026-04-07  over Easter
2026-04-02 09:00     2     2026-04-08  two days over Easter
2026-05-13 12:00     1     2026-05-15  Ascension Day; the squeeze day counts
2026-05-14 12:00     2     2026-05-18  received on Ascension Day
2026-06-18 12:00     1     2026-06-22  midsummer
2026-12-22 12:00     1     2026-12-23  the last working day before Christmas
2026-12-23 12:00     1     2026-12-28  over Christmas
2025-12-23 12:00     1     2025-12-29  over Christmas, with its weekend
2026-12-30 12:00     1     2027-01-04  the turn of the year
2026-12-31 23:59     1     2027-01-04  its last minute
2027-01-01 00:00     1     2027-01-04  its first minute
2027-01-05 12:00     1     2027-01-07  Epiphany
2025-06-05 12:00     1     2025-06-09  the national day on a Friday
2030-04-18 12:00     2     2030-04-24  Easter 2030
""".strip().splitlines()[1:]


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R15")
@pytest.mark.parametrize("line", COUNTED_BY_HAND)
def test_counted_by_hand(line: str) -> None:
    deadline = count_deadline(local(line[:16]), [policy(int(line[21:27]))], CALENDAR)
    assert deadline.on == date.fromisoformat(line[27:37])


WORKING_DAYS = sorted(
    day
    for day in (date(2025, 1, 1) + timedelta(days=number) for number in range(2191))
    if day.isoweekday() <= 5 and day not in PUBLIC_HOLIDAYS and day not in EVES
)


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R15")
@pytest.mark.parametrize("days", [1, 2])
def test_every_day_of_six_years(days: int) -> None:
    for number in range(2191 - 10):
        day = date(2025, 1, 1) + timedelta(days=number)
        expected = WORKING_DAYS[bisect_right(WORKING_DAYS, day) + days - 1]
        for clock in ("00:00", "12:00", "23:59"):
            assert count_deadline(local(f"{day} {clock}"), [policy(days)], CALENDAR).on == expected, day


@pytest.mark.requirement("R14")
@given(INSTANTS, PROMISES)
def test_a_working_day_that_ends_after_the_call(received: datetime, days: int) -> None:
    deadline = count_deadline(received, [policy(days)], CALENDAR)
    assert deadline.on is not None
    assert deadline.at is not None
    assert is_working_day(CALENDAR, deadline.on)
    assert deadline.at > received
    assert deadline.on > local_date(received)


@pytest.mark.requirement("R14")
@given(INSTANTS, INSTANTS, PROMISES)
def test_who_called_later_is_never_promised_sooner(one: datetime, other: datetime, days: int) -> None:
    first, second = sorted([one, other])
    earlier, later = (count_deadline(each, [policy(days)], CALENDAR).at for each in (first, second))
    assert earlier is not None
    assert later is not None
    assert earlier <= later


@given(INSTANTS, PROMISES)
def test_it_is_the_last_second_of_that_day(received: datetime, days: int) -> None:
    deadline = count_deadline(received, [policy(days)], CALENDAR)
    assert deadline.at is not None
    assert local_date(deadline.at) == deadline.on
    next_second = deadline.at.astimezone(UTC) + timedelta(seconds=1)
    assert next_second.astimezone(STOCKHOLM).isoformat()[11:19] == "00:00:00"


@given(INSTANTS, st.integers(-12, 14))
def test_the_zone_of_the_clock_does_not_matter(received: datetime, hours: int) -> None:
    elsewhere = received.astimezone(timezone(timedelta(hours=hours)))
    assert count_deadline(elsewhere, [policy(1)], CALENDAR) == count_deadline(received, [policy(1)], CALENDAR)


@pytest.mark.parametrize(
    ("received", "at"),
    [
        ("2026-03-27 12:00", "2026-03-30T23:59:59+02:00"),
        ("2026-10-23 12:00", "2026-10-26T23:59:59+01:00"),
        ("2026-12-30 12:00", "2027-01-04T23:59:59+01:00"),
    ],
)
def test_the_end_of_the_day_has_that_days_offset(received: str, at: str) -> None:
    deadline = count_deadline(local(received), [policy(1)], CALENDAR)
    assert deadline.at is not None
    assert deadline.at.isoformat() == at


@pytest.mark.requirement("R14")
def test_the_rule_says_how_it_was_counted() -> None:
    rule = count_deadline(local("2026-12-23 18:30"), [policy(1, id=7)], CALENDAR).rule
    assert rule == (
        "received Wed 2026-12-23; 1 working day after it by policy 7 (in force from 2020-01-01); not counted: "
        "Thu 2026-12-24 (julafton), Fri 2026-12-25 (juldagen), Sat 2026-12-26 (annandag jul), "
        "Sun 2026-12-27 (weekend); by the end of Mon 2026-12-28"
    )


@pytest.mark.requirement("R16")
def test_always_but_with_no_term() -> None:
    deadline = count_deadline(local("2026-08-03 10:00"), [policy(None, id=4)], CALENDAR)
    assert (deadline.on, deadline.at, deadline.policy_id) == (None, None, 4)
    assert "no term" in deadline.rule


def test_no_policy_at_all_still_means_to_call_back() -> None:
    deadline = count_deadline(local("2026-08-03 10:00"), [], CALENDAR)
    assert (deadline.on, deadline.policy_id) == (None, None)


@pytest.mark.parametrize("days", [0, -3])
def test_a_senseless_promise_counts_as_one_day(days: int) -> None:
    deadline = count_deadline(local("2026-08-03 10:00"), [policy(days)], CALENDAR)
    assert deadline.on == date(2026, 8, 4)


VERSIONS = [
    policy(None, date(2025, 1, 1), 1),
    policy(2, date(2026, 1, 1), 2),
    policy(1, date(2026, 9, 1), 3),
    policy(3, date(2026, 9, 1), 4),
]


@pytest.mark.requirement("R50")
@pytest.mark.parametrize(
    ("day", "expected"),
    [("2024-12-31", 1), ("2025-06-01", 1), ("2026-01-01", 2), ("2026-08-31", 2), ("2026-09-01", 4), ("2030-01-01", 4)],
)
def test_the_version_in_force_that_day(day: str, expected: int) -> None:
    found = policy_in_force(VERSIONS, date.fromisoformat(day))
    assert found is not None
    assert found.id == expected


@pytest.mark.requirement("R50")
def test_a_message_is_judged_by_the_version_of_the_day_it_came() -> None:
    assert count_deadline(local("2026-08-31 23:59"), VERSIONS, CALENDAR).on == date(2026, 9, 2)
    assert count_deadline(local("2026-09-01 00:00"), VERSIONS, CALENDAR).on == date(2026, 9, 4)


@pytest.mark.requirement("R50")
@given(st.lists(st.builds(Policy, st.integers(1, 99), st.just(1), st.dates(), st.none())), st.dates())
def test_the_latest_begun_version_counts(policies: list[Policy], day: date) -> None:
    found = policy_in_force(policies, day)
    begun = [each.valid_from for each in policies if each.valid_from <= day]
    if begun:
        assert found is not None
        assert found.valid_from == max(begun)
    else:
        assert (found is None) is (not policies)


def test_past_the_calendar_is_a_clear_error() -> None:
    with pytest.raises(CalendarRangeError):
        count_deadline(local("2031-01-01 12:00"), [policy(1)], CALENDAR)
