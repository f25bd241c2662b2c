"""What a console sees over its WebSocket while telephones ring, talk, wait and come back."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.acceptance.operators.api import Api
from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.partings import farewell, transferred
from tests.acceptance.operators.party import WITHIN_S, hear_each_other
from tests.acceptance.registering import unregister

KEYS = {"queue": ("call_id",), "operators": ("person_id", "group_id"), "people": ("id",)}
Item = dict[str, Any]


class Board:
    """The state as the messages make it: a document that changed replaces the one with the same key."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._items: dict[str, dict[tuple[object, ...], Item]] = {section: {} for section in KEYS}

    async def shows(self, section: str, condition: Callable[[list[Item]], bool], what: str) -> list[Item]:
        """Read until the section is so."""
        try:
            async with asyncio.timeout(WITHIN_S):
                while not condition(self.items(section)):
                    self._take(json.loads(await self._socket.recv()))
        except TimeoutError as problem:
            raise AssertionError(f"the board never showed {what}: {self.items(section)}") from problem
        return self.items(section)

    async def has(self, section: str, **wanted: object) -> Item:
        """Read until one document of the section has all of these."""

        def found(items: list[Item]) -> list[Item]:
            return [item for item in items if all(item[name] == value for name, value in wanted.items())]

        return found(await self.shows(section, lambda items: bool(found(items)), str(wanted)))[0]

    def items(self, section: str) -> list[Item]:
        return list(self._items[section].values())

    def _take(self, message: Item) -> None:
        for section, keys in KEYS.items():
            told = message.get(section)
            if told is None:
                continue
            if message["type"] == "snapshot":
                self._items[section], told = {}, {"changed": told, "gone": []}
            items = self._items[section]
            for item in told["changed"]:
                items[tuple(item[key] for key in keys)] = item
            for item in told["gone"]:
                del items[tuple(item[key] for key in keys)]


@asynccontextmanager
async def board_of(desk: Desk, api: Api) -> AsyncIterator[Board]:
    """Of the people of the desk."""
    address = f"ws://127.0.0.1:{desk.house.http_port}/api/v1/live"
    headers = {"Authorization": f"Bearer {api.token}"}
    async with connect(address, additional_headers=headers, proxy=None) as socket:
        await socket.send(json.dumps({"watch": {"authority": f"Ort {desk.number}"}}))
        yield Board(socket)


@pytest.mark.requirement("R3", "R4", "R38")
async def test_queue_operators_and_colleagues_as_they_are_now(desk: Desk, api: Api) -> None:
    await desk.operator()
    await desk.colleague("anna")
    desk.absent("erik")
    async with board_of(desk, api) as board:
        await board.has("people", id=desk.person("anna"), state="free")
        await board.has("people", id=desk.person("maria"), state="unregistered")
        erik = await board.has("people", id=desk.person("erik"), state="absent")
        told = {name: erik["absence"][name] for name in ("reason", "until", "source")}
        assert told == {"reason": "vacation", "until": "2026-08-24T08:00:00+02:00", "source": "test"}
        karin = {"person_id": desk.person("op1"), "group_id": desk.group}
        await board.has("operators", **karin, state="free")

        caller, op = await desk.talk()
        await board.has("operators", **karin, state="talking")
        second = await desk.ring_from()
        number = second.call.account.user
        waiting = await board.has("queue", caller=number, position=1, kind="caller", why=None)
        assert (waiting["authority"], waiting["called"]) == (f"Ort {desk.number}", desk.main)
        assert (waiting["group_id"], waiting["answer_phrase"]) == (desk.group, "Välkommen.")

        await op.call.blind_transfer(desk.extension("anna"))
        await transferred(op)
        other = await desk.answer("op1")
        back = caller.call.account.user
        await board.has("queue", caller=back, position=1, why="Åter: Anna Andersson, svarar inte")
        await hear_each_other(second, other)
        desk.present("erik")
        await board.has("people", id=desk.person("erik"), absence=None)
        await unregister(desk.phones["anna"])
        await board.has("people", id=desk.person("anna"), state="unregistered")
        await farewell(second, other)
        again = await desk.answer("op1")
        await board.shows("queue", lambda items: back not in {item["caller"] for item in items}, "who is served")
        await hear_each_other(caller, again)
        await farewell(caller, again)
        await board.has("operators", **karin, state="free")
        desk.sign_out("op1")
        await board.has("operators", **karin, state="signed_out")
