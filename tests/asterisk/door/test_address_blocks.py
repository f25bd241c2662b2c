"""The addresses that are shut out: packed into few objects, renewed without a gap, made again for a new Asterisk."""

import json
from collections.abc import AsyncIterator, Collection
from urllib.parse import unquote

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from switchboard.asterisk.ari_client import AriClient
from switchboard.asterisk.door.address_blocks import MOST, MOST_EACH, OBJECTS, AddressBlocks, packed
from switchboard.calls.ports import TelephonyFault
from tests.asterisk.ari_server import AriServer, ari_server
from tests.fakes.world import FakeLog

FOLDER = "asterisk/config/dynamic/res_pjsip"


class Objects:
    """What Asterisk holds. Like Asterisk it makes an object, and then fails to show it."""

    def __init__(self, server: AriServer) -> None:
        self.held: dict[str, frozenset[str]] = {}
        self.least: frozenset[str] | None = None
        self.broken = False
        for number in range(OBJECTS):
            name = f"blocked-7-{number}"
            for method in ("PUT", "GET", "DELETE"):
                server.answers[method, f"{FOLDER}/acl/{name}"] = self.answer

    async def answer(self, request: web.Request) -> web.StreamResponse:
        name = unquote(request.path.rpartition("/")[2])
        if self.broken:
            return web.json_response({"message": "no"}, status=503)
        if request.method == "PUT":
            (field,) = json.loads(await request.text())["fields"]
            assert field["attribute"] == "deny"
            assert name not in self.held, "an object cannot be changed"
            self.held[name] = frozenset(field["value"].split(","))
        elif name not in self.held:
            return web.json_response({"message": "none"}, status=404)
        if request.method == "DELETE":
            del self.held[name]
            self.least = self.all if self.least is None else self.least & self.all
            return web.Response(status=204)
        return web.json_response({"error": "Allocation failed"}, status=500)

    @property
    def all(self) -> frozenset[str]:
        return frozenset().union(*self.held.values())


@pytest.fixture
async def server() -> AsyncIterator[AriServer]:
    async with ari_server() as server:
        yield server


@pytest.fixture
async def blocks(server: AriServer) -> AsyncIterator[AddressBlocks]:
    async with AriClient(server.access, FakeLog()) as client:
        yield AddressBlocks(client, 7, FakeLog())


def some(count: int, network: int = 1) -> set[str]:
    return {f"10.{network}.{number // 200}.{number % 200}" for number in range(count)}


async def test_asterisk_has_what_is_wanted_and_nothing_else(server: AriServer, blocks: AddressBlocks) -> None:
    objects = Objects(server)
    for wanted in (some(3), some(200), some(150), some(150) | some(90, 2), {"2001:db8::1"}, set[str]()):
        await blocks.shut_out(wanted)
        assert objects.all == wanted
        assert len(objects.held) == -(-len(wanted) // MOST_EACH)


async def test_who_stays_out_is_never_let_in_meanwhile(server: AriServer, blocks: AddressBlocks) -> None:
    objects = Objects(server)
    await blocks.shut_out(some(30))
    await blocks.shut_out(some(50))
    assert objects.least is not None
    assert objects.least >= some(30)


async def test_nothing_is_asked_when_nothing_has_changed(server: AriServer, blocks: AddressBlocks) -> None:
    Objects(server)
    await blocks.shut_out(some(3))
    before = len(server.requests)
    await blocks.shut_out(some(3))
    assert len(server.requests) == before


async def test_a_new_asterisk_and_a_new_service_begin_anew(server: AriServer, blocks: AddressBlocks) -> None:
    objects = Objects(server)
    await blocks.shut_out(some(3))
    objects.held = {"blocked-7-0": frozenset(some(1, 9)), "blocked-8-0": frozenset(some(1, 8))}
    blocks.forget()
    await blocks.shut_out(some(3))
    assert objects.all == some(3) | some(1, 8)


async def test_more_than_asterisk_is_burdened_with_is_said(server: AriServer) -> None:
    objects, log = Objects(server), FakeLog()
    async with AriClient(server.access, FakeLog()) as client:
        blocks = AddressBlocks(client, 7, log)
        await blocks.shut_out(some(MOST + 1))
        await blocks.shut_out(some(MOST, 2))
    assert objects.all == some(MOST, 2)
    assert "too_many_blocks" in str(log.lines)


async def test_a_refusal_is_a_fault_and_all_is_put_again(server: AriServer, blocks: AddressBlocks) -> None:
    objects = Objects(server)
    await blocks.shut_out(some(3))
    objects.broken = True
    with pytest.raises(TelephonyFault):
        await blocks.shut_out(some(4))
    objects.broken = False
    await blocks.shut_out(some(4))
    assert objects.all == some(4)


async def test_the_trunk_s_networks_are_asked_of_asterisk(server: AriServer, blocks: AddressBlocks) -> None:
    fields = [
        {"attribute": "match", "value": "192.0.2.0/255.255.255.0,198.51.100.7/255.255.255.255"},
        {"attribute": "endpoint", "value": "trunk"},
    ]
    server.answer("GET", f"{FOLDER}/identify/trunk", fields)
    assert [str(each) for each in await blocks.own_networks()] == ["192.0.2.0/24", "198.51.100.7/32"]


async def test_without_an_answer_nobody_knows_the_trunk(blocks: AddressBlocks) -> None:
    with pytest.raises(TelephonyFault):
        await blocks.own_networks()


@given(st.sets(st.ip_addresses().map(str), max_size=400))
def test_packing_loses_nobody(addresses: Collection[str]) -> None:
    objects = list(packed(addresses))
    assert frozenset().union(*objects) == addresses
    assert all(len(each) == MOST_EACH for each in objects[:-1])
