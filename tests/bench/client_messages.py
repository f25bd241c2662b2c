"""Messages through the bare client and the published ARI libraries, each in the place of the service."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from secrets import token_hex

from tests.bench.client_process import ClientEnded
from tests.bench.clients import install
from tests.bench.measure import Idle, place_calls
from tests.bench.message_desk import FOLDER, Mailbox, furnish, kept
from tests.bench.message_stage import MessageStage, Way, gave_up, measure_messages_at, message_load
from tests.bench.stand import Stand, System

_WARM_UP_RATE = 10
_WARM_UP_CALLS = 20


def words_of(way: Way) -> Sequence[str]:
    """That start the client. Raises NotInstalled."""
    if way is Way.BARE:
        return sys.executable, "-m", "tests.bench.bare_messages"
    return install(System(way.value), "messages")


@dataclass(frozen=True, slots=True)
class ClientMessages:
    """`people` are the numbers of who is away."""

    stand: Stand
    words: Sequence[str]
    people: Sequence[str]
    idle: Idle

    async def measure(self, way: Way, rate: int, seconds: float) -> MessageStage:
        """A client and a desk of its own each time: what one stage broke is not the next one's burden. A client does
        nothing while it waits, so it has no idle share."""
        folder = self.stand.house.folder / f"desk-{token_hex(4)}"
        furnish(folder, {number: Mailbox(id, "vacation") for id, number in enumerate(self.people)})
        load = message_load(self.people, rate, round(rate * seconds))
        try:
            async with self.stand.client(self.words, **{FOLDER: str(folder)}):
                await place_calls(self.stand, message_load(self.people, _WARM_UP_RATE, _WARM_UP_CALLS))
                await self.stand.drained()
                quiet = replace(self.idle, service=0.0)
                return await measure_messages_at(self.stand, way, load, partial(kept, folder), quiet)
        except (ClientEnded, FileNotFoundError, ProcessLookupError):
            await self.stand.drained()
            return gave_up(way, rate, load.calls)
