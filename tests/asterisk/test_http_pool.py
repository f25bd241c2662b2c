"""Which connection a request is sent on, and what becomes of it when the request or the pool ends early."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest
import uvloop

from switchboard.asterisk import http_pool
from switchboard.asterisk.http_pool import MOST_CONNECTIONS, Answer, ServerAway
from tests.asterisk.raw_server import FINE, OTHER, Peer, each_time, first_then, serving, turns


async def test_a_connection_serves_one_request_after_the_other() -> None:
    heads: list[str] = []

    async def conduct(peer: Peer) -> None:
        while True:
            head, body = await peer.asked()
            heads.append(head)
            await peer.say(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    async with serving(conduct) as (server, pool):
        assert await pool.request("POST", "/ari/a?b=c", b'{"d": 1}') == Answer(201, b'{"d": 1}')
        assert await pool.request("GET", "/ari/e") == Answer(201, b"")
        assert server.connections == 1
        host = server.url.removeprefix("http://")
    assert heads[0].splitlines()[0] == "POST /ari/a?b=c HTTP/1.1"
    assert {f"Host: {host}", "Authorization: Basic x", "Content-Type: application/json"} <= set(heads[0].splitlines())
    assert "Content-Length: 0" in heads[1]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_what_was_seen_to_be_closed_is_not_used(method: str) -> None:
    async def one(peer: Peer) -> None:
        await peer.asked()
        await peer.say(FINE)

    async with serving(lambda peer: first_then(one, peer)) as (server, pool):
        await pool.request("GET", "/")
        await turns(lambda: not pool._idle)
        assert (await pool.request(method, "/")).body == b"other"
        assert server.connections == 2


@pytest.mark.parametrize(("method", "repeated"), [("GET", True), ("PUT", True), ("DELETE", True), ("POST", False)])
async def test_what_is_closed_while_the_request_is_on_its_way(method: str, repeated: bool) -> None:
    """A POST may have been carried out: whoever asked must decide."""

    async def deaf_to_the_second(peer: Peer) -> None:
        await peer.asked()
        await peer.say(FINE)
        await peer.asked()

    async with serving(lambda peer: first_then(deaf_to_the_second, peer)) as (server, pool):
        await pool.request("GET", "/")
        if repeated:
            assert (await pool.request(method, "/")).body == b"other"
        else:
            with pytest.raises(ServerAway, match="Connection"):
                await pool.request(method, "/")
        assert server.connections == 1 + repeated


async def test_a_new_connection_without_an_answer_is_not_tried_twice() -> None:
    async def mute(peer: Peer) -> None:
        await peer.asked()

    async with serving(mute) as (server, pool):
        with pytest.raises(ServerAway, match="Connection"):
            await pool.request("GET", "/")
        assert server.connections == 1


async def test_a_connection_that_is_to_be_closed_is_not_used_again() -> None:
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
    async with serving(each_time(closing)) as (server, pool):
        assert (await pool.request("POST", "/")).body == b"ok"
        assert (await pool.request("POST", "/")).body == b"ok"
        assert server.connections == 2


async def test_who_gives_up_costs_a_connection_and_nobody_elses_answer() -> None:
    answer = asyncio.Event()

    async def conduct(peer: Peer) -> None:
        while True:
            head, _ = await peer.asked()
            await answer.wait()
            await peer.say(OTHER if " /slow " in head else FINE)

    async with serving(conduct) as (server, pool), asyncio.timeout(2):
        slow, fast = (asyncio.create_task(pool.request("GET", target)) for target in ("/slow", "/fast"))
        await turns(lambda: server.connections == 2)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        answer.set()
        assert (await fast).body == b"ok"
        await turns(lambda: server.open == 1)
        assert (await pool.request("GET", "/fast")).body == b"ok"
        assert server.connections == 2


async def test_who_gives_up_as_the_answer_comes_leaves_the_connection_to_the_next() -> None:
    async with serving(each_time(FINE, OTHER)) as (server, pool), asyncio.timeout(2):
        leaving = asyncio.create_task(pool.request("GET", "/"))
        await turns(lambda: bool(pool._idle))
        leaving.cancel()
        following = asyncio.create_task(pool.request("POST", "/"))
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert (await following).body == b"other"
        assert server.connections == 1


async def test_an_answer_to_nobody_is_not_the_next_ones() -> None:
    """It comes after the request was cancelled and before that was carried out."""
    silent = asyncio.Event()

    async def conduct(peer: Peer) -> None:
        await peer.asked()
        await (silent.wait() if peer.number == 1 else peer.say(OTHER))
        await peer.ended()

    async with serving(conduct) as (server, pool), asyncio.timeout(2):
        leaving = asyncio.create_task(pool.request("GET", "/"))
        await turns(lambda: server.connections == 1 and bool(pool._all))
        leaving.cancel()
        (connection,) = pool._all
        connection.data_received(FINE)
        following = asyncio.create_task(pool.request("POST", "/"))
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert (await following).body == b"other"
        silent.set()


async def test_no_more_connections_than_allowed_and_first_come_first_served(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_CONNECTIONS == 64
    free, heard = asyncio.Event(), list[str]()

    async def conduct(peer: Peer) -> None:
        while True:
            head, _ = await peer.asked()
            heard.append(head.split()[1])
            await free.wait()
            await peer.say(FINE)

    async with serving(conduct) as (server, pool), asyncio.timeout(5):
        asking = [asyncio.create_task(pool.request("GET", f"/{number:03}")) for number in range(200)]
        await turns(lambda: len(heard) == MOST_CONNECTIONS)
        free.set()
        assert {answer.body for answer in await asyncio.gather(*asking)} == {b"ok"}
        assert server.most_open == server.connections == MOST_CONNECTIONS
    assert sorted(heard[:64]) == [f"/{number:03}" for number in range(64)]
    monkeypatch.setattr(http_pool, "MOST_CONNECTIONS", 1)
    heard.clear()
    async with serving(conduct) as (server, pool), asyncio.timeout(5):
        await asyncio.gather(*(pool.request("GET", f"/{number}") for number in range(9)))
        assert server.connections == 1
    assert heard == [f"/{number}" for number in range(9)]


async def test_what_can_be_sent_at_once_is_on_its_way_before_anybody_waits() -> None:
    async with serving(each_time(FINE, OTHER, FINE)) as (server, pool), asyncio.timeout(2):
        assert pool.send_at_once("POST", "/") is None
        await pool.request("GET", "/")
        sent = pool.send_at_once("POST", "/")
        assert sent is not None
        assert pool.send_at_once("POST", "/") is None  # the one connection is taken
        await turns(sent.done)
        assert (await pool.request("POST", "/", b"", sent)).body == b"other"
        assert (await pool.request("POST", "/")).body == b"ok"
        assert server.connections == 1


async def test_what_was_sent_at_once_and_is_not_answered_is_sent_again_if_it_may_be() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.asked()
        await peer.say(FINE)
        if peer.number == 1:
            await peer.asked()
            return
        await peer.ended()

    for method, repeated in (("PUT", True), ("POST", False)):
        async with serving(conduct) as (server, pool), asyncio.timeout(2):
            await pool.request("GET", "/")
            sent = pool.send_at_once(method, "/")
            if repeated:
                assert (await pool.request(method, "/", b"", sent)).body == b"ok"
            else:
                with pytest.raises(ServerAway):
                    await pool.request(method, "/", b"", sent)
            assert server.connections == 1 + repeated


async def test_who_never_asks_for_the_answer_holds_nothing_up() -> None:
    async with serving(each_time(FINE)) as (server, pool), asyncio.timeout(5):
        await pool.request("GET", "/")
        for _ in range(2 * MOST_CONNECTIONS):
            sent = pool.send_at_once("POST", "/")
            assert sent is not None
            await turns(sent.done)
        assert server.connections == 1


async def test_after_an_abort_nothing_is_sent() -> None:
    """Neither what waits for its turn, nor a GET that would be repeated on another connection."""
    unanswered = 0

    async def conduct(peer: Peer) -> None:
        nonlocal unanswered
        if peer.number <= 10:
            await peer.asked()
            await peer.say(FINE)
        while True:
            await peer.asked()
            unanswered += 1

    async with serving(conduct) as (server, pool), asyncio.timeout(2):
        await asyncio.gather(*(pool.request("GET", "/") for _ in range(10)))
        asking = [asyncio.create_task(pool.request("GET", "/")) for _ in range(100)]
        await turns(lambda: unanswered == MOST_CONNECTIONS)
        pool.abort()
        results = await asyncio.gather(*asking, return_exceptions=True)
        assert all(isinstance(each, ServerAway) for each in results)
        with pytest.raises(ServerAway):
            await pool.request("GET", "/")
        await pool.close()
        assert pool._all == set()
        await turns(lambda: server.open == 0)
        assert (unanswered, server.connections) == (MOST_CONNECTIONS, MOST_CONNECTIONS)


async def test_an_abort_ends_attempts_to_connect() -> None:
    async with serving(Peer.ended, "https") as (server, pool), asyncio.timeout(2):
        asking = asyncio.create_task(pool.request("GET", "/"))
        await turns(lambda: server.connections == 1)
        pool.abort()
        with pytest.raises(ServerAway):
            await asking
        await turns(lambda: server.open == 0)


async def test_what_was_idle_too_long_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(each_time(FINE)) as (server, pool), asyncio.timeout(2):
        await pool.request("GET", "/")
        await pool.request("GET", "/")
        assert server.connections == 1
        monkeypatch.setattr(http_pool, "IDLE_S", 0.0)
        await pool.request("POST", "/")
        assert server.connections == 2
        await turns(lambda: server.open == 1)


@pytest.mark.parametrize(
    "story",
    [
        test_a_connection_serves_one_request_after_the_other,
        test_a_new_connection_without_an_answer_is_not_tried_twice,
        test_who_gives_up_costs_a_connection_and_nobody_elses_answer,
        test_who_gives_up_as_the_answer_comes_leaves_the_connection_to_the_next,
        test_an_answer_to_nobody_is_not_the_next_ones,
        test_after_an_abort_nothing_is_sent,
        test_an_abort_ends_attempts_to_connect,
    ],
)
def test_the_same_on_the_loop_that_the_service_runs_on(story: Callable[[], Coroutine[None, None, None]]) -> None:
    uvloop.run(story())
