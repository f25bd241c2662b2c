"""The house in which it goes on: an Asterisk, a service and a database of their own, open day and night."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from switchboard.domain.working_days import STOCKHOLM
from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.house import WEDNESDAY, House
from tests.hearing.sounds import TAILS
from tests.ports import free_rtp_range

PROMPT, PROMPT_TAIL_S = "welcome", 2.0
ANNOUNCEMENT = "+46980319250"
_RTP_PORTS = 2000


class SoakHouse:
    """`async with SoakHouse() as soak`: up and healthy; everything is gone afterwards. Prompts are audible codes."""

    def __init__(self) -> None:
        self._box: AsteriskBox | None = None
        self._house: House | None = None
        self._began = datetime.now(UTC)  # noqa: TID251 - how far the house's clock has gone since its start

    async def __aenter__(self) -> Self:
        try:
            await self._build()
        except BaseException:
            await self._clear()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._clear()

    @property
    def house(self) -> House:
        assert self._house is not None
        return self._house

    @property
    def now(self) -> datetime:
        """By the house's clock."""
        return WEDNESDAY + (datetime.now(UTC) - self._began)  # noqa: TID251 - as above

    def time_in(self, hours: float) -> str:
        """HHMM, as it is keyed in a code."""
        return (self.now + timedelta(hours=hours)).astimezone(STOCKHOLM).strftime("%H%M")

    async def _build(self) -> None:
        start, end = free_rtp_range(_RTP_PORTS)
        self._box = box = await asyncio.to_thread(
            lambda: start_asterisk(
                tails={**TAILS, f"*/{PROMPT}": PROMPT_TAIL_S},
                SWITCHBOARD_RTP_START=str(start),
                SWITCHBOARD_RTP_END=str(end),
            )
        )
        self._house = House(box)
        await asyncio.to_thread(self._furnish, self._house)
        await self._house.start()

    def _furnish(self, house: House) -> None:
        """Maria's absence has no end, and the operators have none of their hours: a run may last for a day."""
        house.furnish()
        house.sql("UPDATE opening_period SET opens = '00:00', closes = '24:00'")
        house.sql("UPDATE absence SET until = NULL WHERE person_id = ?", house.person("Maria Berg"))
        house.sql("UPDATE policy SET message_silence_seconds = 3")
        house.announce(ANNOUNCEMENT, PROMPT)

    async def _clear(self) -> None:
        if self._house is not None:
            await self._house.stop()
            await asyncio.to_thread(shutil.rmtree, self._house.folder, ignore_errors=True)
        if self._box is not None:
            await asyncio.to_thread(self._box.act, "remove")
