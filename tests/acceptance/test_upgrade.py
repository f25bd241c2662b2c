"""An update with a migration while people talk and speak: stop, migrate, start, in the order of docs/operations.md."""

import asyncio
import json

import pytest

from switchboard.db.engine import Database, current_revision, downgrade
from tests.acceptance.house import House
from tests.acceptance.phones import CITIZEN, PhoneRoom
from tests.acceptance.test_restarts import ANNA, MARIA, hears_more, speaking_after_the_beep
from tests.acceptance.wait import until
from tests.hearing.noise import tone


async def one_migration_back(house: House) -> str | None:
    """What the release before left: its schema, with today's rows."""
    database = Database(house.environment["SWITCHBOARD_DATABASE_URL"])
    try:
        await downgrade(database, "-1")
        return await current_revision(database)
    finally:
        await database.close()


@pytest.mark.requirement("R16")
async def test_a_migration_under_a_talk_and_a_message(house: House, phones: PhoneRoom) -> None:
    anna = await phones.colleague("anna")
    talking = await (await phones.caller("+46701000001")).dial(ANNA)
    talk = await anna.wait_incoming(within=15)
    await talk.answer()
    await talk.play_on(tone(900, 1))
    await talking.hears(lambda heard: heard.tone(900), within=10, what="Anna's voice")
    speaking = await speaking_after_the_beep(phones)
    await house.terminated()
    before = await one_migration_back(house)
    went = json.loads(await asyncio.to_thread(house.command, "migrate", "--json"))
    assert went["before"] == before != went["after"]
    await hears_more(talking)
    await house.start()
    await speaking.dtmf("#")
    await speaking.hears_prompt("sv/promise-call-by", within=15)
    await speaking.ended(within=15)
    await hears_more(talking)
    (task,) = house.tasks()
    assert (task["source"], task["caller"], task["person_id"]) == ("voicemail", CITIZEN, house.person("Maria Berg"))
    assert house.one("SELECT duration_s FROM voicemail_message")["duration_s"] > 1
    following = await (await phones.caller("+46701000003")).dial(MARIA)
    await following.hears_prompt("sv/reason-meeting-back", within=15)
    await asyncio.gather(following.hangup(), talking.hangup())
    await talk.ended(within=10)
    rows = await house.all_calls_ended(3, within=40)
    outcomes = {row["caller"]: row["outcome"] for row in rows}
    assert (outcomes["+46701000001"], outcomes[CITIZEN]) == ("connected", "message")
    await house.nothing_left()


@pytest.mark.requirement("R16")
async def test_who_hangs_up_while_it_is_migrated_has_one_task(house: House, phones: PhoneRoom) -> None:
    speaking = await speaking_after_the_beep(phones)
    await house.terminated()
    await one_migration_back(house)
    await speaking.hangup()
    await asyncio.to_thread(house.command, "migrate")
    await house.start()

    async def task_is_open() -> bool:
        return len(house.tasks()) == 1

    await until(task_is_open, 15, "the message that Asterisk recorded has its task")
    (task,) = house.tasks()
    assert (task["source"], task["caller"], task["person_id"]) == ("voicemail", CITIZEN, house.person("Maria Berg"))
    assert house.one("SELECT duration_s FROM voicemail_message")["duration_s"] > 1
    (row,) = await house.all_calls_ended(1, within=40)
    assert (row["outcome"], row["outcome_reason"]) == ("interrupted", "the service stopped during the call")
    kinds = [kind for kind, _ in house.events(row["id"])]
    assert (kinds.count("task_opened"), kinds.count("ended")) == (1, 1)
    await house.nothing_left()
