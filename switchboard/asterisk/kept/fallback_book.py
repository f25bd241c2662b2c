"""Calls that met the dialplan while the service was away, as its fallback wrote them down in Asterisk's database."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from switchboard.asterisk.ami import Ami, AmiError
from switchboard.asterisk.ari_client import AriClient, AriError
from switchboard.calls.ports import FallbackEntry, Log, TelephonyFault
from switchboard.domain.opening_hours import STOCKHOLM

FAMILY = "fallback"
ENDED = frozenset({"ended", "answered"})


def parse_fallback(id: str, value: str) -> FallbackEntry:
    """`2|epoch seconds|called|caller|state|trunk or phone|account`, as dialplan/extensions.conf writes it. Version 1
    ended with the state; such a call, like one from nowhere we know, has a trunk's rights. Raises ValueError."""
    version, *fields = value.split("|")
    if version == "1":
        fields += ["trunk", ""]
    epoch, called, caller, state, source, account = fields
    if (
        version not in ("1", "2")
        or not re.fullmatch(r"[0-9]{1,11}", epoch)
        or state not in {"arrived", "recording", *ENDED}
    ):
        raise ValueError("not an entry of the fallback")
    return FallbackEntry(
        id=id,
        at=datetime.fromtimestamp(int(epoch), STOCKHOLM),
        called=called,
        caller=caller or None,
        recording=f"fallback-{id}",
        over=state in ENDED,
        answered=state == "answered",
        source="phone" if source == "phone" else "trunk",
        account=(account or None) if source == "phone" else None,
    )


class AsteriskFallbackBook:
    """Fulfils `calls.ports.FallbackBook`. A call whose channel is no more is over, whatever its entry says: Asterisk
    itself may have been killed."""

    def __init__(self, ami: Ami, client: AriClient, log: Log) -> None:
        self._ami = ami
        self._client = client
        self._log = log

    async def entries(self) -> Sequence[FallbackEntry]:
        """Raises TelephonyFault. An entry that cannot be read is logged and stays."""
        try:
            tree = await self._ami.tree(FAMILY)
            alive = {each["id"] for each in await self._client.request("GET", "channels")} if tree else set()
        except (AmiError, AriError) as error:
            raise TelephonyFault(str(error)) from None
        found = []
        for id, value in tree.items():
            try:
                entry = parse_fallback(id, value)
            except ValueError:
                self._log.warning("fallback_entry_unreadable", entry=id)
                continue
            found.append(replace(entry, over=entry.over or id not in alive))
        return found

    async def delete(self, id: str) -> None:
        try:
            await self._ami.delete(FAMILY, id)
        except AmiError as error:
            raise TelephonyFault(str(error)) from None
