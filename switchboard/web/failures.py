"""What nobody foresaw: logged here once, and told as a plain 500."""

from http import HTTPStatus

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from switchboard.calls.ports import Log
from switchboard.web.problems import problem

WENT_WRONG = 1011  # RFC 6455, §7.4.1


class Failures:
    """ASGI middleware. An exception ends here, so that neither the framework nor the server reports it again."""

    def __init__(self, app: ASGIApp, log: Log) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except ClientDisconnect:
            self._log.info("request given up by the client", route=_route(scope))
        except Exception:
            self._log.exception("request failed", route=_route(scope), method=scope.get("method"))
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": WENT_WRONG})
                return
            if begun:
                raise
            answer = problem(HTTPStatus.INTERNAL_SERVER_ERROR, "the request failed; the service's log says why")
            await answer(scope, receive, send)


def _route(scope: Scope) -> str:
    """The pattern and not the path, which may name somebody."""
    return str(getattr(scope.get("route"), "path", "unknown"))
