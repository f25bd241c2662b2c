"""message_calls.py's way by plain requests, as bare_client.py makes them: what the libraries add is their own."""

import json

import uvloop

from tests.bench.bare_client import BareAri, channel_path, serve
from tests.bench.client_talk import Place
from tests.bench.message_calls import MESSAGE_EVENTS, MessageCalls, media, open_desk, recording


class Refused(Exception):
    """Asterisk does not do it."""


class BarePhone:
    def __init__(self, ari: BareAri) -> None:
        self._ari = ari

    async def claim(self, id: str) -> None:
        if not await self._ari.claims(id):
            raise Refused

    async def answer(self, id: str) -> None:
        await self._do("POST", f"{channel_path(id)}/answer")

    async def play(self, id: str, playback: str, sound: str) -> None:
        await self._do("POST", f"{channel_path(id)}/play/{playback}", {"media": media(sound)})

    async def stop(self, playback: str) -> None:
        await self._do("DELETE", f"playbacks/{playback}")

    async def record(self, id: str, name: str) -> None:
        await self._do("POST", f"{channel_path(id)}/record", recording(name))

    async def fetch(self, name: str) -> bytes:
        answer = await self._ari.ask("GET", f"recordings/stored/{name}/file")
        if answer.status >= 300:
            raise Refused
        return answer.body

    async def delete(self, name: str) -> None:
        await self._do("DELETE", f"recordings/stored/{name}")

    async def _do(self, method: str, path: str, body: dict[str, str] | None = None) -> None:
        if not await self._ari.does(method, path, json.dumps(body).encode() if body else b""):
            raise Refused


async def main() -> None:
    ari = BareAri(Place.from_environment())
    calls = MessageCalls(BarePhone(ari), open_desk(), Refused)
    await serve(lambda ready: ari.listen(MESSAGE_EVENTS, calls.hear, ready), lambda: calls.kept)


if __name__ == "__main__":
    uvloop.run(main())
