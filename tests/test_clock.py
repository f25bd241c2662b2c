"""The clock's other times, for demos and tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.clock import FrozenClock, ShiftedClock, SystemClock, choose_clock, parse_offset
from switchboard.domain.working_days import STOCKHOLM
from switchboard.errors import SettingsFault
from switchboard.local_time import is_before, parse_local_time, seconds_between


def test_without_another_time_the_machine_s_clock_is_read_in_local_time() -> None:
    clock = choose_clock(None, "production")
    assert isinstance(clock, SystemClock)
    before, now, after = datetime.now(UTC), clock.now(), datetime.now(UTC)  # noqa: TID251
    assert before <= now <= after
    assert now.tzinfo is STOCKHOLM


def test_a_clock_is_stepped_by_what_stands_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("+1h\n")
    clock = choose_clock(f"@{file}", "test")
    with pytest.raises(SettingsFault):
        choose_clock(f"@{file}", "production")
    began = clock.now()
    for text, moved in (("+3h", 2), ("-1h", -2), ("nonsense", -2), ("+0s", -1)):
        file.write_text(text)
        assert timedelta() <= clock.now() - began - timedelta(hours=moved) < timedelta(minutes=1)
    file.unlink()
    assert clock.now() < began, "a file that has gone changes nothing"


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_value_is_no_other_time(empty: str) -> None:
    assert isinstance(choose_clock(empty, "production"), SystemClock)


def test_another_time_is_refused_in_production() -> None:
    with pytest.raises(SettingsFault, match="SWITCHBOARD_NOW is refused unless SWITCHBOARD_ENV is demo or test"):
        choose_clock("+3h", "production")


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-07-31T16:20", datetime(2026, 7, 31, 14, 20, tzinfo=UTC)),
        ("2026-01-31 16:20:05", datetime(2026, 1, 31, 15, 20, 5, tzinfo=UTC)),
        ("2026-07-31T16:20+00:00", datetime(2026, 7, 31, 16, 20, tzinfo=UTC)),
        ("2026-07-31T16:20Z", datetime(2026, 7, 31, 16, 20, tzinfo=UTC)),
    ],
)
def test_an_instant_freezes_the_clock(written: str, instant: datetime) -> None:
    clock = choose_clock(written, "test")
    assert isinstance(clock, FrozenClock)
    assert clock.now() == clock.now() == instant
    assert clock.now().tzinfo is STOCKHOLM


@pytest.mark.parametrize(
    ("written", "by"),
    [
        ("+3h", timedelta(hours=3)),
        ("-2d12h", timedelta(days=-2, hours=-12)),
        ("+1w2d3h4m5s", timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)),
        ("-0d86399s", timedelta(seconds=-86399)),
        ("PT3H", timedelta(hours=3)),
        ("+P1DT2H", timedelta(days=1, hours=2)),
        ("-P1DT2H30M", timedelta(days=-1, hours=-2, minutes=-30)),
        ("P2W", timedelta(weeks=2)),
    ],
)
def test_an_offset_shifts_the_clock(written: str, by: timedelta) -> None:
    clock = choose_clock(written, "demo")
    assert clock == ShiftedClock(by)
    expected = datetime.now(UTC) + by  # noqa: TID251
    assert abs((clock.now().astimezone(UTC) - expected).total_seconds()) < 5


@pytest.mark.parametrize(
    "written", ["3h", "+", "P", "PT", "+3", "tomorrow", "2026-13-01", "+3h ago", "P1H", "2026-03-29T02:30"]
)
def test_what_is_neither_is_refused(written: str) -> None:
    with pytest.raises(SettingsFault, match="SWITCHBOARD_NOW is neither"):
        choose_clock(written, "test")


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader_of_offsets(text: str) -> None:
    found = parse_offset(text)
    assert found is None or isinstance(found, timedelta)


def test_a_time_that_comes_twice_is_the_first_one() -> None:
    assert parse_local_time("2026-10-25T02:30").astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_compared_and_measured_as_it_passes() -> None:
    first = datetime(2026, 10, 25, 2, 50, tzinfo=STOCKHOLM)
    second = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=STOCKHOLM)
    assert is_before(first, second)
    assert seconds_between(first, second) == 20 * 60
