"""Addresses that Asterisk's SIP refuses with 403 before it asks who is there.

They are objects `acl` of `res_pjsip`, kept in Asterisk's memory (dialplan/sorcery.conf) and put over ARI. One holds
many addresses, since every SIP message is compared with each object. An object cannot be changed, so a new one is put
before the old one goes.
"""

from collections.abc import Collection, Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from switchboard.asterisk.ari_client import GONE, AriClient, AriError
from switchboard.calls.ports import Log, TelephonyFault

OBJECTS: Final = 40
MOST_EACH: Final = 80
"""Asterisk takes no longer request."""
MOST: Final = MOST_EACH * OBJECTS // 2
"""Half of the objects, so that there is always room for their successors."""
UNSHOWABLE = 500
TRUNK = "trunk"


class AddressBlocks:
    """`instance` is the service's: two that share an Asterisk do not touch each other's."""

    def __init__(self, client: AriClient, instance: int, log: Log) -> None:
        self._client = client
        self._names = tuple(f"blocked-{instance}-{number}" for number in range(OBJECTS))
        self._log = log
        self._there: dict[str, frozenset[str]] | None = None

    def forget(self) -> None:
        """What Asterisk has is unknown: it may be another one, or this service a new one."""
        self._there = None

    async def own_networks(self) -> Sequence[IPv4Network | IPv6Network]:
        """By which the trunk is known."""
        try:
            fields = await self._client.request("GET", *_path("identify", TRUNK))
        except AriError as error:
            raise TelephonyFault(str(error)) from None
        matches = (part for field in fields if field["attribute"] == "match" for part in field["value"].split(","))
        return [ip_network(each.strip(), strict=False) for each in matches if each.strip()]

    async def shut_out(self, addresses: Collection[str]) -> None:
        wanted = frozenset(sorted(addresses)[:MOST])
        if len(addresses) > MOST:
            self._log.warning("too_many_blocks", blocked=len(addresses), enforced=MOST)
        try:
            there = await self._known()
            await self._make_same(there, wanted)
        except AriError as error:
            self.forget()
            raise TelephonyFault(str(error)) from None

    async def _known(self) -> dict[str, frozenset[str]]:
        if self._there is None:
            for name in self._names:
                await self._remove(name)
            self._there = {}
        return self._there

    async def _make_same(self, there: dict[str, frozenset[str]], wanted: frozenset[str]) -> None:
        if frozenset().union(*there.values()) == wanted:
            return
        old = [name for name, held in there.items() if not _stays(held, wanted)]
        kept = frozenset().union(*(held for name, held in there.items() if name not in old))
        for each in packed(wanted - kept):
            name = next(name for name in self._names if name not in there)
            await self._put(name, each)
            there[name] = each
        for name in old:
            await self._remove(name)
            del there[name]

    async def _put(self, name: str, addresses: frozenset[str]) -> None:
        """Asterisk makes the object and then cannot show it: an answer of 500 is compared with what is there."""
        deny = {"attribute": "deny", "value": ",".join(sorted(addresses))}
        try:
            await self._client.request("PUT", *_path("acl", name), body={"fields": [deny]})
        except AriError as error:
            if error.status != UNSHOWABLE or not await self._is_there(name):
                raise

    async def _is_there(self, name: str) -> bool:
        try:
            await self._client.request("GET", *_path("acl", name))
        except AriError as error:
            return error.status == UNSHOWABLE
        return True

    async def _remove(self, name: str) -> None:
        try:
            await self._client.request("DELETE", *_path("acl", name))
        except AriError as error:
            if error.status != GONE:
                raise


def _path(kind: str, name: str) -> tuple[str, ...]:
    return ("asterisk", "config", "dynamic", "res_pjsip", kind, name)


def _stays(held: frozenset[str], wanted: frozenset[str]) -> bool:
    """Only full ones do: the rest is packed anew, so that there are never more than needed."""
    return len(held) == MOST_EACH and held <= wanted


def packed(addresses: Collection[str]) -> Iterator[frozenset[str]]:
    ordered = sorted(addresses)
    for start in range(0, len(ordered), MOST_EACH):
        yield frozenset(ordered[start : start + MOST_EACH])
