"""The main job: a citizen calls an absent colleague, is told so, leaves a message, and a callback task is open."""

from datetime import datetime

import pytest

from switchboard.domain.working_days import STOCKHOLM
from tests.acceptance.house import House
from tests.acceptance.phones import CITIZEN, PhoneRoom
from tests.hearing.noise import speech_like


@pytest.mark.requirement("R1")
@pytest.mark.requirement("R2")
@pytest.mark.requirement("R11")
@pytest.mark.requirement("R14")
async def test_from_the_number_to_the_task(house: House, phones: PhoneRoom) -> None:
    house.sql("UPDATE absence SET until = '2026-08-24 08:00' WHERE person_id = ?", house.person("Erik Lund"))
    erik = await phones.colleague("erik")
    caller = await phones.caller()
    call = await caller.dial("+46980319211")
    await call.talks(within=5)
    await call.hears_prompt("demo/sv/greeting-erik-lund", within=8)
    await call.hears_prompt(
        "demo/sv/name-erik-lund",
        "sv/reason-vacation-back",
        "sv/weekday-1",
        "sv/day-24",
        "sv/month-8",
        "sv/at-8",
        within=15,
    )
    await call.hears_prompt("sv/menu-message", within=5)
    await call.dtmf("1")
    await call.hears_prompt("sv/leave-message", within=5)
    await call.hears_prompt("sv/beep", within=5)
    await call.play(speech_like(3))
    await call.until(lambda: call.heard.since("sv/beep").quiet_for > 3, within=10, what="the message is spoken")
    await call.dtmf("#")
    await call.hears_prompt(
        "sv/promise-call-by", "sv/tomorrow", "sv/weekday-4", "sv/day-13", "sv/month-8-end", within=15
    )
    await call.hears_prompt("sv/goodbye", within=5)
    await call.ended(within=5)

    assert erik.rung == []
    (row,) = await house.all_calls_ended(1)
    assert (row["outcome"], row["called"]) == ("message", "+46980319211")
    kinds = [kind for kind, _ in house.events(row["id"])]
    assert kinds[:2] == ["arrived", "routed"]
    assert {"not_rung", "answered", "played", "chose", "recording", "recorded", "task_opened"} <= set(kinds)
    assert kinds[-1] == "ended"
    (task,) = house.tasks()
    assert task["caller"] == CITIZEN
    assert task["person_id"] == house.person("Erik Lund")
    assert task["deadline_date"] == "2026-08-13"
    assert task["status"] == "open"
    assert datetime.fromisoformat(task["deadline"]).astimezone(STOCKHOLM).hour == 23
    message = house.one("SELECT * FROM voicemail_message")
    assert message["duration_s"] > 2
    await house.nothing_left()
