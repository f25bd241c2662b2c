"""The live socket over the loopback address, with a real client."""

import asyncio
import json
from dataclasses import replace

import pytest
from websockets.asyncio.client import connect

from switchboard.domain.directory import Absence, AbsenceReason, OperatorSession, PauseReason
from switchboard.domain.diversion import PhoneState
from switchboard.web.live import socket as live_socket
from switchboard.web.live.protocol import TOO_SLOW, ImpatientProtocol
from switchboard.web.server import WebServer, build_app
from tests.builders import ERIK, OP1, OPERATOR_GROUP
from tests.fakes.web_ports import FakeWebPorts
from tests.fakes.web_rows import CITIZEN, NOW
from tests.web.live_reader import WAITING, closed_with, live, next_message, until


@pytest.mark.requirement("R3", "R4")
async def test_first_comes_all_there_is(live_server: WebServer, fakes: FakeWebPorts) -> None:
    fakes.queue.callers = [WAITING]
    async with live(live_server) as reader:
        snapshot = await next_message(reader)
    assert (snapshot["type"], snapshot["at"], snapshot["people_left_out"]) == ("snapshot", NOW.isoformat(), False)
    (waiting,) = snapshot["queue"]
    assert (waiting["call_id"], waiting["position"], waiting["caller"]) == ("call-1", 1, CITIZEN)
    assert "waited_s" not in waiting
    assert {item["person_id"]: item["state"] for item in snapshot["operators"]} == {1: "free", 2: "paused"}
    assert [(item["name"], item["state"]) for item in snapshot["people"]] == [
        ("Anna Andersson", "free"),
        ("Erik Lund", "unregistered"),
    ]


@pytest.mark.requirement("R4")
async def test_then_comes_what_changes_within_a_fifth_of_a_second(live_server: WebServer, fakes: FakeWebPorts) -> None:
    loop, took = asyncio.get_running_loop(), list[float]()
    async with live(live_server) as reader:
        await next_message(reader)
        for number in range(5):
            begun = loop.time()
            fakes.queue.callers = [replace(WAITING, call_id=f"call-{number}")]
            fakes.changes.ring()
            change = await next_message(reader)
            took.append(loop.time() - begun)
            assert set(change) == {"type", "at", "queue"}
            assert [item["call_id"] for item in change["queue"]["changed"]] == [f"call-{number}"]
            assert change["queue"]["gone"] == [{"call_id": f"call-{number - 1}"}] * (number > 0)
    assert min(took) < 0.2


async def test_many_changes_at_once_come_as_one(live_server: WebServer, fakes: FakeWebPorts) -> None:
    async with live(live_server) as reader:
        await next_message(reader)
        for position in range(1, 50):
            fakes.queue.callers = [replace(WAITING, position=position)]
            fakes.changes.ring()
        change = await next_message(reader)
        assert [item["position"] for item in change["queue"]["changed"]] == [49]


async def test_what_stays_as_it_is_is_not_told_again(live_server: WebServer, fakes: FakeWebPorts) -> None:
    async with live(live_server) as reader:
        await next_message(reader)
        fakes.changes.ring()
        session = OperatorSession(1, OP1.id, OPERATOR_GROUP.id, paused=True, pause_reason=PauseReason.LUNCH)
        fakes.directory.index.put(session)
        fakes.changes.ring()
        change = await next_message(reader)
        assert set(change) == {"type", "at", "operators"}
        (operator,) = change["operators"]["changed"]
        assert (operator["person_id"], operator["state"], operator["pause_reason"]) == (1, "paused", "lunch")


@pytest.mark.requirement("R3")
async def test_an_absence_that_nobody_told_of_is_seen_all_the_same(live_server: WebServer, fakes: FakeWebPorts) -> None:
    async with live(live_server) as reader:
        await next_message(reader)
        fakes.directory.index.put(Absence(90, ERIK.id, AbsenceReason.MEETING, NOW, None, recorded_at=NOW))
        change = await next_message(reader)
        (erik,) = change["people"]["changed"]
        assert (erik["id"], erik["state"]) == (ERIK.id, "absent")
        assert (erik["absence"]["reason"], erik["absence"]["recorded_at"]) == ("meeting", NOW.isoformat())


async def test_the_reader_chooses_whom_to_watch(live_server: WebServer, fakes: FakeWebPorts) -> None:
    async with live(live_server) as reader:
        await next_message(reader)
        await reader.send(json.dumps({"watch": {"people": [ERIK.id, 999]}}))
        snapshot = await next_message(reader)
        assert (snapshot["type"], [item["id"] for item in snapshot["people"]]) == ("snapshot", [ERIK.id])
        fakes.phones.states = {**fakes.phones.states, "anna": PhoneState.BUSY, "erik": PhoneState.FREE}
        fakes.changes.ring()
        change = await next_message(reader)
        assert [item["id"] for item in change["people"]["changed"]] == [ERIK.id]
        await reader.send(json.dumps({"watch": {"authority": "Norrby kommun"}}))
        assert len((await next_message(reader))["people"]) == 2
        assert fakes.people.asked[-1][0].authority == "Norrby kommun"


async def test_more_people_than_fit_are_said_to_be_left_out(
    live_server: WebServer, fakes: FakeWebPorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "MOST_PEOPLE", 1)
    async with live(live_server) as reader:
        snapshot = await next_message(reader)
        assert (len(snapshot["people"]), snapshot["people_left_out"]) == (1, True)


async def test_staff_see_people_and_no_callers(live_server: WebServer, fakes: FakeWebPorts) -> None:
    fakes.queue.callers = [WAITING]
    async with live(live_server, "staff") as reader:
        assert set(await next_message(reader)) == {"type", "at", "people", "people_left_out"}


async def test_a_reader_that_does_not_read_is_dropped_and_holds_up_nobody(
    live_server: WebServer, fakes: FakeWebPorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImpatientProtocol, "patience_s", 0.2)
    board = live_server._app.state.live
    fakes.queue.callers = [replace(WAITING, call_id=f"call-{number}", why="x" * 2000) for number in range(400)]
    address = f"ws://127.0.0.1:{live_server.port}/api/v1/live"
    headers = {"Authorization": "Bearer operator-token"}
    async with connect(address, additional_headers=headers, proxy=None, max_queue=1, max_size=None) as slow:
        await until(lambda: len(board) == 1)
        for number in range(30):
            fakes.queue.callers = [replace(each, why=f"{number}" * 1000) for each in fakes.queue.callers]
            fakes.changes.ring()
            await asyncio.sleep(0.08)
        assert (await closed_with(slow))[0] == TOO_SLOW
        await until(lambda: len(board) == 0)


async def test_a_reader_that_never_reads_again_is_cut_off(
    live_server: WebServer, fakes: FakeWebPorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImpatientProtocol, "patience_s", 0.1)
    monkeypatch.setattr(ImpatientProtocol, "grace_s", 0.1)
    board = live_server._app.state.live
    fakes.queue.callers = [replace(WAITING, call_id=f"call-{number}", why="x" * 5000) for number in range(2000)]
    reader, writer = await asyncio.open_connection("127.0.0.1", live_server.port, limit=1024)
    writer.write(
        b"GET /api/v1/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        b"Authorization: Bearer operator-token\r\n\r\n"
    )
    await reader.readuntil(b"\r\n")
    await until(lambda: len(board) == 1)
    await until(lambda: len(board) == 0)
    writer.close()


async def test_the_service_says_that_it_stops(live_server: WebServer) -> None:
    async with live(live_server) as reader:
        await next_message(reader)
        closing = asyncio.create_task(live_server.close())
        assert (await closed_with(reader))[0] == 1012
        await closing


async def test_a_state_that_cannot_be_had_costs_no_connection(live_server: WebServer, fakes: FakeWebPorts) -> None:
    async with live(live_server) as reader:
        await next_message(reader)
        fakes.directory.broken = True
        fakes.changes.ring()
        await until(lambda: "live_state_unknown" in fakes.log.events("exception"))
        fakes.directory.broken = False
        fakes.queue.callers = [WAITING]
        fakes.changes.ring()
        assert (await next_message(reader))["queue"]["changed"]


async def test_nothing_is_looked_at_for_nobody(live_server: WebServer) -> None:
    board = live_server._app.state.live
    async with live(live_server) as reader:
        await next_message(reader)
        assert any(task.get_name() == "live board" for task in asyncio.all_tasks())
    await until(lambda: len(board) == 0)
    await until(lambda: not any(task.get_name() == "live board" for task in asyncio.all_tasks()))


async def test_the_socket_is_described_in_the_document(live_server: WebServer) -> None:
    described = build_app(FakeWebPorts().ports()).openapi()["info"]["description"]
    for word in ("/api/v1/live", "snapshot", "heartbeat", str(TOO_SLOW)):
        assert word in described
