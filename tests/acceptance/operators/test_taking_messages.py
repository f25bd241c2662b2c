"""A message taken by keypad, after the call and in it: the time that the caller was told, and a spoken note."""

import json
import sqlite3

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import farewell
from tests.acceptance.operators.party import Party, hear_each_other
from tests.acceptance.wait import until
from tests.hearing.noise import speech_like

TWO_THIRTY = ("desk-promised-at", "today", "weekday-3", "day-12", "month-8", "at-14-minute", "minute-30")


async def after_a_call(desk: Desk, code: str) -> Party:
    """The operator, who says nothing so far, dials the code once a citizen has called."""
    await desk.operator()
    await farewell(*await desk.talk())
    return Party(await desk.phones["op1"].dial(code), "op1")


def erik(desk: Desk, promised: str = "") -> str:
    return f"*22*{desk.extension('erik')}{promised}"


async def the_task(desk: Desk) -> sqlite3.Row:
    """The only one, once the call in which it was opened has ended."""
    assert (await desk.journal_of("op1"))["outcome"] == "served"
    (task,) = desk.tasks()
    assert (task["person_id"], task["source"]) == (desk.person("erik"), "operator")
    assert task["caller"].startswith(f"+4670{desk.number}")
    return task


def notes(desk: Desk) -> list[sqlite3.Row]:
    """Spoken in the calls of this test."""
    mine = {row["id"] for row in desk.house.calls() if row["account"] == desk.phones["op1"].account.user}
    rows = desk.house.sql("SELECT * FROM voicemail_message WHERE authority_id = ?", desk.authority)
    return [row for row in rows if row["call_id"] in mine and row["received_at"] >= desk.tasks()[0]["received_at"]]


async def the_note(desk: Desk) -> sqlite3.Row:
    """Of the only task, which it belongs to; its history says who spoke it."""
    task = await the_task(desk)
    (note,) = notes(desk)
    speaker = f"phone {desk.phones['op1'].account.user}"
    assert (task["voicemail_message_id"], note["spoken_by"]) == (note["id"], speaker)
    assert (note["caller"], note["person_id"]) == (task["caller"], task["person_id"])
    history = desk.house.sql("SELECT * FROM callback_event WHERE task_id = ? ORDER BY id", task["id"])
    assert [(event["kind"], event["actor"]) for event in history] == [("opened", speaker), ("note", speaker)]
    assert json.loads(history[1]["detail"])["voicemail_message_id"] == note["id"]
    assert desk.house.sql("SELECT name FROM pending_recording WHERE authority_id = ?", desk.authority) == []
    return note


async def promises_a_time_after_the_call(desk: Desk) -> None:
    op = await after_a_call(desk, erik(desk, "*1430"))
    await op.hears_prompt("desk-task-opened", *TWO_THIRTY, "desk-note-offer", within=25)
    await op.hang_up()
    assert (await the_task(desk))["promised_at"].startswith("2026-08-12T12:30")
    assert notes(desk) == []


async def promises_a_day_after_the_call(desk: Desk) -> None:
    op = await after_a_call(desk, erik(desk, "*260818"))
    await op.hears_prompt("desk-task-opened", "desk-promised-by", "weekday-2", "day-18", "month-8-end", within=25)
    await op.hang_up()
    assert (await the_task(desk))["promised_at"].startswith("2026-08-18T21:59:59")


async def is_told_what_is_wrong_with_the_time(desk: Desk) -> None:
    op = await after_a_call(desk, erik(desk, "*2561"))
    await op.hears_prompt("desk-promise-no-time", within=15)
    await op.ended()
    for digits, prompt in (("260230", "no-date"), ("260811", "passed"), ("14", "form")):
        again = Party(await desk.phones["op1"].dial(erik(desk, f"*{digits}")), "op1")
        await again.hears_prompt(f"desk-promise-{prompt}", within=15)
        await again.ended()
    hasty = Party(await desk.phones["op1"].dial(erik(desk, "*2561")), "op1")
    await hasty.call.talks()
    await hasty.hang_up()
    assert (await desk.journal_of("op1"))["outcome"] == "served"
    assert desk.tasks() == []


async def promises_a_time_in_the_talk(desk: Desk) -> None:
    phone = await desk.operator()
    caller, op = await desk.talk()
    keys = f"**7{desk.extension('erik')}"

    async def shows(text: str) -> bool:
        return any(text in each for each in phone.texts)

    await op.press(f"{keys}*2561#")
    await until(lambda: shows("Inget noterat: klockslaget 2561 finns inte."), 8, f"why not: {phone.texts}")
    assert desk.tasks() == []
    await op.press(f"{keys}*1430#")
    await until(lambda: shows(f"anknytning {desk.extension('erik')} ska ringa upp 12/8 14:30."), 8, "it is noted")
    await hear_each_other(caller, op)
    await caller.hang_up()
    await op.ended()
    (task,) = desk.tasks()
    assert task["promised_at"].startswith("2026-08-12T12:30")


async def speaks_a_note_ended_by_a_key(desk: Desk) -> None:
    op = await after_a_call(desk, erik(desk))
    await op.hears_prompt("desk-task-opened", "desk-note-offer", "beep", within=30)
    await op.call.play(speech_like(2.5))
    await op.call.until(lambda: op.lately.since("sv/beep").quiet_for > 2.6, 10, "the note is spoken")
    await op.press("#")
    await op.hears_prompt("desk-note-kept")
    await op.ended()
    assert (await the_note(desk))["duration_s"] > 2


async def speaks_a_note_and_hangs_up(desk: Desk) -> None:
    op = await after_a_call(desk, erik(desk, "*1430"))
    await op.hears_prompt("desk-note-offer", "beep", within=40)
    await op.call.play(speech_like(2.5))
    await op.call.until(lambda: op.lately.since("sv/beep").quiet_for > 2.6, 10, "the note is spoken")
    await op.hang_up()
    assert (await the_note(desk))["duration_s"] > 2
    assert (await the_task(desk))["promised_at"] is not None


async def says_nothing_after_the_tone(desk: Desk) -> None:
    op = await after_a_call(desk, erik(desk))
    await op.hears_prompt("desk-note-offer", "beep", within=30)
    await op.hears_prompt("desk-note-none", within=15)
    await op.ended()
    assert (await the_task(desk))["voicemail_message_id"] is None
    assert notes(desk) == []


async def hangs_up_at_the_tone_and_before_it(desk: Desk) -> None:
    op = await after_a_call(desk, erik(desk))
    await op.hears_prompt("desk-note-offer", "beep", within=30)
    await op.hang_up()
    assert (await the_task(desk))["voicemail_message_id"] is None
    again = Party(await desk.phones["op1"].dial(erik(desk)), "op1")
    await again.hears_prompt("desk-task-opened", within=15)
    await again.hang_up()
    await desk.journal_of("op1")
    assert len(desk.tasks()) == 2
    assert notes(desk) == []


@pytest.mark.requirement("R20")
@pytest.mark.requirement("R30")
async def test_the_time_that_the_caller_was_told(floor: Floor) -> None:
    await floor.side_by_side(
        promises_a_time_after_the_call,
        promises_a_day_after_the_call,
        is_told_what_is_wrong_with_the_time,
        promises_a_time_in_the_talk,
    )


@pytest.mark.requirement("R20")
@pytest.mark.requirement("R30")
async def test_a_spoken_note_belongs_to_the_task(floor: Floor) -> None:
    await floor.side_by_side(
        speaks_a_note_ended_by_a_key,
        speaks_a_note_and_hangs_up,
        says_nothing_after_the_tone,
        hangs_up_at_the_tone_and_before_it,
    )
