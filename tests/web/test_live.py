"""The live socket over the loopback address, with a real client."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from switchboard.domain.directory import Absence, AbsenceReason, OperatorSession, PauseReason
from switchboard.domain.diversion import PhoneState
from switchboard.views import PersonView, WaitingCaller
from switchboard.web.live import socket as live_socket
from switchboard.web.live.protocol import TOO_SLOW, ImpatientProtocol
from switchboard.web.server import WebServer, build_app
from tests.builders import ANNA, ERIK, OP1, OPERATOR_GROUP
from tests.fakes.web_ports import TOKENS, FakeWebPorts
from tests.fakes.web_rows import CITIZEN, NOW, OPERATOR_201

WAITING = WaitingCaller("call-1", "Norrby kommun", "+46980319200", CITIZEN, NOW, 1, 1, "Växeln")
WITHIN_S = 5.0


def _person(id: int, name: str) -> PersonView:
    return replace(OPERATOR_201, id=id, name=name)


@pytest.fixture
async def server(fakes: FakeWebPorts) -> AsyncIterator[WebServer]:
    for absence in list(fakes.directory.index.rows(Absence)):
        fakes.directory.index.remove("absence", absence.id)
    fakes.people.rows = [_person(ANNA.id, ANNA.name), _person(ERIK.id, ERIK.name)]
    fakes.phones.states = {"op1": PhoneState.FREE, "anna": PhoneState.FREE}
    server = WebServer(build_app(fakes.ports()), "127.0.0.1", 0)
    await server.start()
    yield server
    await server.close()


@asynccontextmanager
async def _live(server: WebServer, role: str | None = "operator") -> AsyncIterator[ClientConnection]:
    headers = {"Authorization": f"Bearer {role}-token"} if role else {}
    address = f"ws://127.0.0.1:{server.port}/api/v1/live"
    async with connect(address, additional_headers=headers, proxy=None) as reader:
        yield reader


async def _next(reader: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(WITHIN_S):
        message = json.loads(await reader.recv())
    assert isinstance(message, dict)
    return message


async def _closed_with(reader: ClientConnection) -> tuple[int, str]:
    """What is still under way is read and left aside."""
    async with asyncio.timeout(WITHIN_S):
        with contextlib.suppress(ConnectionClosed):
            while True:
                await reader.recv()
    assert reader.close_code is not None
    return reader.close_code, reader.close_reason or ""


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)


@pytest.mark.requirement("R3", "R4")
async def test_first_comes_all_there_is(server: WebServer, fakes: FakeWebPorts) -> None:
    fakes.queue.callers = [WAITING]
    async with _live(server) as reader:
        snapshot = await _next(reader)
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
async def test_then_comes_what_changes_within_a_fifth_of_a_second(server: WebServer, fakes: FakeWebPorts) -> None:
    loop, took = asyncio.get_running_loop(), list[float]()
    async with _live(server) as reader:
        await _next(reader)
        for number in range(5):
            begun = loop.time()
            fakes.queue.callers = [replace(WAITING, call_id=f"call-{number}")]
            fakes.changes.ring()
            change = await _next(reader)
            took.append(loop.time() - begun)
            assert set(change) == {"type", "at", "queue"}
            assert [item["call_id"] for item in change["queue"]["changed"]] == [f"call-{number}"]
            assert change["queue"]["gone"] == [{"call_id": f"call-{number - 1}"}] * (number > 0)
    assert min(took) < 0.2


async def test_many_changes_at_once_come_as_one(server: WebServer, fakes: FakeWebPorts) -> None:
    async with _live(server) as reader:
        await _next(reader)
        for position in range(1, 50):
            fakes.queue.callers = [replace(WAITING, position=position)]
            fakes.changes.ring()
        change = await _next(reader)
        assert [item["position"] for item in change["queue"]["changed"]] == [49]


async def test_what_stays_as_it_is_is_not_told_again(server: WebServer, fakes: FakeWebPorts) -> None:
    async with _live(server) as reader:
        await _next(reader)
        fakes.changes.ring()
        session = OperatorSession(1, OP1.id, OPERATOR_GROUP.id, paused=True, pause_reason=PauseReason.LUNCH)
        fakes.directory.index.put(session)
        fakes.changes.ring()
        change = await _next(reader)
        assert set(change) == {"type", "at", "operators"}
        (operator,) = change["operators"]["changed"]
        assert (operator["person_id"], operator["state"], operator["pause_reason"]) == (1, "paused", "lunch")


@pytest.mark.requirement("R3")
async def test_an_absence_that_nobody_told_of_is_seen_all_the_same(server: WebServer, fakes: FakeWebPorts) -> None:
    async with _live(server) as reader:
        await _next(reader)
        fakes.directory.index.put(Absence(90, ERIK.id, AbsenceReason.MEETING, NOW, None, recorded_at=NOW))
        change = await _next(reader)
        (erik,) = change["people"]["changed"]
        assert (erik["id"], erik["state"]) == (ERIK.id, "absent")
        assert (erik["absence"]["reason"], erik["absence"]["recorded_at"]) == ("meeting", NOW.isoformat())


async def test_the_reader_chooses_whom_to_watch(server: WebServer, fakes: FakeWebPorts) -> None:
    async with _live(server) as reader:
        await _next(reader)
        await reader.send(json.dumps({"watch": {"people": [ERIK.id, 999]}}))
        snapshot = await _next(reader)
        assert (snapshot["type"], [item["id"] for item in snapshot["people"]]) == ("snapshot", [ERIK.id])
        fakes.phones.states = {**fakes.phones.states, "anna": PhoneState.BUSY, "erik": PhoneState.FREE}
        fakes.changes.ring()
        change = await _next(reader)
        assert [item["id"] for item in change["people"]["changed"]] == [ERIK.id]
        await reader.send(json.dumps({"watch": {"authority": "Norrby kommun"}}))
        assert len((await _next(reader))["people"]) == 2
        assert fakes.people.asked[-1][0].authority == "Norrby kommun"


async def test_more_people_than_fit_are_said_to_be_left_out(
    server: WebServer, fakes: FakeWebPorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "MOST_PEOPLE", 1)
    async with _live(server) as reader:
        snapshot = await _next(reader)
        assert (len(snapshot["people"]), snapshot["people_left_out"]) == (1, True)


async def test_staff_see_people_and_no_callers(server: WebServer, fakes: FakeWebPorts) -> None:
    fakes.queue.callers = [WAITING]
    async with _live(server, "staff") as reader:
        assert set(await _next(reader)) == {"type", "at", "people", "people_left_out"}


async def test_the_token_may_come_in_the_first_message(server: WebServer) -> None:
    async with _live(server, None) as reader:
        await reader.send(json.dumps({"token": "operator-token", "watch": {"people": []}}))
        assert (await _next(reader))["people"] == []


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ('{"token": "wrong"}', live_socket.NO_TOKEN),
        ("{}", live_socket.NO_TOKEN),
        ("nonsense", live_socket.NOT_UNDERSTOOD),
        (b"\x00\xff", live_socket.NOT_UNDERSTOOD),
        ('{"tokne": "x"}', live_socket.NOT_UNDERSTOOD),
        ('{"token": {}}', live_socket.NOT_UNDERSTOOD),
        ('{"watch": {"people": [0]}}', live_socket.NOT_UNDERSTOOD),
        ('{"watch": {"people": ["x"]}}', live_socket.NOT_UNDERSTOOD),
        (json.dumps({"watch": {"people": [1] * 501}}), live_socket.NOT_UNDERSTOOD),
        ("[" * 5000, live_socket.NOT_UNDERSTOOD),
    ],
)
async def test_what_is_no_order_ends_the_connection_with_its_reason(
    server: WebServer, fakes: FakeWebPorts, sent: str | bytes, code: int
) -> None:
    async with _live(server, None) as reader:
        await reader.send(sent)
        closed, reason = await _closed_with(reader)
    assert closed == code
    assert reason
    assert fakes.log.events("exception") == []


async def test_a_message_that_is_too_long_ends_the_connection(server: WebServer, fakes: FakeWebPorts) -> None:
    async with _live(server) as reader:
        await _next(reader)
        await reader.send("x" * 70_000)
        assert (await _closed_with(reader))[0] == 1009
    assert fakes.log.events("exception") == []


async def test_a_wrong_token_in_the_header_is_refused_before_the_handshake(server: WebServer) -> None:
    for role in ("wrong", "x operator"):
        with pytest.raises(InvalidStatus) as refused:
            async with _live(server, role):
                pass
        assert refused.value.response.status_code == 401


async def test_no_token_in_time_ends_the_connection(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_socket, "FIRST_MESSAGE_S", 0.05)
    async with _live(server, None) as reader:
        assert await _closed_with(reader) == (live_socket.NO_TOKEN, "no token came in time")


async def test_a_heart_beats_until_the_token_is_revoked(
    server: WebServer, fakes: FakeWebPorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "HEARTBEAT_S", 0.05)
    tokens = dict(TOKENS)
    monkeypatch.setattr("tests.fakes.web_ports.TOKENS", tokens)
    async with _live(server) as reader:
        await _next(reader)
        assert await _next(reader) == {"type": "heartbeat", "at": NOW.isoformat()}
        del tokens["operator-token"]
        assert await _closed_with(reader) == (live_socket.NO_TOKEN, "the token holds no longer")


async def test_too_many_readers_are_asked_to_come_again(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_socket, "MOST_FOLLOWERS", 1)
    async with _live(server) as first:
        await _next(first)
        async with _live(server) as second:
            assert (await _closed_with(second))[0] == live_socket.TRY_LATER


async def test_a_reader_that_does_not_read_is_dropped_and_holds_up_nobody(
    server: WebServer, fakes: FakeWebPorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImpatientProtocol, "patience_s", 0.2)
    board = server._app.state.live
    fakes.queue.callers = [replace(WAITING, call_id=f"call-{number}", why="x" * 2000) for number in range(400)]
    address = f"ws://127.0.0.1:{server.port}/api/v1/live"
    headers = {"Authorization": "Bearer operator-token"}
    async with connect(address, additional_headers=headers, proxy=None, max_queue=1, max_size=None) as slow:
        await _until(lambda: len(board) == 1)
        for number in range(30):
            fakes.queue.callers = [replace(each, why=f"{number}" * 1000) for each in fakes.queue.callers]
            fakes.changes.ring()
            await asyncio.sleep(0.08)
        assert (await _closed_with(slow))[0] == TOO_SLOW
        await _until(lambda: len(board) == 0)


async def test_a_reader_that_never_reads_again_is_cut_off(
    server: WebServer, fakes: FakeWebPorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImpatientProtocol, "patience_s", 0.1)
    monkeypatch.setattr(ImpatientProtocol, "grace_s", 0.1)
    board = server._app.state.live
    fakes.queue.callers = [replace(WAITING, call_id=f"call-{number}", why="x" * 5000) for number in range(2000)]
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
    writer.write(
        b"GET /api/v1/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        b"Authorization: Bearer operator-token\r\n\r\n"
    )
    await reader.readuntil(b"\r\n")
    await _until(lambda: len(board) == 1)
    await _until(lambda: len(board) == 0)
    writer.close()


async def test_the_service_says_that_it_stops(server: WebServer) -> None:
    async with _live(server) as reader:
        await _next(reader)
        closing = asyncio.create_task(server.close())
        assert (await _closed_with(reader))[0] == 1012
        await closing


async def test_a_state_that_cannot_be_had_costs_no_connection(server: WebServer, fakes: FakeWebPorts) -> None:
    async with _live(server) as reader:
        await _next(reader)
        fakes.directory.broken = True
        fakes.changes.ring()
        await _until(lambda: "live_state_unknown" in fakes.log.events("exception"))
        fakes.directory.broken = False
        fakes.queue.callers = [WAITING]
        fakes.changes.ring()
        assert (await _next(reader))["queue"]["changed"]


async def test_nothing_is_looked_at_for_nobody(server: WebServer) -> None:
    board = server._app.state.live
    async with _live(server) as reader:
        await _next(reader)
        assert any(task.get_name() == "live board" for task in asyncio.all_tasks())
    await _until(lambda: len(board) == 0)
    await _until(lambda: not any(task.get_name() == "live board" for task in asyncio.all_tasks()))


async def test_the_socket_is_described_in_the_document(server: WebServer) -> None:
    described = build_app(FakeWebPorts().ports()).openapi()["info"]["description"]
    for word in ("/api/v1/live", "snapshot", "heartbeat", str(TOO_SLOW)):
        assert word in described
