"""Radicale, a real CalDAV server, as a process of its own."""

import asyncio
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.ports import free_port

USER, PASSWORD = "anna", "app-pass-7731"
_MAKE = """<?xml version="1.0" encoding="utf-8"?><create xmlns="DAV:"><set><prop><resourcetype><collection/>
<C:calendar xmlns:C="urn:ietf:params:xml:ns:caldav"/></resourcetype></prop></set></create>"""


@dataclass(frozen=True)
class Collection:
    """A calendar of `USER`, with a slash at the end of its address."""

    url: str

    async def put(self, name: str, body: bytes) -> None:
        await self._send("PUT", f"{self.url}{name}.ics", body)

    async def delete(self, name: str) -> None:
        await self._send("DELETE", f"{self.url}{name}.ics")

    async def make(self) -> None:
        await self._send("MKCOL", self.url, _MAKE.encode())

    async def _send(self, method: str, url: str, body: bytes = b"") -> None:
        headers = {"Authorization": f"Basic {b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"}
        async with aiohttp.ClientSession() as session, session.request(method, url, data=body, headers=headers) as got:
            assert got.status < 300, await got.text()


@asynccontextmanager
async def radicale(folder: Path) -> AsyncIterator[Collection]:
    """With an empty calendar in it."""
    port = free_port()
    users = folder / "users"
    users.write_text(f"{USER}:{PASSWORD}\n")
    options = {
        "--server-hosts": f"127.0.0.1:{port}",
        "--auth-type": "htpasswd",
        "--auth-htpasswd-filename": str(users),
        "--auth-htpasswd-encryption": "plain",
        "--storage-filesystem-folder": str(folder / "store"),
    }
    words = [word for pair in options.items() for word in pair]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "radicale", "--config", "", *words,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(30):
            while not await _listens(port):
                assert process.returncode is None
        collection = Collection(f"http://127.0.0.1:{port}/{USER}/diary/")
        await collection.make()
        yield collection
    finally:
        process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
