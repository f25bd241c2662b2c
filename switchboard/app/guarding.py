"""Guessed passwords: Asterisk's security events come on a connection of their own, so that a flood of them holds no
other action up."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NoReturn

from switchboard.asterisk.ami import Ami, AmiAccess, Listening
from switchboard.asterisk.ari_client import AriClient
from switchboard.asterisk.door.address_blocks import AddressBlocks
from switchboard.asterisk.door.failed_sign_ins import failed_from
from switchboard.calls.duties.guarding import Guard
from switchboard.calls.ports import Clock
from switchboard.db.guarding.blocked_addresses import BlockedAddresses
from switchboard.domain.guarding.guessing import GuessLimits
from switchboard.logs import named_log
from switchboard.settings import Settings


class Guarding:
    def __init__(self, settings: Settings, ari: AriClient, book: BlockedAddresses, clock: Clock) -> None:
        self._log = log = named_log("guard")
        self._blocks = AddressBlocks(ari, settings.instance, log)
        self._guard = Guard(book, self._blocks, limits_of(settings), settings.block_never, clock)
        self._events = Ami(ami_access(settings), log, listening=Listening("security", self._take))

    def start(self) -> Sequence[asyncio.Task[NoReturn]]:
        """They never end by themselves."""
        return (
            asyncio.create_task(self._events.run(), name="security events"),
            asyncio.create_task(self._guard.run(self._log), name="guard"),
        )

    def forget(self) -> None:
        """Asterisk was away: it may have been restarted, and then has nothing of ours."""
        self._blocks.forget()

    def _take(self, event: Mapping[str, str]) -> None:
        address = failed_from(event)
        if address is not None:
            self._guard.take(address)


def limits_of(settings: Settings) -> GuessLimits:
    first, longest = timedelta(seconds=settings.block_seconds), timedelta(seconds=settings.block_longest)
    return GuessLimits(settings.block_after, timedelta(seconds=settings.block_within), first, max(first, longest))


def ami_access(settings: Settings) -> AmiAccess:
    return AmiAccess(settings.ami_host, settings.ami_port, settings.ami_user, settings.ami_password.get_secret_value())
