"""Closed: the caller is told so, is told when it opens, and may leave a message for the unit (R23)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from switchboard.domain.working_days import STOCKHOLM
from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.house import House, lived_in
from tests.acceptance.phones import PhoneRoom
from tests.hearing.noise import speech_like

MAIN, FUNCTION, ERIK = "+46980319200", "+46980319220", "+46980319211"
# The Thursday evening before midsummer's eve 2026: the eve is closed by the authority's own rows, and so until Monday.
MIDSUMMER = datetime(2026, 6, 18, 18, 0, tzinfo=STOCKHOLM)


@pytest.fixture
async def evening(asterisk: AsteriskBox, furnished: House) -> AsyncIterator[House]:
    async with lived_in(House(asterisk, at=MIDSUMMER), furnished) as house:
        yield house


@pytest.mark.requirement("R23")
async def test_told_when_it_opens_over_holidays_and_a_message_for_the_unit(evening: House) -> None:
    async with PhoneRoom(evening) as phones:
        op1, anna = await phones.colleague("op1"), await phones.colleague("anna")
        main = await (await phones.caller("+46701000001")).dial(MAIN)
        function = await (await phones.caller("+46701000002")).dial(FUNCTION)
        await main.hears_prompt("sv/closed", "sv/opens-weekday-1", "sv/at-8", "sv/menu-message", within=15)
        await function.hears_prompt("sv/closed", "sv/opens-weekday-1", "sv/at-9", "sv/menu-message", within=15)
        assert "sv/menu-operators" not in main.heard.prompts
        await asyncio.gather(main.dtmf("1"), function.dtmf("1"))
        await asyncio.gather(main.hears_prompt("sv/beep", within=10), function.hears_prompt("sv/beep", within=10))
        await asyncio.gather(main.play(speech_like(2)), function.play(speech_like(2)))
        await main.hears_prompt("sv/promise-call-by", "sv/weekday-1", "sv/day-22", "sv/month-6-end", within=20)
        await asyncio.gather(main.ended(within=15), function.ended(within=15))
        assert op1.rung == []
        assert anna.rung == []
    await evening.all_calls_ended(2)
    tasks = {row["caller"]: row for row in evening.tasks()}
    bygglov = evening.one("SELECT id, unit_id FROM function_group WHERE name = 'Bygglov'")
    assert tasks["+46701000002"]["unit_id"] == bygglov["unit_id"]
    assert {row["deadline_date"] for row in tasks.values()} == {"2026-06-22"}
    await evening.nothing_left()


async def test_the_operators_are_not_offered_when_closed(evening: House) -> None:
    evening.sql("UPDATE absence SET start = '2026-06-01 08:00', until = '2026-07-06 08:00' WHERE reason = 'vacation'")
    async with PhoneRoom(evening) as phones:
        call = await (await phones.caller()).dial(ERIK)
        await call.hears_prompt("sv/reason-vacation-back", "sv/menu-message", "sv/menu-hang-up", within=15)
        assert "sv/menu-operators" not in call.heard.prompts
        await call.dtmf("0")
        await call.hears_prompt("sv/invalid-choice", within=10)
        await call.hangup()
    await evening.all_calls_ended(1)
