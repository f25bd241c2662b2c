"""Who guesses passwords, and for how long their address is blocked.

An address at which so many sign-ins fail within a time is blocked; each time again it is for twice as long. After a
week without a block all is forgotten.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

FORGOTTEN_AFTER = timedelta(days=7)
_MOST_DOUBLINGS = 20

Address = IPv4Address | IPv6Address
Networks = Collection[IPv4Network | IPv6Network]


@dataclass(frozen=True, slots=True)
class GuessLimits:
    """`failures` within `within` block for `first`, then for twice as long, `longest` at most. 0 failures: never."""

    failures: int = 10
    within: timedelta = timedelta(minutes=1)
    first: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Block:
    """The `times`-th of an address, from `since` (inclusive) to `until` (exclusive)."""

    times: int
    since: datetime
    until: datetime


def parse_address(text: str) -> Address | None:
    """An IPv4 address that is written as an IPv6 one is the same caller."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def may_be_blocked(address: Address, never: Networks) -> bool:
    return not any(address in network for network in never)


def one_more(failures: Sequence[datetime], limits: GuessLimits, now: datetime) -> tuple[datetime, ...]:
    """Those that count with one of now, the oldest first; never more than decide."""
    now = now.astimezone(UTC)
    recent = (*(each for each in failures if now - each < limits.within), now)
    return recent[-max(limits.failures, 1) :]


def is_guessing(failures: Sequence[datetime], limits: GuessLimits) -> bool:
    """Of what `one_more` gave."""
    return 0 < limits.failures <= len(failures)


def is_blocked(block: Block, now: datetime) -> bool:
    return now.astimezone(UTC) < block.until.astimezone(UTC)


def next_block(earlier: Block | None, limits: GuessLimits, now: datetime) -> Block:
    """One that lasts still stays as it is: who is counted twice, by two services, is blocked once."""
    now = now.astimezone(UTC)
    if earlier is not None and is_blocked(earlier, now):
        return earlier
    remembered = earlier is not None and now - earlier.until.astimezone(UTC) < FORGOTTEN_AFTER
    times = earlier.times + 1 if earlier is not None and remembered else 1
    length = min(limits.first * 2 ** min(times - 1, _MOST_DOUBLINGS), limits.longest)
    return Block(times, now, now + length)
