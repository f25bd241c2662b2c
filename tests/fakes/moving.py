"""A party moves about in a sound that is played to it, in seconds of the loop's own clock."""

import asyncio
from collections.abc import Mapping
from typing import Protocol

from switchboard.calls.ports import PlaybackControl

SKIP_S = 3.0
LONGEST_PAUSE_S = 120.0


class Listener(Protocol):
    """`moved`: where the sound stood after each key."""

    moved: list[float]

    async def listen(self, seconds: float, until_digit: bool) -> str | None: ...


async def move_about(leg: Listener, seconds: float, controls: Mapping[str, PlaybackControl]) -> str | None:
    """The key that is none of `controls`; None at the end of the sound."""
    at, paused = 0.0, False
    loop = asyncio.get_running_loop()
    while at < seconds:
        began = loop.time()
        digit = await leg.listen(LONGEST_PAUSE_S if paused else seconds - at, until_digit=True)
        at = at if paused else at + loop.time() - began
        act = controls.get(digit) if digit is not None else None
        if digit is not None and act is None:
            return digit
        paused = act is PlaybackControl.PAUSE and not paused
        if act is PlaybackControl.BACK:
            at = max(at - SKIP_S, 0.0)
        elif act is PlaybackControl.FORWARD:
            at = at + SKIP_S if at + SKIP_S < seconds else max(seconds - SKIP_S, 0.0)
        leg.moved.append(round(at, 2))
    return None
