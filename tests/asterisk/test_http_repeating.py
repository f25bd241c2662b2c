"""Which POST is sent once more where a kept connection was closed, and when."""

import asyncio
from collections.abc import Awaitable

import pytest

from switchboard.asterisk.http_pool import ServerAway
from tests.asterisk.raw_server import FINE, Conduct, Peer, first_then, serving


async def test_a_post_that_may_be_repeated_is_sent_once_more_on_a_new_connection() -> None:
    """Once: a server that closes that one too is away. A POST beside it, and one that was answered in part, is not."""

    async def deaf_to_the_second(peer: Peer) -> None:
        await peer.asked()
        await peer.say(FINE)
        await peer.asked()

    async def deaf(peer: Peer) -> None:
        await (deaf_to_the_second(peer) if peer.number == 1 else peer.asked())

    async def breaks_off(peer: Peer) -> None:
        await peer.asked()
        await peer.say(FINE)
        await peer.asked()
        await peer.say(b"HTTP/1.1 204")

    def first(peer: Peer) -> Awaitable[None]:
        return first_then(deaf_to_the_second, peer)

    cases: list[tuple[Conduct, str, int]] = [
        (first, "/ari/events/claim?channelId=c", 2),
        (first, "/ari/events/claims", 1),
        (deaf, "/ari/events/claim?channelId=c", 2),
        (breaks_off, "/ari/events/claim", 1),
    ]
    for conduct, target, connections in cases:
        async with serving(conduct, repeatable={"/ari/events/claim"}) as (server, pool), asyncio.timeout(2):
            await pool.request("GET", "/")
            sent = pool.send_at_once("POST", target)
            if conduct is first and connections == 2:
                assert (await pool.request("POST", target, b"", sent)).body == b"other"
            else:
                with pytest.raises(ServerAway):
                    await pool.request("POST", target, b"", sent)
            assert server.connections == connections
