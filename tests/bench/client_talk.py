"""What a client under measurement says to the benchmark: `ready`, then for each line that comes in how many prompts it
has had played, or messages kept. It ends with its input. The standard library alone, since it runs in environments that
have no more.

SWITCHBOARD_ARI_URL, SWITCHBOARD_ARI_PASSWORD and BENCH_PROMPT come from the environment.
"""

import asyncio
import base64
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass

APPLICATION = "switchboard-0"
USER = "switchboard"
EVENT_TYPES = ("CallBroadcast", "StasisStart", "StasisEnd", "ChannelDestroyed", "PlaybackFinished")
_CONNECTED_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the client works, and what it plays."""

    url: str
    password: str
    prompt: str

    @classmethod
    def from_environment(cls) -> "Place":
        names = ("SWITCHBOARD_ARI_URL", "SWITCHBOARD_ARI_PASSWORD", "BENCH_PROMPT")
        url, password, prompt = (os.environ[name] for name in names)
        return cls(url.rstrip("/"), password, prompt)

    @property
    def authorization(self) -> str:
        return f"Basic {base64.b64encode(f'{USER}:{self.password}'.encode()).decode()}"

    @property
    def server(self) -> str:
        """As libraries want it, which add /ari themselves."""
        return self.url.removesuffix("ari")


async def filter_events(place: Place, kinds: Sequence[str] = EVENT_TYPES) -> None:
    """As soon as the application is there: without it Asterisk sends five times as many events. By plain HTTP, since
    neither library can send this request's body."""
    async with asyncio.timeout(_CONNECTED_WITHIN_S):
        while not await asyncio.to_thread(_put_filter, place, kinds):  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.05)


def allowing(kinds: Sequence[str]) -> bytes:
    """The body of an event filter."""
    return json.dumps({"allowed": [{"type": kind} for kind in kinds]}).encode()


def _put_filter(place: Place, kinds: Sequence[str]) -> bool:
    request = urllib.request.Request(  # noqa: S310 - our own loopback
        f"{place.url}/applications/{APPLICATION}/eventFilter",
        allowing(kinds),
        {"Authorization": place.authorization, "Content-Type": "application/json"},
        method="PUT",
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own loopback
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False


async def tell(played: Callable[[], int]) -> None:
    """Until the input ends."""
    print("ready", flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while await lines.readline():
        print(played(), flush=True)
