"""What is left of one desk in an Asterisk that many desks share."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from tests.acceptance.asterisk_box import AsteriskBox


@dataclass(frozen=True, slots=True)
class Ours:
    """How a desk knows its channels: by its phones' accounts, by numbers outside, and by calls of its journal, whose
    ids stand in the ids of all legs that are rung for them."""

    accounts: Sequence[str]
    numbers: Sequence[str]
    calls: Sequence[str] = ()

    def has(self, channel: dict[str, Any]) -> bool:
        return (
            any(channel["name"].startswith(f"PJSIP/{account}-") for account in self.accounts)
            or any(number in self.numbers for number in _numbers_of(channel))
            or any(call in channel["id"] for call in self.calls)
        )


def _numbers_of(channel: dict[str, Any]) -> Iterable[str]:
    return (channel["caller"]["number"], channel["connected"]["number"], channel["dialplan"]["exten"])


@dataclass(slots=True)
class Lookout:
    """One look at Asterisk serves everybody who had asked for one before it began.

    A bridge without members belongs to whose channels have been in it; to nobody, when they were never seen there:
    those are looked for when all is over."""

    box: AsteriskBox
    _began: float = 0.0
    _channels: list[dict[str, Any]] = field(default_factory=list)
    _bridges: list[dict[str, Any]] = field(default_factory=list)
    _members: dict[str, set[str]] = field(default_factory=dict)
    _known: dict[str, dict[str, Any]] = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def left_of(self, ours: Ours) -> list[str]:
        """Channels and bridges that exist now."""
        await self._look()
        mine = {id for id, channel in self._known.items() if ours.has(channel)}
        channels = [f"channel {each['id']} {each['name']} {each['state']}" for each in self._channels if ours.has(each)]
        bridges = [each["id"] for each in self._bridges if self._members[each["id"]] & mine]
        return channels + [f"bridge {id}" for id in bridges]

    async def _look(self) -> None:
        asked = monotonic()
        async with self._looking:
            if self._began > asked:
                return
            self._began = monotonic()
            self._channels = await asyncio.to_thread(self.box.ari, "channels")
            self._bridges = await asyncio.to_thread(self.box.ari, "bridges")
        self._known |= {each["id"]: each for each in self._channels}
        for bridge in self._bridges:
            self._members.setdefault(bridge["id"], set()).update(bridge["channels"])
