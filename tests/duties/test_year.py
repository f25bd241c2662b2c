"""A year in virtual time with hundreds of colleagues who are away, forget, promise and call back, and a service that is
down now and then: no message is without a task, no task passes its deadline without a notice, no letter is lost or sent
twice, and no time that has passed is ever spoken (R2, R14, R16, R18)."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, insert

from switchboard.calls.ports.duties import MailDelayed
from switchboard.db.engine import Database
from switchboard.db.tables import absence, callback_event, callback_task, notice, person, unit, voicemail_message
from switchboard.db.tasks.rows import NOT_ENDED
from switchboard.domain.absence import absence_in_force, return_time, speaks_whole_days
from switchboard.domain.announcement import AbsenceNotice, Promise, SpokenName
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Directory
from switchboard.domain.tasks.life import Close, Finish, HandOver, Move, StatementProof, Take
from switchboard.domain.tasks.life import Promise as NewPromise
from switchboard.domain.working_days import STOCKHOLM
from switchboard.errors import Conflict
from switchboard.speech.prompts import Prompts
from tests.demo.swedish import plain
from tests.demo_house import NOW, rows_of
from tests.duties.house import House, build_house, by_hand
from tests.speech.conftest import SOUNDS

COLLEAGUES, UNITS, DAYS, SOUGHT_AT_ONCE = 300, 12, 365, 6
SEED = 2026
REASONS = ("vacation", "meeting", "lunch", "course", "business_trip", "sick", "gone_for_day")
CLOCK_TIMES = (0, 5, 15, 30, 45)
SATURDAY, EVENING = 5, 19


class Year:
    def __init__(self, house: House) -> None:
        self.house = house
        self.random = random.Random(SEED)
        self.people: list[int] = []
        self.units: list[int] = []
        self.left = 0
        self.spoken: Counter[str] = Counter()
        self.prompts = Prompts.load(SOUNDS, "sound:/sounds", "http://127.0.0.1:8080/media")

    async def people_come(self) -> None:
        """Units with managers, who are some of the people; absences of the whole year are known ahead, as from
        calendars."""
        house, service = self.house, self.house.service
        async with service.database.write() as tx:
            new_units = [{"authority_id": house.norrby, "name": f"Enhet {number}"} for number in range(UNITS)]
            await tx.execute(insert(unit), new_units)
        self.units = [row.id for row in await rows_of(service.database, unit) if row.name.startswith("Enhet")]
        async with service.database.write() as tx:
            await tx.execute(insert(person), [self._person(number) for number in range(COLLEAGUES)])
        rows = await rows_of(service.database, person)
        self.people = [row.id for row in rows if row.name.startswith("Kollega")]
        async with service.database.write() as tx:
            for each, manager in zip(self.units, self.people, strict=False):
                await tx.execute(unit.update().where(unit.c.id == each).values(manager_id=manager))
            await tx.execute(insert(absence), [row for each in self.people for row in self._absences(each)])

    def _person(self, number: int) -> dict[str, Any]:
        name = f"Kollega {number}"
        at = {"authority_id": self.house.norrby, "unit_id": self.units[number % UNITS]}
        return {"name": name, "email": f"kollega{number}@norrby.example", **at}

    def _absences(self, person_id: int) -> Iterator[dict[str, Any]]:
        """They overlap and follow one another as people's do."""
        for _ in range(self.random.randrange(2, 8)):
            day = NOW.date() + timedelta(days=self.random.randrange(DAYS))
            start = self._local(day, self.random.randrange(7, 17))
            length = self.random.choice((timedelta(hours=1), timedelta(hours=3), timedelta(days=1), timedelta(days=21)))
            until = (start + length).replace(minute=self.random.choice(CLOCK_TIMES)) if length < timedelta(2) else None
            if until is None and self.random.random() < 0.9:
                until = self._local((start + length).date(), self.random.choice((0, 8)))
            deputy = self.random.choice(self.people)
            yield {
                "person_id": person_id,
                "reason": self.random.choice(REASONS),
                "start": start,
                "until": until,
                "deputy_id": deputy if deputy != person_id else None,
                "source": "calendar",
                "open": self.random.random() < 0.1,
            }

    def _local(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), STOCKHOLM)

    async def pass_by(self) -> None:
        for day in range(DAYS):
            down = self.random.random() < 0.04
            today = NOW.date() + timedelta(days=day)
            for hour in sorted(self.random.sample(range(7, 19), self._messages_on(today))):
                at = self._local(today, hour) + timedelta(minutes=self.random.randrange(60))
                if at <= self.house.clock.at:
                    continue
                await self._go_on(at, down)
                await self._call(at)
            await self._go_on(self._local(today, EVENING), down)
            if not down:
                await self._post(delayed=self.random.random() < 0.1)
                await self._work_off()
        await self._go_on(self.house.clock.at + timedelta(days=40), down=False)
        await self._post()

    async def _post(self, delayed: bool = False) -> None:
        """Letters go out, but for one that the mail server puts off."""
        service = self.house.service
        service.mailer.answers = [MailDelayed("451 try again later")] if delayed else []
        await service.postman.send_what_waits()
        assert service.log.events("exception") == []

    def _messages_on(self, day: date) -> int:
        return self.random.choice((1, 1, 2) if day.weekday() < SATURDAY else (0, 0, 1))

    async def _go_on(self, at: datetime, down: bool) -> None:
        """What falls due is done, in order; while the service is down, at its start."""
        if down:
            self.house.clock.at = at
        else:
            await self._until(at)

    async def _until(self, end: datetime) -> None:
        service = self.house.service
        while (due := await service.next_due()) is not None and due <= end:
            self.house.clock.at = max(self.house.clock.at, due)
            await service.worker.do_what_is_due()
        assert service.log.events("exception") == []
        self.house.clock.at = end

    async def _call(self, at: datetime) -> None:
        """Citizens hear what they are told; one leaves a message, for a person or for a unit."""
        house, service = self.house, self.house.service
        directory = await service.directory.current()
        for person_id in self.random.sample(self.people, SOUGHT_AT_ONCE):
            self._hear(directory, person_id, at)
        if self.random.random() < 0.15:
            mailbox = Mailbox(house.norrby, unit_id=self.random.choice(self.units))
        else:
            mailbox = Mailbox(house.norrby, person_id=self.random.choice(self.people))
        self.left += 1
        await service.leave_message(str(self.left), mailbox, f"+4670999{self.random.randrange(400):04}", at)
        task = await service.steps.one(f"t-{self.left}") if await self._is_new() else None
        if task is not None and task.deadline_on is not None:
            self._hear_promise(task.deadline_on, at)

    async def _is_new(self) -> bool:
        """A message may have joined an earlier task."""
        return await self.house.service.messages.task_of(f"m-{self.left}") == f"t-{self.left}"

    def _hear(self, directory: Directory, person_id: int, at: datetime) -> None:
        absences = directory.absences(person_id)
        away = absence_in_force(absences, at)
        if away is None:
            self.spoken["present"] += 1
            return
        until = return_time(absences, at)
        whole = until is not None and speaks_whole_days(until)
        text = self._said(AbsenceNotice(SpokenName("", {}, "211"), away.reason, until, whole), at)
        self.spoken["time" if until else "no time"] += 1
        assert (" åter " in f" {text} ") is (until is not None), text
        if until is not None:
            assert until.timestamp() > at.timestamp(), "a time that has passed"
            after = absence_in_force(absences, until + timedelta(seconds=1))
            assert after is None or after.open, "somebody who is announced as back is away"
            if until.astimezone(STOCKHOLM).date() == at.date():
                assert "klockan" in text or whole

    def _hear_promise(self, by: date, at: datetime) -> None:
        assert by > at.date()
        assert "senast" in self._said(Promise(by), at)
        self.spoken["promise"] += 1

    def _said(self, what: AbsenceNotice | Promise, at: datetime) -> str:
        return plain(self.prompts.transcript(what, "sv", at))

    async def _work_off(self) -> None:
        """Colleagues who are there see to their tasks, most of them in time."""
        now = self.house.clock.at
        directory = await self.house.service.directory.current()
        for row in await rows_of(self.house.service.database, callback_task):
            if row.status not in NOT_ENDED:
                continue
            away = row.person_id is not None and absence_in_force(directory.absences(row.person_id), now) is not None
            if not away and self.random.random() < 0.6:
                await self._step(row.id, row.status, row.person_id or self.people[0], now)

    async def _step(self, task_id: str, status: str, person_id: int, now: datetime) -> None:
        steps, act = self.house.service.steps, by_hand(now)
        chosen: list[Move] = [Close("ringde igen"), HandOver(self._somebody(), "hinner inte")]
        done: Move = Finish(StatementProof(person_id, "talade på gatan"))
        promise: Move = NewPromise(now + timedelta(days=self.random.randrange(1, 6), hours=1), "call")
        chosen += [done] * 6 + [promise] * 2
        move = self.random.choice(chosen)
        try:
            if status == "open" and isinstance(move, Finish | NewPromise):
                await steps.make(task_id, Take(person_id), act)
            await steps.make(task_id, move, act)
        except Conflict:
            return

    def _somebody(self) -> Mailbox:
        return Mailbox(self.house.norrby, person_id=self.random.choice(self.people))


def deadlines(task: Row[Any], events: Sequence[Any], end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Each deadline that the task ever had, and until when it counted."""
    due = task.deadline
    for event in events:
        if event.kind == "promised":
            yield due, event.at
            due = datetime.fromisoformat(event.detail["promised_at"])
        elif event.kind in ("done", "closed"):
            yield due, event.at
            return
    yield due, end


async def without_notice(house: House) -> list[str]:
    """Tasks that passed a deadline of which no manager was told."""
    database = house.service.database
    told = {
        (row.task_id, datetime.fromisoformat(row.about).timestamp())
        for row in await rows_of(database, notice)
        if row.kind == "breach"
    }
    events = defaultdict(list)
    for row in sorted(await rows_of(database, callback_event), key=lambda row: row.id):
        events[row.task_id].append(row)
    return [
        task.id
        for task in await rows_of(database, callback_task)
        for due, until in deadlines(task, events[task.id], house.clock.at)
        if until.timestamp() > due.timestamp() + 1 and (task.id, due.timestamp()) not in told
    ]


@pytest.mark.timeout(600)
@pytest.mark.requirement("R2")
@pytest.mark.requirement("R14")
@pytest.mark.requirement("R16")
@pytest.mark.requirement("R18")
async def test_a_year_in_the_life_of_a_municipality(new_database_url: Callable[[str], str]) -> None:
    database = Database(new_database_url("sqlite"))
    house = await build_house(database)
    year = Year(house)
    await year.people_come()
    await year.pass_by()

    tasks = await rows_of(database, callback_task)
    messages = await rows_of(database, voicemail_message)
    assert len(messages) == year.left > 300
    assert {row.task_id for row in messages} == {row.id for row in tasks}
    assert await without_notice(house) == []
    notices = await rows_of(database, notice)
    assert {row.task_id for row in notices if row.kind == "task_opened"} == {row.id for row in tasks}
    assert Counter(row.state for row in notices).keys() <= {"told", "over", "nobody"}
    assert Counter((row.task_id, row.kind, row.about) for row in notices).most_common(1)[0][1] == 1
    assert sum(row.kind == "breach" for row in notices) > 20
    assert sum(row.kind == "handed_over" for row in notices) > 20
    letters = await house.service.letters()
    sent = Counter(each.message_id for each in house.service.mailer.took)
    assert Counter(row.state for row in letters) == {"sent": len(sent)}
    assert {row.message_id for row in letters} == set(sent)
    assert set(sent.values()) == {1}
    carried = {row.notice_id for row in letters if row.notice_id is not None}
    told = {row.id for row in notices if row.state == "told"}
    assert {row.id for row in notices if row.state == "told" and row.kind != "breach"} <= carried <= told
    statuses = Counter(row.status for row in tasks)
    assert statuses["done"] > 100
    for kind in ("present", "time", "promise"):
        assert year.spoken[kind] > 100, year.spoken
    await house.service.close()
    await database.close()
