"""The HTTP application and the server that carries it inside the service's own event loop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from switchboard.web import health, media, metrics
from switchboard.web.api import api_router
from switchboard.web.body_limit import BodyLimit
from switchboard.web.failures import Failures
from switchboard.web.live import socket as live_socket
from switchboard.web.live.board import LiveBoard
from switchboard.web.live.description import LIVE
from switchboard.web.live.protocol import ImpatientProtocol
from switchboard.web.ports import WebPorts
from switchboard.web.problems import Problem, answer_with_problems

GRACE_S = 5
MOST_CONNECTIONS = 1_000
"""Whoever comes above that is answered 503 at once."""
LARGEST_ORDER = 64 * 1024
"""Of one message to the live socket, in bytes."""
IDLE_S = 65
"""Longer than clients keep a connection, so that it is they who close it."""


def build_app(ports: WebPorts) -> FastAPI:
    """Everything that is served. The pages of the OpenAPI viewer are left out: they load scripts from elsewhere."""
    app = FastAPI(
        title="Switchboard",
        version="1",
        description=LIVE,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.ports = ports
    app.state.live = LiveBoard(ports)
    app.include_router(live_socket.router, prefix="/api/v1")
    for router in (health.router, metrics.router, media.router, api_router):
        app.include_router(router)
    answer_with_problems(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Failures, log=ports.log)
    _describe_problems(app)
    return app


def _describe_problems(app: FastAPI) -> None:
    """The API's answers refer to the schema of a problem: put it into the document."""
    describe = app.openapi

    def described() -> dict[str, object]:
        document = describe()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas["Problem"] = schema
        return document

    app.openapi = described  # type: ignore[method-assign]


class _Server(uvicorn.Server):
    """Leaves the process's signals to the service, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WebServer:
    """Start, then close; both are awaited. Port 0 lets the system choose."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        self._app = app
        self._address = (host, port)
        self._running: asyncio.Task[None] | None = None
        self._server: _Server | None = None
        self._port = port

    @property
    def port(self) -> int:
        return self._port

    async def start(self) -> None:
        """Returns when it listens. OSError where the address cannot be had."""
        listener = _listen(*self._address)
        self._port = int(listener.getsockname()[1])
        config = uvicorn.Config(
            self._app,
            lifespan="off",
            ws=ImpatientProtocol,
            ws_max_size=LARGEST_ORDER,
            limit_concurrency=MOST_CONNECTIONS,
            ws_per_message_deflate=False,
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=IDLE_S,
            timeout_graceful_shutdown=GRACE_S,
        )
        self._server = _Server(config)
        self._running = asyncio.create_task(self._server.serve([listener]), name="web server")
        ready = asyncio.create_task(self._server.listening.wait(), name="web server listening")
        await asyncio.wait({self._running, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self._running.done():
            await self._running

    async def close(self) -> None:
        """No new requests; those under way get five seconds. Harmless when it never started."""
        if self._server is None or self._running is None:
            return
        self._server.should_exit = True
        await self._running
        self._server = self._running = None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener
