"""One call as the stories of others see it: they may ask it for the party whom a phone talks with in it."""

import asyncio
from collections.abc import Awaitable, Callable

from switchboard.calls.live import Party, StillRinging

ASK_WITHIN_S = 2.0
"""A story that neither rings nor talks hears no question."""


class LiveCall:
    """`step_aside` is asked, with a leg's id, where the story itself does not answer in time."""

    def __init__(self, call_id: str, step_aside: Callable[[str], Awaitable[StillRinging | None]]) -> None:
        self._call_id = call_id
        self._step_aside = step_aside
        self._asked = asyncio.Event()
        self._answer: asyncio.Future[Party | StillRinging | None] | None = None
        self._over = False
        self.leg_id = ""

    @property
    def call_id(self) -> str:
        return self._call_id

    async def ask(self, leg_id: str) -> Party | StillRinging | None:
        if self._over or self._answer is not None:
            return None
        self.leg_id = leg_id
        answer = self._answer = asyncio.get_running_loop().create_future()
        self._asked.set()
        try:
            async with asyncio.timeout(ASK_WITHIN_S):
                return await asyncio.shield(answer)
        except TimeoutError:
            return answer.result() if answer.done() else await self._step_aside(leg_id)
        except asyncio.CancelledError:
            await _end(answer)
            raise
        finally:
            self._answer = None
            self._asked.clear()

    # Of the call's own story

    async def asked(self) -> None:
        """Wait until somebody asks for who talks with `leg_id`."""
        await self._asked.wait()

    def give(self, what: Party | StillRinging | None) -> bool:
        """False: nobody waits for it any more, and it is still ours."""
        self._asked.clear()
        if self._answer is None or self._answer.done():
            return False
        self._answer.set_result(what)
        return True

    def end(self) -> None:
        self._over = True
        self.give(None)


async def _end(answer: asyncio.Future[Party | StillRinging | None]) -> None:
    """The asker is given up with the party already in hand."""
    if not answer.done():
        answer.cancel()
    elif isinstance(party := answer.result(), Party):
        await asyncio.shield(party.leg.hang_up())
