"""The PIN of a colleague (R41): which ones are accepted, and when somebody has guessed too often.

Everything counts against two at once: the mailbox that is tried, and the number that calls.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal

SHORTEST, LONGEST = 6, 12
LEAST_DIFFERENT = 3
LONGEST_PATTERN = 3
LIMITS: dict[Literal["mailbox", "caller"], int] = {"mailbox": 5, "caller": 10}
"""Wrong PINs before the lock."""
FIRST_LOCK, LONGEST_LOCK = timedelta(hours=1), timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(days=7)
LOCK_DOUBLINGS = 5
_COMMON = frozenset(
    {
        *("112233", "332211", "123321", "102030", "147258", "258369", "147369", "159753", "159357", "753159"),
        *("951357", "789456", "456123", "121314", "101112", "246810", "112358", "314159", "271828", "001122"),
    }
)

LockKind = Literal["mailbox", "caller"]
PinProblem = Literal["no_digits", "short", "long", "trivial", "own_number"]


def pin_problem(pin: str, own_numbers: Collection[str] = ()) -> PinProblem | None:
    """Why a PIN is refused. `own_numbers`: digits that everybody knows of the person, extension and number."""
    if not (pin.isascii() and pin.isdigit()):
        return "no_digits"
    if not SHORTEST <= len(pin) <= LONGEST:
        return "short" if len(pin) < SHORTEST else "long"
    if _is_trivial(pin):
        return "trivial"
    if any(len(number) >= LEAST_DIFFERENT and (number in pin or pin in number) for number in own_numbers):
        return "own_number"
    return None


def _is_trivial(pin: str) -> bool:
    """Few digits, one pattern over and over, a row with equal steps (123456, 975319), or one that many choose."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    repeats = any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, LONGEST_PATTERN + 1))
    return len(set(pin)) < LEAST_DIFFERENT or repeats or len(steps) == 1 or pin in _COMMON


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong PINs against a mailbox or from a caller: how many, the latest, and until when nothing is tried any
    more."""

    failures: int
    latest: datetime
    locked_until: datetime | None = None


def is_locked(tries: Tries | None, now: datetime) -> bool:
    return tries is not None and tries.locked_until is not None and now.astimezone(UTC) < tries.locked_until


def one_more(tries: Tries | None, kind: LockKind, now: datetime) -> Tries:
    """An attempt counts as wrong from its beginning, so that many calls at once gain nothing.

    At the limit it locks for an hour, and each wrong one after that for twice as long, a day at most. After a week
    without any all is forgotten.
    """
    now = now.astimezone(UTC)
    before = 0 if tries is None or now - tries.latest >= FORGOTTEN_AFTER else tries.failures
    failures = before + 1
    beyond = failures - LIMITS[kind]
    if beyond < 0:
        return Tries(failures, now)
    return Tries(failures, now, now + min(FIRST_LOCK * 2 ** min(beyond, LOCK_DOUBLINGS), LONGEST_LOCK))


def one_less(tries: Tries) -> Tries | None:
    """The attempt was right after all. None: nothing is left to remember."""
    return Tries(tries.failures - 1, tries.latest) if tries.failures > 1 else None
