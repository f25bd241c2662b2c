"""The demonstration's own words for days, and the clock with which it begins."""

from datetime import UTC, date, datetime, timedelta, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.clock import parse_offset
from switchboard.domain.working_days import STOCKHOLM
from tests.demo.clock import BEGINS, is_working_day, shift_to_working_day, working_day_after
from tests.demo.swedish import day_words, plain, promise_words, return_words, time_words
from tests.domain.swedish_holidays import EVES, PUBLIC_HOLIDAYS

WEDNESDAY = datetime(2026, 8, 12, 10, 0, tzinfo=STOCKHOLM)
ALMANAC = [date(2025, 1, 1) + timedelta(days=n) for n in range(6 * 365 + 1)]


def test_working_days_are_those_of_the_almanac() -> None:
    by_hand = [day for day in ALMANAC if day.weekday() < 5 and day not in PUBLIC_HOLIDAYS and day not in EVES]
    assert [day for day in ALMANAC if is_working_day(day)] == by_hand


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [("2026-08-12", 1, "2026-08-13"), ("2026-08-14", 1, "2026-08-17"), ("2026-12-23", 2, "2026-12-29")],
)
def test_the_nth_working_day(day: str, count: int, expected: str) -> None:
    assert working_day_after(date.fromisoformat(day), count) == date.fromisoformat(expected)


@given(seconds=st.integers(0, 5 * 365 * 24 * 60 * 60), zone=st.sampled_from([UTC, STOCKHOLM]))
def test_the_clock_begins_at_ten_on_a_working_day(seconds: int, zone: tzinfo) -> None:
    real = (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone)
    shift = parse_offset(shift_to_working_day(real))
    assert shift is not None
    begins = (real.astimezone(UTC) + shift).astimezone(STOCKHOLM)
    assert begins.time() == BEGINS
    assert is_working_day(begins.date())
    assert begins.date() >= real.astimezone(STOCKHOLM).date()


def test_days_and_times_in_words() -> None:
    assert day_words(date(2026, 8, 31)) == "måndag den trettioförsta augusti"
    assert time_words(datetime(2026, 8, 12, 14, 30, tzinfo=STOCKHOLM)) == "klockan fjorton och trettio"
    assert time_words(datetime(2026, 8, 12, 8, 0, tzinfo=STOCKHOLM)) == "klockan åtta"


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (WEDNESDAY.replace(hour=14, minute=30), "klockan fjorton och trettio"),
        (WEDNESDAY.replace(day=13, hour=8), "i morgon klockan åtta"),
        (WEDNESDAY.replace(day=24, hour=0), "måndag den tjugofjärde augusti"),
        (WEDNESDAY.replace(day=31, hour=8), "måndag den trettioförsta augusti klockan åtta"),
    ],
)
def test_when_somebody_is_back(until: datetime, words: str) -> None:
    assert return_words(until, WEDNESDAY) == words


def test_what_is_promised() -> None:
    today = WEDNESDAY.date()
    assert promise_words(date(2026, 8, 13), today) == "i morgon torsdag den trettonde augusti"
    assert promise_words(date(2026, 8, 14), today) == "fredag den fjortonde augusti"


def test_words_alone_are_compared() -> None:
    assert plain("Hej,  du. Gata/park! Åsa") == "hej du gata/park åsa"
