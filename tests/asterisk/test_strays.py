"""What is taken for a call that a crash left, when calls begin and end at the very moment of looking."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web

from switchboard.asterisk import telephony
from switchboard.asterisk.ari_client import AriClient
from switchboard.asterisk.channels import HeldChannels
from switchboard.asterisk.phone_states import PhoneStates
from switchboard.asterisk.telephony import AriTelephony
from tests.asterisk.ari_server import AriServer, ari_server
from tests.asterisk.exchange import FrozenClock
from tests.fakes.world import FakeLog


def channel(id: str) -> dict[str, Any]:
    caller = {"name": "", "number": "0701234567"}
    dialplan = {"context": "from-trunk", "exten": "211"}
    return {"id": id, "name": "PJSIP/trunk-1", "state": "Up", "caller": caller, "dialplan": dialplan}


def looks(ari: AriServer, *listings: list[str], talks: Mapping[str, list[str]] | None = None) -> None:
    """Asterisk's channels at each look, one after the other; all of them are in our application."""
    left = list(listings)

    async def application(_: web.Request) -> web.StreamResponse:
        return web.json_response({"channel_ids": left[0]})

    async def channels(_: web.Request) -> web.StreamResponse:
        return web.json_response([channel(id) for id in left.pop(0)])

    ari.answers["GET", "applications/switchboard-7"] = application
    ari.answers["GET", "channels"] = channels
    ari.answer("GET", "bridges", [{"id": id, "channels": members} for id, members in (talks or {}).items()])


async def strays(ari: AriServer, followed: set[str]) -> tuple[list[str], AriTelephony]:
    log = FakeLog()
    async with AriClient(ari.access, log) as client:
        exchange = AriTelephony(client, HeldChannels(client, log), PhoneStates(client, log), FrozenClock(), log)
        found = await exchange.strays(followed.__contains__)
    assert log.lines == []
    return [each.call.id for each in found], exchange


@pytest.mark.parametrize(
    ("listings", "found"),
    [
        ([["c-1"], ["c-1"]], ["c-1"]),
        ([["c-1"], []], []),
        ([["c-1"], ["c-2"]], []),
        ([[]], []),
    ],
)
async def test_a_call_that_ends_or_begins_meanwhile_is_none(listings: list[list[str]], found: list[str]) -> None:
    async with ari_server() as ari:
        looks(ari, *listings)
        assert (await strays(ari, set()))[0] == found


async def test_looking_asks_for_nothing_of_each_call() -> None:
    everybody = [f"c-{number}" for number in range(20)]
    async with ari_server() as ari:
        looks(ari, everybody, everybody)
        ari.answer("GET", "recordings/stored", [{"name": f"message-{number}"} for number in range(5)])
        assert (await strays(ari, set()))[0] == everybody
        assert [path for _, path, _ in ari.requests] == ["applications/switchboard-7", "channels", "bridges"] * 2


async def test_a_call_whose_story_begins_meanwhile_is_none() -> None:
    followed: set[str] = set()
    async with ari_server() as ari:
        looks(ari, ["c-1"], ["c-1"])
        asyncio.get_running_loop().call_later(0.1, followed.add, "c-1")
        assert (await strays(ari, followed))[0] == []


async def test_legs_of_phones_that_belong_to_nobody_are_hung_up_and_those_in_a_talk_are_not() -> None:
    async with ari_server() as ari:
        everybody = ["c-1", "leg-1", "leg-2", "leg-3"]
        looks(ari, everybody, everybody, talks={"bridge-c-1": ["c-1", "leg-1"], "bridge-c-9": ["leg-2"]})
        found, _ = await strays(ari, set())
        assert found == ["c-1"]
        assert sorted(path for method, path, _ in ari.requests if method == "DELETE") == [
            "channels/leg-2",
            "channels/leg-3",
        ]


async def test_a_talk_between_two_whom_we_rang_goes_on_as_their_call() -> None:
    """Who called has transferred the one to the other, or they were both called back."""
    async with ari_server() as ari:
        everybody = ["leg-call-7-aa", "leg-call-7-bb", "leg-call-8-cc"]
        looks(ari, everybody, everybody, talks={"bridge-1": ["leg-call-7-aa", "leg-call-7-bb"]})
        found, _ = await strays(ari, set())
        assert found == ["call-7"]
        assert [path for method, path, _ in ari.requests if method == "DELETE"] == ["channels/leg-call-8-cc"]


async def test_a_consultation_goes_on_and_its_caller_is_taken_up_too() -> None:
    async with ari_server() as ari:
        there = ["c-1", "leg-c-1-aa", "leg-c-1-bb"]
        looks(ari, there, there, talks={"bridge-1": ["leg-c-1-aa", "leg-c-1-bb"]})
        log = FakeLog()
        async with AriClient(ari.access, log) as client:
            exchange = AriTelephony(client, HeldChannels(client, log), PhoneStates(client, log), FrozenClock(), log)
            found = await exchange.strays(set[str]().__contains__)
        assert [(each.call.id, each.leg.id, each.talking) for each in found] == [
            ("c-1", "c-1", False),
            ("leg-c-1-aa", "leg-c-1-aa", True),
        ]
        assert (found[0].call.source, found[1].call.source) == ("trunk", "service")


async def test_of_two_calls_that_became_one_the_first_goes_on() -> None:
    async with ari_server() as ari:
        looks(ari, ["c-2", "c-1"], ["c-2", "c-1"], talks={"bridge-1": ["c-2", "c-1"]})
        assert (await strays(ari, set()))[0] == ["c-1"]


async def test_the_bridge_of_two_who_hung_up_meanwhile_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telephony, "EMPTY_FOR_S", 0.0)
    async with ari_server() as ari:
        talks = {"bridge-1": ["c-1", "leg-c-1-aa"], "bridge-2": [], "somebody-elses": []}
        looks(ari, ["c-1", "leg-c-1-aa"], ["c-1", "leg-c-1-aa"], talks=talks)
        await strays(ari, set())
        assert [path for method, path, _ in ari.requests if method == "DELETE"] == ["bridges/bridge-2"]


async def test_a_bridge_that_is_just_being_filled_stays() -> None:
    async with ari_server() as ari:
        looks(ari, ["c-1"], ["c-1"], talks={"bridge-1": []})
        await strays(ari, {"c-1"})
        assert [path for method, path, _ in ari.requests if method == "DELETE"] == []
