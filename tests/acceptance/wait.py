"""Waiting on a condition, bounded; never a sleep that hopes."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

LOOK_S = 0.05


async def until(condition: Callable[[], Awaitable[bool]], within: float, what: str) -> None:
    """AssertionError that names `what`, when the condition does not come true in `within` seconds."""
    end = monotonic() + within
    while not await condition():
        if monotonic() > end:
            raise AssertionError(f"not within {within:g} s: {what}")
        await asyncio.sleep(LOOK_S)
