"""PostgreSQL is stopped under the service, or hangs: who speaks and who calls notices nothing, and all is kept once."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest

from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.phones import CITIZEN, PhoneRoom
from tests.acceptance.postgres_house import PostgresHouse
from tests.acceptance.test_database_away import known_to_be_away, leave_message, talk_with_anna
from tests.acceptance.test_restarts import OPERATORS, hears_more, speaking_after_the_beep
from tests.acceptance.wait import until
from tests.callers.phone import PhoneCall
from tests.callers.raw_sip import RawPhone
from tests.hearing.noise import tone
from tests.postgres_server import StoppableServer, stoppable_postgres
from tests.power_loss.test_postgres_away import kept_later

pytestmark = pytest.mark.postgres
BEFORE, SPEAKS, CALLS = "+46701000001", CITIZEN, "+46701000003"


@pytest.fixture
def server() -> Iterator[StoppableServer]:
    with stoppable_postgres() as server:
        yield server


@pytest.fixture
async def house(asterisk: AsteriskBox, server: StoppableServer) -> AsyncIterator[PostgresHouse]:
    house = PostgresHouse(asterisk, server.url)
    await asyncio.to_thread(house.furnish)
    await house.start()
    yield house
    await asyncio.to_thread(house.kill_if_there)
    await asyncio.to_thread(house.remove)


async def goes_away(server: StoppableServer, how: str) -> None:
    await asyncio.to_thread(server.stop if how == "stopped" else server.hang)


async def comes_back(server: StoppableServer, how: str) -> None:
    await asyncio.to_thread(server.start if how == "stopped" else server.go_on)


async def promised(call: PhoneCall) -> None:
    await call.hears_prompt("sv/promise-call-by", within=20)
    await call.ended(within=15)


async def in_line(phones: PhoneRoom, number: str) -> PhoneCall:
    call = await (await phones.caller(number)).dial(OPERATORS)
    await call.hears(lambda heard: heard.music, within=20, what="music")
    return call


async def hang_up(call: PhoneCall, other: PhoneCall) -> None:
    await call.hangup()
    await other.ended(within=5)


async def answers(op1: RawPhone, caller: PhoneCall, number: str) -> PhoneCall:
    """It is this caller's turn."""
    rung = await op1.wait_incoming(within=15)
    assert rung.shown[-1].number.endswith(number[-9:])
    await rung.answer()
    await rung.play_on(tone(700, 1))
    await caller.hears(lambda heard: heard.tone(700), within=5, what="the operator's voice")
    return rung


async def waits_beside_the_database(house: PostgresHouse) -> None:
    """All of the calls that were served meanwhile; of the one before, what was not written yet."""

    async def spooled() -> bool:
        with closing(sqlite3.connect(house.folder / "spool-1.sqlite3")) as spool:
            kinds = [kind for (kind,) in spool.execute("SELECT kind FROM item")]
        return kinds.count("Arrival") == 2 and kinds.count("Ending") == 3 and "Began" in kinds

    await until(spooled, 40, "what was said and done waits beside the database")


async def everything_is_kept_once(house: PostgresHouse) -> None:
    async def tasks_are_open() -> bool:
        return len(house.tasks()) == 3

    await until(tasks_are_open, 60, "each message has its task")
    maria = house.person("Maria Berg")
    assert [(row["source"], row["caller"], row["person_id"]) for row in house.tasks()] == [
        ("voicemail", caller, maria) for caller in (BEFORE, SPEAKS, CALLS)
    ]
    messages = house.sql("SELECT caller, duration_s FROM voicemail_message ORDER BY received_at")
    assert [row["caller"] for row in messages] == [BEFORE, SPEAKS, CALLS]
    assert all(row["duration_s"] > 1 for row in messages)


async def journal_is_complete(house: PostgresHouse) -> None:
    """The first call was written while the database was there: the other two have its events."""
    rows = await house.all_calls_ended(4, within=40)
    assert sorted(row["outcome"] for row in rows) == ["connected", "message", "message", "message"]
    kinds = {row["caller"]: [kind for kind, _ in house.events(row["id"])] for row in rows}
    assert (kinds[BEFORE][0], kinds[BEFORE][-1]) == ("arrived", "ended")
    assert kinds[SPEAKS] == kinds[CALLS] == kept_later(kinds[BEFORE])
    in_order = "SELECT at FROM call_event WHERE call_id = ? ORDER BY id"
    for row in rows:
        moments = [each["at"] for each in house.sql(in_order, row["id"])]
        assert moments == sorted(moments)


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R16")
@pytest.mark.parametrize("how", ["stopped", "hangs"])
async def test_it_is_away_in_a_message_and_in_the_next_calls(
    house: PostgresHouse, server: StoppableServer, phones: PhoneRoom, how: str
) -> None:
    await promised(await leave_message(phones, BEFORE))
    speaking = await speaking_after_the_beep(phones, SPEAKS)
    await goes_away(server, how)
    await known_to_be_away(house, "the database does not answer")
    await speaking.dtmf("#")
    await promised(speaking)
    await promised(await leave_message(phones, CALLS))
    await hang_up(*await talk_with_anna(await phones.colleague("anna"), phones, "+46701000004"))
    await waits_beside_the_database(house)
    await comes_back(server, how)
    await until(house.is_healthy, 30, "/health is well again")
    await everything_is_kept_once(house)
    await journal_is_complete(house)
    await house.no_channel_left()


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("how", ["stopped", "hangs"])
async def test_it_is_away_while_two_talk_and_two_wait(
    house: PostgresHouse, server: StoppableServer, phones: PhoneRoom, how: str
) -> None:
    anna, op1 = await phones.colleague("anna"), await phones.colleague("op1")
    talking, talk = await talk_with_anna(anna, phones, "+46701000004")
    caller = await (await phones.caller(BEFORE)).dial(OPERATORS)
    served = await answers(op1, caller, BEFORE)
    second, third = await in_line(phones, SPEAKS), await in_line(phones, CALLS)
    await goes_away(server, how)
    await known_to_be_away(house, "the database does not answer")
    await hears_more(talking)
    await hang_up(caller, served)
    served = await answers(op1, second, SPEAKS)
    await comes_back(server, how)
    await until(house.is_healthy, 30, "/health is well again")
    await hang_up(second, served)
    await hang_up(third, await answers(op1, third, CALLS))
    await hears_more(talking)
    await hang_up(talking, talk)
    rows = await house.all_calls_ended(4, within=40)
    assert [row["outcome"] for row in rows] == ["connected"] * 4
    await house.no_channel_left()
