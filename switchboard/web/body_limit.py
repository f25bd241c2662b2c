"""No request may be larger than what the service is prepared to hold in memory."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from switchboard.web.problems import problem

LARGEST_BODY = 8 * 1024 * 1024


class BodyLimit:
    """ASGI middleware. 413 for a body that says it is larger; one that does not say so is cut off."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST_BODY) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _announced(scope) > self._largest:
            await self._refuse(scope, receive, send)
        else:
            await self._app(scope, self._counted(receive), send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {self._largest} bytes are taken")
        answer.headers["Connection"] = "close"
        await answer(scope, receive, send)

    def _counted(self, receive: Receive) -> Callable[[], Awaitable[Message]]:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return message if taken <= self._largest else {"type": "http.disconnect"}

        return counted


def _announced(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0
