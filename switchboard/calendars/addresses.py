"""Which hosts a calendar may be fetched from: whoever enters an address must not reach into our own networks."""

import asyncio
import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from switchboard.calendars.failures import CalendarFailure
from switchboard.domain.calendar.sources import host_of, web_address

REFUSED = "its address is in a private network"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts and networks that may be private, because the administrator's settings say so."""

    hosts: Collection[str] = ()
    networks: Collection[IPv4Network | IPv6Network] = ()

    def check(self, url: str) -> str:
        """The address to ask. aiohttp asks no resolver about a host in digits, such as 10.0.0.1, but also 10.1 and
        167772161, so it is looked at here."""
        try:
            address = web_address(url)
        except ValueError as fault:
            raise CalendarFailure(f"its address {fault}") from None
        host = host_of(address)
        if ":" not in host and not host.replace(".", "").isdigit():
            return address
        try:
            permitted = self.permits(host, host)
        except ValueError:
            raise CalendarFailure("its address cannot be read") from None
        if not permitted:
            raise CalendarFailure(REFUSED)
        return address

    def permits(self, host: str, address: str) -> bool:
        if host.lower().rstrip(".") in {each.lower().rstrip(".") for each in self.hosts}:
            return True
        found = ip_address(address.partition("%")[0])
        return is_public(address) or any(found in network for network in self.networks)


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
