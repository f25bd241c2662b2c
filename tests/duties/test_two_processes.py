"""Two processes on one database, and a real mail server: each reminder and each missed deadline is told once, by one of
them (R14, R18)."""

import asyncio
import email
import email.policy
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from switchboard.db.tables import callback_event, notice
from tests.demo_house import NOW, rows_of
from tests.duties.house import House
from tests.mail.servers import Post, mail_server

TASKS = 30
WITHIN_S = 60.0


async def begin(url: str, port: int, name: str, at: str) -> Process:
    words = (sys.executable, "-m", "tests.duties.one_of_two", url, str(port), name, at)
    process = await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    assert process.stdout is not None
    ready = await asyncio.wait_for(process.stdout.readline(), WITHIN_S)
    assert ready == b"ready\n", await process.communicate()
    return process


async def both_at_once(house: House, url: str, port: int) -> None:
    """Both are ready before either begins."""
    at = house.clock.at.isoformat()
    processes = [await begin(url, port, name, at) for name in ("one", "two")]
    ended = await asyncio.gather(*(asyncio.wait_for(each.communicate(b"\n"), WITHIN_S) for each in processes))
    assert [each.returncode for each in processes] == [0, 0], ended


@pytest.mark.real_time
@pytest.mark.timeout(240)
@pytest.mark.requirement("R14")
@pytest.mark.requirement("R18")
async def test_each_thing_is_told_once_whoever_tells_it(house: House, database_url: str) -> None:
    for number in range(TASKS):
        await house.service.leave_message(str(number), house.erik_s, f"+46709999{number:03}")
    post = Post()
    async with mail_server(post) as port:
        for after in (timedelta(0), timedelta(hours=23), timedelta(days=2)):
            house.clock.at = NOW + after
            await both_at_once(house, database_url, port)
    letters = [email.message_from_bytes(each, policy=email.policy.default) for each in post.took]
    assert len({each["Message-ID"] for each in letters}) == len(letters)
    told = Counter(str(each["Subject"]).partition(",")[0] for each in letters)
    assert told == {
        "Någon väntar på att bli uppringd": TASKS,
        "Påminnelse: någon väntar på att bli uppringd": TASKS,
        "Försenade återuppringningar i Bygglov": 1,
    }
    assert {row.state for row in await house.service.letters()} == {"sent"}
    async with house.service.database.read() as tx:
        late = (select(func.count()).where(callback_event.c.kind == "overdue")).scalar_subquery()
        assert await tx.scalar(select(late)) == TASKS
    twice = Counter((row.task_id, row.kind, row.about) for row in await rows_of(house.service.database, notice))
    assert set(twice.values()) == {1}
