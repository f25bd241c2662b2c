"""The states of phones, where they are known."""

import asyncio
from collections.abc import Mapping, Sequence

from switchboard.domain.diversion import PhoneState
from switchboard.web.ports import WebPorts

ASK_HEALTH_EVERY_S = 1.0


async def phone_states(ports: WebPorts, accounts: Sequence[str]) -> Mapping[str, PhoneState]:
    """None while there is no connection to Asterisk: calls count a phone of which nothing is known as free and try,
    but nobody may be shown as free on a guess."""
    if not accounts or not await _connected(ports):
        return {}
    return await ports.phones.phone_states(accounts)


async def _connected(ports: WebPorts) -> bool:
    return all(part.ok for part in await ports.health.parts() if part.name == "ari")


class PhoneBook:
    """The same for one who asks many times a second: the connection is asked for once in a while."""

    def __init__(self, ports: WebPorts) -> None:
        self._ports = ports
        self._asked_at: float | None = None
        self._connected = False

    async def states(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]:
        now = asyncio.get_running_loop().time()
        if self._asked_at is None or now - self._asked_at >= ASK_HEALTH_EVERY_S:
            self._connected = await _connected(self._ports)
            self._asked_at = now
        return await self._ports.phones.phone_states(accounts) if accounts and self._connected else {}
