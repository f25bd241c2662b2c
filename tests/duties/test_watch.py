"""Watching over deadlines on a database: told, reminded, passed on, late (R14-R18, R28)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from switchboard.db.engine import Database
from switchboard.db.jobs import LeaseLost
from switchboard.db.tables import absence, callback_event, callback_task, job, mailbox_watcher, notice, unit
from switchboard.domain.callback import Mailbox
from switchboard.domain.tasks.life import Close, Finish, Promise, StatementProof, Take
from switchboard.domain.working_days import STOCKHOLM
from tests.demo_house import CITIZEN, NOW, id_of, rows_of
from tests.duties.house import House, Service, by_hand


def at(clock: str, day: int = 13) -> datetime:
    """In August 2026; the 12th, when the messages come, is a Wednesday."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 8, day, hour, minute, tzinfo=STOCKHOLM)


async def told(house: House) -> list[tuple[str, str]]:
    """Recipient and subject, in order."""
    return [(row.recipient.partition("@")[0], row.subject) for row in await house.service.letters()]


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R18")
async def test_a_task_that_nobody_does_is_told_reminded_of_and_told_to_the_manager(house: House) -> None:
    await house.service.leave_message("1", house.erik_s)
    await house.service.until(at("12:00", 20))
    assert await told(house) == [
        ("erik.lund", "Någon väntar på att bli uppringd, senast torsdag 13 augusti"),
        ("erik.lund", "Påminnelse: någon väntar på att bli uppringd, senast torsdag 13 augusti"),
        ("erik.lund", "Påminnelse: någon väntar på att bli uppringd, senast torsdag 13 augusti"),
        ("anna.andersson", "Försenade återuppringningar i Bygglov"),
    ]
    written = [row.created_at for row in await house.service.letters()]
    late = at("00:00", 14)
    assert written == [NOW, at("08:00"), at("14:30"), late]
    assert len(house.service.mailer.took) == 4
    kinds = [row.kind for row in await rows_of(house.service.database, callback_event)]
    assert kinds == ["opened", "overdue"]


@pytest.mark.requirement("R14")
async def test_what_is_done_is_not_reminded_of(house: House) -> None:
    task = await house.service.leave_message("1", house.erik_s)
    await house.service.works()
    await house.service.steps.make(task, Take(house.erik), by_hand(NOW))
    await house.service.steps.make(task, Finish(StatementProof(house.erik, "kom förbi")), by_hand(NOW))
    await house.service.until(at("12:00", 20))
    assert [name for name, _ in await told(house)] == ["erik.lund"]
    assert [row.kind for row in await rows_of(house.service.database, job)] == []


@pytest.mark.requirement("R17")
@pytest.mark.requirement("R18")
async def test_a_promised_time_is_reminded_of_and_broken_instead(house: House) -> None:
    task = await house.service.leave_message("1", house.erik_s)
    await house.service.works()
    await house.service.steps.make(task, Take(house.erik), by_hand(NOW))
    await house.service.steps.make(task, Promise(at("14:00", 17), "telefon"), by_hand(NOW))
    await house.service.until(at("08:00", 19))
    rows = await house.service.letters()
    assert [row.created_at for row in rows] == [
        NOW,
        at("08:00", 17),
        at("12:00", 17),
        at("14:00", 17) + timedelta(seconds=1),
    ]
    assert "måndag 17 augusti klockan 14.00 (utlovad tid)" in rows[1].subject


@pytest.mark.requirement("R10")
@pytest.mark.requirement("R25")
async def test_who_is_away_past_the_deadline_gives_the_task_to_the_deputy_or_the_manager(house: House) -> None:
    away = {"reason": "vacation", "start": NOW - timedelta(days=1), "until": at("08:00", 24), "source": "admin"}
    await house.put(absence, person_id=house.erik, deputy_id=house.maria, **away)
    await house.sql("UPDATE unit SET manager_id = :anna", anna=house.anna)
    await house.service.leave_message("1", house.erik_s)
    await house.service.until(at("07:59"))
    assert await told(house) == [("erik.lund", "Någon väntar på att bli uppringd, senast torsdag 13 augusti")]
    await house.service.until(at("09:00"))
    assert (await told(house))[1:] == [
        ("maria.berg", "En återuppringning har lämnats över till dig, senast torsdag 13 augusti")
    ]
    handed_over = (await told(house))[1][1]
    assert "Sökt: Erik Lund\n" in (await house.service.letters())[1].body
    await house.put(absence, person_id=house.maria, deputy_id=None, **away)
    await house.service.until(at("16:00"))
    row = (await rows_of(house.service.database, callback_task))[0]
    assert (row.person_id, row.status) == (house.anna, "open")
    assert (await told(house))[2:] == [("anna.andersson", handed_over)]


@pytest.mark.requirement("R28")
async def test_a_unit_s_mailbox_is_told_to_its_watcher_or_the_substitute_else_to_the_shared_address(
    house: House,
) -> None:
    unit_s = Mailbox(house.norrby, unit_id=house.bygglov)
    await house.service.leave_message("1", unit_s)
    await house.service.works()
    rota = {"unit_id": house.bygglov, "person_id": house.erik, "substitute_id": house.maria}
    await house.put(mailbox_watcher, weekday=2, **rota)
    await house.service.leave_message("2", unit_s, "+46709999991")
    await house.service.works()
    await house.put(
        absence, person_id=house.erik, reason="sick", start=NOW - timedelta(hours=1), source="admin", open=False
    )
    await house.service.leave_message("3", unit_s, "+46709999992")
    await house.service.works()
    dated = {"first_date": date(2026, 8, 10), "last_date": date(2026, 8, 14)}
    await house.put(mailbox_watcher, unit_id=house.bygglov, person_id=house.anna, **dated)
    await house.service.leave_message("4", unit_s, "+46709999993")
    await house.service.works()
    assert [name for name, _ in await told(house)] == ["bygglov", "erik.lund", "maria.berg", "anna.andersson"]


async def test_the_manager_is_told_once_of_all_that_is_late(house: House) -> None:
    for number in range(4):
        await house.service.leave_message(str(number), house.erik_s, f"+4670999999{number}")
    await house.service.until(at("00:00", 14))
    rows = [row for row in await house.service.letters() if row.recipient.startswith("anna")]
    assert len(rows) == 1
    assert rows[0].body.count("- senast torsdag 13 augusti: Erik Lund, 070-999 99 9") == 4
    async with house.service.database.read() as tx:
        breaches = (await tx.execute(select(notice.c.task_id).where(notice.c.kind == "breach"))).scalars().all()
    assert sorted(breaches) == [f"t-{number}" for number in range(4)]


@pytest.mark.requirement("R46")
async def test_a_secret_message_tells_neither_caller_nor_sound_and_an_open_one_does(house: House) -> None:
    await house.sql("UPDATE policy SET mail_audio = :yes", yes=True)
    await house.service.leave_message("1", house.erik_s)
    await house.sql("UPDATE voicemail_message SET secret = :yes", yes=True)
    await house.service.leave_message("2", house.erik_s, "+46709999992")
    await house.service.worker.do_what_is_due()
    await house.service.leave_message("3", house.erik_s, "+46709999993")
    await house.service.worker.do_what_is_due()
    await house.sql("UPDATE voicemail_message SET secret = :yes WHERE id = 'm-3'", yes=True)
    await house.service.postman.send_what_waits()
    first, second, third = await house.service.letters()
    assert "070-174" not in first.body
    assert "sekretessmarkerat" in first.body
    assert first.attachment_sha256 is None
    assert "https://vaxel.norrby.example/api/v1/voicemail-messages/m-1/audio" in first.body
    assert "070-999 99 92" in second.body
    assert house.service.mailer.audio == [None, b"RIFF2", None]
    assert third.attachment_sha256 is not None


async def test_more_messages_of_who_waits_are_told_and_closing_ends_it(house: House) -> None:
    task = await house.service.leave_message("1", house.erik_s)
    await house.service.works()
    assert await house.service.leave_message("2", house.erik_s) == task
    await house.service.works()
    assert [subject.partition(",")[0] for _, subject in await told(house)] == [
        "Någon väntar på att bli uppringd",
        "Ytterligare ett meddelande från någon som väntar",
    ]
    await house.service.steps.make(task, Close("ringde igen"), by_hand(NOW))
    assert await house.service.leave_message("3", house.erik_s) == "t-3"
    assert CITIZEN in {row.caller for row in await rows_of(house.service.database, callback_task)}


async def test_someone_without_an_address_is_shown_as_not_told(house: House) -> None:
    await house.sql("UPDATE person SET email = ''")
    await house.sql("UPDATE unit SET email = ' '")
    await house.service.leave_message("1", house.erik_s)
    await house.service.works()
    assert await told(house) == []
    assert [row.state for row in await rows_of(house.service.database, notice)] == ["nobody"]


@pytest.fixture
async def second(house: House, database_url: str) -> AsyncIterator[Service]:
    """Another service on the same database."""
    database = Database(database_url)
    service = Service(database, house.clock, "two")
    yield service
    await service.close()
    await database.close()


async def test_two_services_at_once_tell_each_thing_once(house: House, second: Service) -> None:
    for number in range(12):
        await house.service.leave_message(str(number), house.erik_s, f"+46709999{number:03}")
    for moment in (NOW, at("08:00"), at("14:30"), at("00:00", 14)):
        house.clock.at = moment
        await asyncio.gather(house.service.works(), second.works())
    recipients = Counter(name for name, _ in await told(house))
    assert recipients == {"erik.lund": 36, "anna.andersson": 1}
    sent = [letter.message_id for each in (house.service, second) for letter in each.mailer.took]
    assert len(sent) == len(set(sent)) == 37


@pytest.mark.requirement("R18")
async def test_what_fell_due_while_nobody_was_there_happens_at_the_start_in_order(house: House) -> None:
    """A promised time, the end of a day, another promised time, each in a unit of its own; the service is back a week
    later, and nothing happens again."""
    for number, promised in enumerate((at("16:00", 14), None, at("11:00", 17))):
        await house.put(unit, authority_id=house.norrby, name=f"Enhet {number}", manager_id=house.anna)
        id = await id_of(house.service.database, unit, f"Enhet {number}")
        task = await house.service.leave_message(str(number), Mailbox(house.norrby, unit_id=id))
        if promised is not None:
            await house.service.steps.make(task, Take(house.erik), by_hand(NOW))
            await house.service.steps.make(task, Promise(promised), by_hand(NOW))
    await house.service.works()
    began = len(await house.service.letters())
    house.clock.at = at("09:00", 20)
    for _ in range(2):
        await house.service.works()
        late = [row.subject for row in (await house.service.letters())[began:]]
        assert late == [f"Försenade återuppringningar i Enhet {number}" for number in (1, 0, 2)]


async def test_a_service_that_dies_in_the_middle_costs_no_notice_and_none_comes_twice(
    house: House, second: Service
) -> None:
    await house.service.leave_message("1", house.erik_s)
    held = await second.jobs.take(NOW)
    assert held is not None
    await house.service.works()
    assert await told(house) == []
    house.clock.at = NOW + timedelta(minutes=6)
    await house.service.works()
    with pytest.raises(LeaseLost):
        await second.watch.run(held)
    assert [name for name, _ in await told(house)] == ["erik.lund"]
