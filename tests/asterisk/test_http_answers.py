"""What comes back for a request, whole, broken or unasked."""

import asyncio
import ssl

import pytest

from switchboard.asterisk.http_pool import ANSWER_BYTES, HttpPool, ServerAway
from tests.asterisk.raw_server import FINE, OTHER, Peer, each_time, first_then, serving, turns


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nT: t\r\n\r\n", b"abc"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + FINE, b"ok"),
        (b"\r\n" + FINE, b"ok"),
    ],
)
async def test_answers_of_every_kind_byte_by_byte(said: bytes, heard: bytes) -> None:
    async def slowly(peer: Peer) -> None:
        for data in (said, OTHER):
            await peer.asked()
            for place in range(len(data)):
                await peer.say(data[place : place + 1])
                await asyncio.sleep(0)
        await peer.ended()

    async with serving(slowly) as (server, pool), asyncio.timeout(2):
        assert (await pool.request("GET", "/")).body == heard
        assert (await pool.request("GET", "/")).body == b"other"
        assert server.connections == 1


@pytest.mark.parametrize(
    "broken",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\n\r\nwho knows whether this is all",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x00\xff" * 100,
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ],
)
async def test_what_is_cut_or_no_http_is_an_error_and_is_not_asked_again(broken: bytes) -> None:
    """Also on a connection that was kept: something came, so the request was heard."""

    async def conduct(peer: Peer) -> None:
        await peer.asked()
        await peer.say(FINE)
        await peer.asked()
        await peer.say(broken)

    async with serving(lambda peer: first_then(conduct, peer)) as (server, pool), asyncio.timeout(2):
        await pool.request("GET", "/")
        with pytest.raises(ServerAway):
            await pool.request("GET", "/")
        assert server.connections == 1
        assert (await pool.request("GET", "/")).body == b"other"


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("unasked", [OTHER, OTHER[:20], b"x"])
async def test_what_nobody_asked_for_is_nobodys_answer(unasked: bytes, at_once: bool) -> None:
    async def too_much(peer: Peer) -> None:
        await peer.asked()
        await peer.say(FINE + (unasked if at_once else b""))
        if not at_once:
            await peer.say(unasked)
        await peer.ended()

    async def conduct(peer: Peer) -> None:
        await (too_much(peer) if peer.number == 1 else each_time(FINE)(peer))

    async with serving(conduct) as (server, pool), asyncio.timeout(2):
        assert (await pool.request("POST", "/")).body == b"ok"
        await turns(lambda: not pool._idle)
        assert (await pool.request("POST", "/")).body == b"ok"
        assert server.connections == 2


async def test_an_answer_without_end_is_cut() -> None:
    async def endless(peer: Peer) -> None:
        await peer.asked()
        await peer.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"100000\r\n" + bytes(0x100000) + b"\r\n"
        while True:
            await peer.say(chunk)

    assert ANSWER_BYTES == 64 * 1024 * 1024
    async with serving(endless) as (server, pool), asyncio.timeout(20):
        with pytest.raises(ServerAway, match="longer than 67108864 bytes"):
            await pool.request("GET", "/")
        await turns(lambda: server.open == 0)


async def test_https_is_spoken_and_the_certificate_is_looked_at() -> None:
    hello = bytearray()

    async def conduct(peer: Peer) -> None:
        hello.extend(await peer._reader.readexactly(3))
        await peer.say(FINE)

    async with serving(conduct, "https") as (_, pool), asyncio.timeout(2):
        with pytest.raises(ServerAway, match="SSL"):
            await pool.request("GET", "/")
        assert pool._tls is not None
        assert (pool._tls.verify_mode, pool._tls.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert hello[:2] == b"\x16\x03", "a TLS handshake"
    assert HttpPool("https://asterisk.example", {})._port == 443
    assert HttpPool("http://asterisk.example", {})._tls is None


async def test_a_server_that_cannot_be_found() -> None:
    for url, why in (("http://127.0.0.1:9", "ConnectionRefusedError"), ("http://a..b", "Error")):
        with pytest.raises(ServerAway, match=why):
            await HttpPool(url, {}).request("GET", "/")


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8088", "localhost:8088/ari", "ftp://x", "http://", "http://växel", "http://x:y"]
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|Port"):
        HttpPool(url, {})
