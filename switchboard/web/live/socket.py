"""The WebSocket `/api/v1/live`: admission, what the reader wants to watch, and what is pushed."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from switchboard.errors import BadValue
from switchboard.views import Bearer, Filter, Slice
from switchboard.web.auth import PERMISSIONS, Permission, ports_of
from switchboard.web.failures import WENT_WRONG
from switchboard.web.live.board import Follower, LiveBoard, Section
from switchboard.web.ports import WebPorts
from switchboard.web.problems import problem

router = APIRouter()
FIRST_MESSAGE_S = 5.0
HEARTBEAT_S = 15.0
MOST_FOLLOWERS = 300
MOST_PEOPLE = 500
LONGEST_REASON = 100  # a close frame holds 123 bytes

NOT_UNDERSTOOD = 4400
NO_TOKEN = 4401
TRY_LATER = 1013


class Watch(BaseModel):
    """Whose state is wanted: these people, or those of an authority (an id or a name)."""

    model_config = ConfigDict(extra="forbid")

    people: Annotated[list[Annotated[int, Field(ge=1, le=2**31 - 1)]] | None, Field(max_length=MOST_PEOPLE)] = None
    authority: Annotated[str | None, Field(max_length=200)] = None


class Order(BaseModel):
    """What the reader sends: the token, where no header could carry it, and whom to watch."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str | None, Field(max_length=500)] = None
    watch: Watch | None = None


class Refusal(Exception):
    """The connection is closed with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    board = socket.app.state.live
    if not isinstance(board, LiveBoard):
        raise TypeError("the application was built without its live board")
    ports = ports_of(socket)
    try:
        await _serve(socket, ports, board)
    except WebSocketDisconnect:
        return
    except Refusal as refusal:
        await _close(socket, refusal.code, refusal.reason)
    except Exception:
        ports.log.exception("live_connection_failed")
        await _close(socket, WENT_WRONG, "the service's log says why")


async def _serve(socket: WebSocket, ports: WebPorts, board: LiveBoard) -> None:
    header = socket.headers.get("authorization")
    if header is not None:
        token, who = _token_in(header), await _bearer(ports, _token_in(header))
        if who is None:
            await socket.send_denial_response(problem(401, "the token is unknown, revoked or past its end"))
            return
        await socket.accept()
        order = Order()
    else:
        await socket.accept()
        order = await _first_order(socket)
        token = order.token or ""
        who = await _bearer(ports, token)
        if who is None:
            raise Refusal(NO_TOKEN, "the first message must hold a token that is known")
    if len(board) >= MOST_FOLLOWERS:
        raise Refusal(TRY_LATER, "too many connections")
    follower = Follower(_sections(who), *await _people(ports, order.watch or Watch()))
    async with board.followed_by(follower):
        await _until_over(_push(socket, board, follower, (ports, token)), _hear(socket, ports, follower))


def _token_in(header: str) -> str:
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _bearer(ports: WebPorts, token: str) -> Bearer | None:
    return await ports.tokens.bearer(token, ports.clock.now()) if token else None


def _sections(who: Bearer) -> tuple[Section, ...]:
    """Callers are not for everybody."""
    if Permission.READ_CALLERS in PERMISSIONS[who.role]:
        return ("queue", "operators", "people")
    return ("people",)


async def _first_order(socket: WebSocket) -> Order:
    try:
        async with asyncio.timeout(FIRST_MESSAGE_S):
            return await _order(socket)
    except TimeoutError:
        raise Refusal(NO_TOKEN, "no token came in time") from None


async def _order(socket: WebSocket) -> Order:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(int(message.get("code") or 1005))
    try:
        return Order.model_validate_json(message.get("text") or b"")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "message"
        raise Refusal(NOT_UNDERSTOOD, f"{place}: {first['msg']}") from None


async def _people(ports: WebPorts, watch: Watch) -> tuple[frozenset[int], bool]:
    """Ids, and whether some are left out: without a wish all are meant, and not all may fit."""
    if watch.people is not None:
        return frozenset(watch.people), False
    page = await ports.people.page(Filter(authority=watch.authority), Slice(MOST_PEOPLE), ports.clock.now())
    return frozenset(view.id for view in page.items), page.next is not None


async def _push(socket: WebSocket, board: LiveBoard, follower: Follower, admission: tuple[WebPorts, str]) -> None:
    """A token that is revoked ends the connection at the next heartbeat."""
    loop = asyncio.get_running_loop()
    checked = loop.time()
    while True:
        message = await board.message_for(follower)
        if message is not None:
            await socket.send_text(message)
        try:
            async with asyncio.timeout_at(checked + HEARTBEAT_S):
                await follower.wake.wait()
            follower.wake.clear()
        except TimeoutError:
            checked = loop.time()
            if await _bearer(*admission) is None:
                raise Refusal(NO_TOKEN, "the token holds no longer") from None
            await socket.send_text(board.heartbeat())


async def _hear(socket: WebSocket, ports: WebPorts, follower: Follower) -> None:
    while True:
        order = await _order(socket)
        if order.watch is not None:
            try:
                follower.watch(*await _people(ports, order.watch))
            except BadValue as error:
                raise Refusal(NOT_UNDERSTOOD, str(error)) from None


async def _until_over(*parts: Coroutine[None, None, None]) -> None:
    """Until one of them ends; its end is that of all."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    """Harmless where the reader has gone already."""
    short = reason.encode()[:LONGEST_REASON].decode(errors="ignore")
    try:
        await socket.close(code, short)
    except (RuntimeError, WebSocketDisconnect):
        return
