"""While the database takes nothing, calls are routed by what was last known, and nothing that was said is lost."""

import asyncio
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.acceptance.house import House
from tests.acceptance.phones import CITIZEN, PhoneRoom
from tests.acceptance.wait import until
from tests.callers.phone import PhoneCall
from tests.callers.raw_sip import RawPhone
from tests.hearing.noise import speech_like, tone

MARIA, ANNA = "+46980319212", "+46980319210"


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Another process holds the database for writing."""
    with closing(sqlite3.connect(house.database, timeout=10, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def health(house: House) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{house.http_port}/health", timeout=5) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


async def known_to_be_away(house: House, says: str = "the database takes no changes") -> None:
    async def told() -> bool:
        status, text = await asyncio.to_thread(health, house)
        return status == 503 and says in text

    await until(told, 15, f"/health says: {says}")


async def leave_message(phones: PhoneRoom, number: str = CITIZEN) -> PhoneCall:
    call = await (await phones.caller(number)).dial(MARIA)
    await call.hears_prompt("sv/reason-meeting-back", "sv/menu-message", within=20)
    await call.dtmf("1")
    await call.hears_prompt("sv/beep", within=15)
    await call.play(speech_like(3))
    return call


async def talk_with_anna(anna: RawPhone, phones: PhoneRoom, number: str) -> tuple[PhoneCall, PhoneCall]:
    """The caller's call, who hears 900 Hz, and Anna's."""
    call = await (await phones.caller(number)).dial(ANNA)
    rung = await anna.wait_incoming(within=15)
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await call.hears(lambda heard: heard.tone(900), within=5, what="Anna's voice")
    return call, rung


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R16")
async def test_a_caller_is_told_takes_leave_and_has_a_task_afterwards(house: House, phones: PhoneRoom) -> None:
    anna = await phones.colleague("anna")
    with locked(house):
        await known_to_be_away(house)
        call = await leave_message(phones)
        await call.hears_prompt("sv/promise-call-by", within=20)
        await call.ended(within=15)
        talk, rung = await talk_with_anna(anna, phones, "+46701000001")
        await talk.hangup()
        await rung.ended(within=5)
        assert house.tasks() == []

    async def task_is_open() -> bool:
        return len(house.tasks()) == 1

    await until(task_is_open, 60, "the message has its task")
    (task,) = house.tasks()
    message = house.one("SELECT * FROM voicemail_message")
    assert (task["source"], task["caller"], task["person_id"]) == ("voicemail", CITIZEN, house.person("Maria Berg"))
    assert message["duration_s"] > 2
    rows = await house.all_calls_ended(2, within=40)
    assert sorted(row["outcome"] for row in rows) == ["connected", "message"]
    for row in rows:
        kinds = [kind for kind, _ in house.events(row["id"])]
        assert kinds.count("ended") == 1
        assert kinds[0] == "arrived"
    await until(house.is_healthy, 15, "/health is well again")
    await house.no_channel_left()


@pytest.mark.requirement("R16")
async def test_killed_meanwhile_nothing_is_lost_or_doubled(house: House, phones: PhoneRoom) -> None:
    with locked(house):
        await known_to_be_away(house)
        call = await leave_message(phones)
        await call.hears_prompt("sv/promise-call-by", within=20)
        await call.ended(within=15)

        async def spooled() -> bool:
            with closing(sqlite3.connect(house.folder / "spool-1.sqlite3")) as spool:
                kinds = {kind for (kind,) in spool.execute("SELECT kind FROM item")}
            return {"Arrival", "Began", "Ending"} <= kinds

        await until(spooled, 15, "call and recording wait beside the database")
        await house.killed()
    await house.start()

    async def task_is_open() -> bool:
        return len(house.tasks()) == 1

    await until(task_is_open, 60, "the message has its task")
    (row,) = await house.all_calls_ended(1, within=40)
    assert (row["caller"], row["outcome"]) == (CITIZEN, "message")
    assert len(house.sql("SELECT id FROM voicemail_message")) == 1
    await house.no_channel_left()
