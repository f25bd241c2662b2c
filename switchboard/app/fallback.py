"""Keeps the dialplan's fallback as the database has it: the service may be gone at any moment."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from switchboard.asterisk.kept.fallback_plan import Entries, FallbackPlan, Spoken, plan_entries
from switchboard.asterisk.kept.media_cache import MediaCache
from switchboard.calls.ports import Announcer, Calendars, Clock
from switchboard.db.directory_store import DirectoryStore
from switchboard.domain.directory import PhoneNumber
from switchboard.domain.routing.fallback import FallbackLine, NumberOwners, fallback_line
from switchboard.logs import named_log

# Hours and phrases that end are looked at again although no row has changed.
LOOK_AGAIN = timedelta(hours=1)
TRY_AGAIN = timedelta(minutes=1)
AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Kept:
    """Where Asterisk keeps it, and what stands there whatever the database says."""

    plan: FallbackPlan
    cache: MediaCache
    limits: Entries = field(default_factory=dict)


class FallbackKeeping:
    def __init__(
        self, directory: DirectoryStore, calendars: Calendars, announcer: Announcer, kept: Kept, clock: Clock
    ) -> None:
        self._directory = directory
        self._calendars = calendars
        self._announcer = announcer
        self._at_asterisk = kept
        self._clock = clock
        self._log = named_log("fallback")
        self._kept: tuple[int | None, datetime] | None = None

    def forget(self) -> None:
        """Asterisk may have lost what it had."""
        self._kept = None

    async def keep(self) -> None:
        """Raises TelephonyFault where Asterisk cannot be told."""
        now, version = self._clock.now(), self._directory.version
        if self._kept is not None and self._kept[0] == version and now - self._kept[1] < LOOK_AGAIN:
            return
        spoken, entries = await self._wanted(now)
        await self._at_asterisk.plan.synchronise(entries)
        missing = await self._at_asterisk.cache.fetch(uri for each in spoken for uri in each.media)
        if missing:
            self._log.warning("phrases_not_copied", recordings=missing)
        self._kept = version, now - LOOK_AGAIN + TRY_AGAIN if missing else now

    async def _wanted(self, now: datetime) -> tuple[Sequence[Spoken], Entries]:
        directory = self._directory.latest
        authorities = directory.authorities()
        owners = NumberOwners(authorities)
        numbers = iter(tuple(directory.rows(PhoneNumber)))
        while part := tuple(islice(numbers, AT_ONCE)):
            owners.add(part)
            await asyncio.sleep(0)
        lines = [fallback_line(each, directory, self._calendars.calendar, now) for each in authorities]
        spoken = [self._spoken(line, now) for line in lines]
        return spoken, {**plan_entries(spoken, owners.prefixes()), **self._at_asterisk.limits}

    def _spoken(self, line: FallbackLine, now: datetime) -> Spoken:
        return Spoken(line, self._announcer.media(line.phrase, line.language, now))
