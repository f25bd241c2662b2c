"""A quarter in virtual time, with two services on one database that are down now and then: no task passes its deadline
without a notice, nobody is notified twice, and no letter is lost (R14, R16, R18)."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from switchboard.calls.ports.duties import MailDelayed
from switchboard.db.engine import Database
from switchboard.db.tables import absence, callback_task, job, notice, outbox
from switchboard.domain.callback import Mailbox
from switchboard.domain.tasks.life import Close, Promise, Take
from switchboard.errors import Conflict
from tests.demo_house import NOW, rows_of
from tests.duties.house import House, Service, build_house, by_hand

DAYS = 91
SEED = 7731


class Quarter:
    """Messages and steps at random; every few hours whatever fell due is done by one of the two, or by neither."""

    def __init__(self, house: House, other: Service) -> None:
        self.house = house
        self.services = (house.service, other)
        self.random = random.Random(SEED)
        self.count = 0

    async def pass_by(self) -> None:
        for day in range(DAYS):
            for hour in (0, 9, 15):
                self.house.clock.at = (NOW + timedelta(days=day)).replace(hour=hour, minute=self.random.randrange(60))
                await self._happen()
                if self.random.random() < 0.85:
                    await self._work()
        for _ in range(8):
            self.house.clock.at += timedelta(days=1)
            for each in self.services:
                each.mailer.answers = []
                await each.works()

    async def _work(self) -> None:
        chosen = self.random.choice(self.services)
        if self.random.random() < 0.2:
            chosen.mailer.answers = [MailDelayed("451")]
        await chosen.works()

    async def _happen(self) -> None:
        house, now = self.house, self.house.clock.at
        if self.random.random() < 0.6:
            self.count += 1
            owners = (
                house.erik_s,
                Mailbox(house.norrby, person_id=house.maria),
                Mailbox(house.norrby, unit_id=house.bygglov),
            )
            caller = f"+4670999{self.random.randrange(30):04}"
            await house.service.leave_message(str(self.count), self.random.choice(owners), caller)
        if self.random.random() < 0.05:
            until = now + timedelta(days=self.random.randrange(1, 20))
            person = self.random.choice((house.erik, house.maria))
            await house.put(
                absence, person_id=person, reason="vacation", start=now, until=until, source="admin", open=False
            )
        for row in await rows_of(house.service.database, callback_task):
            if row.status in ("open", "taken", "promised") and self.random.random() < 0.25:
                await self._step(row.id, now)

    async def _step(self, task: str, now: datetime) -> None:
        move = self.random.choice((Take(), Promise(now + timedelta(days=3, hours=1)), Close("ringde igen")))
        try:
            await self.house.service.steps.make(task, move, by_hand(now))
        except Conflict:
            return


@pytest.mark.timeout(300)
@pytest.mark.requirement("R14")
@pytest.mark.requirement("R16")
@pytest.mark.requirement("R18")
async def test_no_task_passes_its_deadline_untold_and_nobody_is_told_twice(
    new_database_url: Callable[[str], str],
) -> None:
    url = new_database_url("sqlite")
    database, second = Database(url), Database(url)
    house = await build_house(database)
    other = Service(second, house.clock, "two")
    quarter = Quarter(house, other)
    await quarter.pass_by()

    tasks = await rows_of(database, callback_task)
    assert len(tasks) > 80
    async with database.read() as tx:
        told = (await tx.execute(select(notice.c.task_id, notice.c.about).where(notice.c.kind == "breach"))).all()
        states = Counter((await tx.execute(select(outbox.c.state))).scalars())
        opened = set((await tx.execute(select(notice.c.task_id).where(notice.c.kind == "task_opened"))).scalars())
        watched = set((await tx.execute(select(job.c.key).where(job.c.kind == "watch_task"))).scalars())
        untold = Counter((await tx.execute(select(notice.c.state))).scalars())
    assert opened == {row.id for row in tasks}
    late = {(row.task_id, row.about) for row in told}
    still_open = [row for row in tasks if row.status in ("open", "taken", "promised")]
    assert still_open
    for row in still_open:
        assert (row.id, (row.promised_at or row.deadline).isoformat()) in late
    assert watched == {row.id for row in still_open}
    sent = Counter(letter.message_id for each in quarter.services for letter in each.mailer.took)
    assert set(sent.values()) == {1}
    assert states == {"sent": len(sent)}
    assert set(untold) <= {"told", "over"}
    for each in (house.service, other):
        await each.close()
    await second.close()
    await database.close()
