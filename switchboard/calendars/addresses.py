"""Which hosts a calendar may be fetched from: whoever enters an address must not reach into our own networks."""

import asyncio
import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from switchboard.calendars.failures import CalendarFailure

REFUSED = "its address is in a private network"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts that may be private, because the administrator's setting says so."""

    hosts: Collection[str] = ()

    def check(self, url: str) -> None:
        """aiohttp asks no resolver about an address in digits, so it is looked at here."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise CalendarFailure("its address cannot be read") from None
        if parts.scheme not in ("http", "https") or not host or port == 0:
            raise CalendarFailure("its address must begin with https:// or http://")
        try:
            ip_address(host)
        except ValueError:
            return
        if not self.permits(host, host):
            raise CalendarFailure(REFUSED)

    def permits(self, host: str, address: str) -> bool:
        return host.lower() in {each.lower() for each in self.hosts} or is_public(address)


def is_public(address: str) -> bool:
    """Neither private nor loopback nor link-local nor multicast, however it is wrapped in IPv6."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
        if (int(found) >> 32) == (0x0064FF9B << 64):
            return is_public(str(ip_address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


class PublicResolver(AbstractResolver):
    """The connection goes to the very address that was looked at: a name cannot change its mind in between."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        self._inner = ThreadedResolver(asyncio.get_running_loop())

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        permitted = [each for each in found if self._allowed.permits(host, each["host"])]
        if not permitted:
            raise CalendarFailure(REFUSED)
        return permitted

    async def close(self) -> None:
        await self._inner.close()
