"""Who guesses passwords is blocked, for twice as long each time, and nobody who may not be blocked."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.guarding.guessing import (
    FORGOTTEN_AFTER,
    Block,
    GuessLimits,
    is_blocked,
    is_guessing,
    may_be_blocked,
    next_block,
    one_more,
    parse_address,
)

AT = datetime(2026, 8, 12, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LIMITS = GuessLimits(failures=5, within=timedelta(seconds=60), first=timedelta(minutes=5), longest=timedelta(hours=6))
gaps = st.lists(st.integers(0, 120), min_size=1, max_size=60)
limits = st.builds(
    GuessLimits,
    failures=st.integers(1, 20),
    within=st.integers(1, 300).map(lambda seconds: timedelta(seconds=seconds)),
    first=st.integers(1, 3600).map(lambda seconds: timedelta(seconds=seconds)),
    longest=st.integers(3600, 604800).map(lambda seconds: timedelta(seconds=seconds)),
)


@given(gaps, limits)
def test_it_is_guessing_exactly_when_so_many_fell_within_the_time(gaps: list[int], limits: GuessLimits) -> None:
    now, failures, all_of_them = AT, tuple[datetime, ...](), list[datetime]()
    for gap in gaps:
        now += gap * SECOND
        all_of_them.append(now)
        failures = one_more(failures, limits, now)
        within = [each for each in all_of_them if now - each < limits.within]
        assert is_guessing(failures, limits) == (len(within) >= limits.failures)
        assert len(failures) <= limits.failures


def test_nothing_blocks_where_the_limit_is_nought() -> None:
    never = GuessLimits(failures=0)
    failures = tuple[datetime, ...]()
    for _ in range(1000):
        failures = one_more(failures, never, AT)
    assert not is_guessing(failures, never)


@given(limits, st.integers(1, 60), st.integers(0, 6 * 86400))
def test_each_block_is_twice_as_long_as_the_one_before(limits: GuessLimits, times: int, pause: int) -> None:
    block: Block | None = None
    now = AT
    for number in range(1, times + 1):
        block = next_block(block, limits, now)
        assert block.times == number
        assert block.until - block.since == min(limits.first * 2 ** min(number - 1, 20), limits.longest)
        now = block.until + pause * SECOND


@given(st.integers(0, 299))
def test_one_that_lasts_is_not_made_longer(seconds: int) -> None:
    block = next_block(None, LIMITS, AT)
    assert next_block(block, LIMITS, AT + seconds * SECOND) == block


def test_after_a_week_all_is_forgotten() -> None:
    block = next_block(next_block(None, LIMITS, AT), LIMITS, AT + timedelta(minutes=5))
    assert block.times == 2
    assert next_block(block, LIMITS, block.until + FORGOTTEN_AFTER - SECOND).times == 3
    assert next_block(block, LIMITS, block.until + FORGOTTEN_AFTER).times == 1


def test_it_ends_at_its_end() -> None:
    block = next_block(None, LIMITS, AT)
    assert [is_blocked(block, block.until + each) for each in (-SECOND, timedelta(), SECOND)] == [True, False, False]


@given(st.ip_addresses(), st.integers(0, 32))
def test_a_network_that_is_exempt_is_never_blocked(address: object, prefix: int) -> None:
    parsed = parse_address(str(address))
    assert parsed is not None
    around = ip_network(f"{parsed}/{prefix}", strict=False)
    assert not may_be_blocked(parsed, [ip_network("192.0.2.0/24"), around])
    assert may_be_blocked(parsed, [])


@pytest.mark.parametrize(
    ("text", "meant"),
    [("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:DB8::1", "2001:db8::1")],
)
def test_an_address_is_read(text: str, meant: str) -> None:
    assert str(parse_address(text)) == meant


@pytest.mark.parametrize("text", ["", "hello", "192.0.2.7/8", "192.0.2.7,0.0.0.0/0", "192.0.2.7\r\nX: y"])
def test_what_is_no_address_is_nobody(text: str) -> None:
    assert parse_address(text) is None
