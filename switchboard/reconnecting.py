"""How long to wait before a connection is tried again."""

import random
from collections.abc import Callable, Iterator

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0


def growing_pauses(chance: Callable[[], float] = random.random) -> Iterator[float]:
    """In seconds, without end: twice as long each time up to a longest, and of that between half and all, by `chance`
    from 0 to 1, so that not everybody comes back at the same moment."""
    pause_s = FIRST_PAUSE_S
    while True:
        yield pause_s * (0.5 + 0.5 * chance())
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
