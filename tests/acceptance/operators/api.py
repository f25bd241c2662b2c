"""The service's HTTP interface as an operator's own program uses it."""

import asyncio
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from tests.acceptance.house import House


@dataclass(frozen=True, slots=True)
class Api:
    """Gives the status and the document."""

    house: House
    token: str

    async def get(self, path: str) -> dict[str, Any]:
        status, document = await asyncio.to_thread(self._ask, path, None)
        assert status == 200, document
        found: dict[str, Any] = document
        return found

    async def post(self, path: str, **body: object) -> tuple[int, Any]:
        return await asyncio.to_thread(self._ask, path, body)

    async def delete(self, path: str) -> int:
        status, _ = await asyncio.to_thread(self._ask, path, None, "DELETE")
        return status

    def _ask(self, path: str, body: dict[str, object] | None, method: str | None = None) -> tuple[int, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.house.http_port}/api/v1/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                text = answer.read()
                return int(answer.status), json.loads(text) if text else None
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)


def new_api(house: House, role: str) -> Api:
    return Api(house, json.loads(house.command("token", "create", "--role", role, "--json"))["token"])
