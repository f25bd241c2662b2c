"""A note spoken in the talk for the message just taken: who hears what, and whoever hangs up in it."""

import json
import sqlite3

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.party import LONGEST_SILENCE_S, VOICES, Party, hear_each_other
from tests.acceptance.operators.test_taking_messages import TWO_THIRTY
from tests.acceptance.wait import until
from tests.hearing.heard import Kind
from tests.hearing.noise import speech_like


async def at_the_tone(desk: Desk) -> tuple[Party, Party]:
    """A message for Erik is taken, with a time; the caller hears music, the operator has heard the tone."""
    phone = await desk.operator()
    caller, op = await desk.talk()
    await op.press(f"**7{desk.extension('erik')}*1430#")

    async def noted() -> bool:
        return any("ska ringa upp 12/8 14:30" in each for each in phone.texts)

    await until(noted, 8, "it is noted")
    await op.call.stop_playing()
    caller.forget()
    op.forget()
    await op.press("**7#")
    await op.hears_prompt("beep")
    await caller.hears_music()
    return caller, op


async def speaking(desk: Desk) -> tuple[Party, Party]:
    """Two seconds and a half of it are spoken."""
    caller, op = await at_the_tone(desk)
    await op.call.play(speech_like(2.5))
    await op.call.until(lambda: op.lately.since("sv/beep").quiet_for > 2.6, 10, "the note is spoken")
    return caller, op


def heard_music_alone(party: Party, before: str = "") -> None:
    """Neither the tone, nor a word of the note, until the prompt `before`."""
    sounds = [each for each in party.lately.sounds if each.kind is not Kind.SILENCE]
    names = [each.name for each in sounds]
    meanwhile = sounds[: names.index(before)] if before else sounds
    strange = [str(each) for each in meanwhile if each.kind not in (Kind.MUSIC, Kind.TONE)]
    own = [str(each) for each in meanwhile if each.frequency and abs(each.frequency - VOICES["op1"]) > 15]
    assert (strange, own) == ([], []), party.call.account_of()


def never_in_silence(caller: Party) -> None:
    """From the keys for the note on."""
    silent = [each for each in caller.lately.of(Kind.SILENCE) if each.seconds > LONGEST_SILENCE_S]
    assert silent == [], caller.call.account_of()


async def leave(caller: Party, op: Party) -> None:
    await caller.hang_up()
    await op.ended()
    never_in_silence(caller)


async def the_note(desk: Desk, caller: Party) -> sqlite3.Row:
    """Of the only task, which has its time still."""
    row = await desk.journal(caller.call.account.user)
    assert row["outcome"] == "connected"
    (task,) = desk.tasks()
    assert task["promised_at"].startswith("2026-08-12T12:30")
    (note,) = desk.house.sql("SELECT * FROM voicemail_message WHERE call_id = ?", row["id"])
    speaker = f"phone {desk.phones['op1'].account.user}"
    assert (task["voicemail_message_id"], note["spoken_by"], note["person_id"]) == (
        note["id"],
        speaker,
        desk.person("erik"),
    )
    history = desk.house.sql("SELECT * FROM callback_event WHERE task_id = ? ORDER BY id", task["id"])
    assert [event["kind"] for event in history] == ["opened", "note"]
    assert json.loads(history[1]["detail"])["voicemail_message_id"] == note["id"]
    assert desk.house.sql("SELECT name FROM pending_recording WHERE authority_id = ?", desk.authority) == []
    return note


async def ends_with_a_key_and_both_talk_on(desk: Desk) -> None:
    caller, op = await speaking(desk)
    heard_music_alone(caller)
    await op.press("#")
    await op.hears_prompt("desk-note-kept")
    await op.speak()
    await caller.hears(op)
    heard_music_alone(caller)
    never_in_silence(caller)
    await hear_each_other(caller, op)
    await leave(caller, op)
    assert (await the_note(desk, caller))["duration_s"] > 2


async def says_nothing_and_both_talk_on(desk: Desk) -> None:
    caller, op = await at_the_tone(desk)
    await op.hears_prompt("desk-note-none", within=15)
    await op.speak()
    never_in_silence(caller)
    await hear_each_other(caller, op)
    await leave(caller, op)
    (task,) = desk.tasks()
    assert task["voicemail_message_id"] is None


async def the_operator_hangs_up_in_it(desk: Desk) -> None:
    caller, op = await speaking(desk)
    await op.hang_up()
    await caller.hears_prompt(*TWO_THIRTY, within=20)
    heard_music_alone(caller, before=f"sv/{TWO_THIRTY[0]}")
    await caller.ended()
    never_in_silence(caller)
    assert (await the_note(desk, caller))["duration_s"] > 2


async def the_caller_hangs_up_in_it(desk: Desk) -> None:
    caller, op = await speaking(desk)
    await caller.hang_up()
    await op.call.play(speech_like(1.5))
    await op.call.until(lambda: op.lately.since("sv/beep").quiet_for > 4.2, 10, "more of it is spoken")
    await op.press("#")
    await op.hears_prompt("desk-note-kept")
    await op.ended()
    assert (await the_note(desk, caller))["duration_s"] > 3.5


async def both_hang_up_at_the_tone(desk: Desk) -> None:
    caller, op = await at_the_tone(desk)
    await caller.hang_up()
    await op.hang_up()
    assert (await desk.journal(caller.call.account.user))["outcome"] == "connected"
    (task,) = desk.tasks()
    assert task["voicemail_message_id"] is None


@pytest.mark.requirement("R20")
@pytest.mark.requirement("R30")
async def test_a_note_is_spoken_while_the_caller_hears_music(floor: Floor) -> None:
    await floor.side_by_side(
        ends_with_a_key_and_both_talk_on,
        says_nothing_and_both_talk_on,
        the_operator_hangs_up_in_it,
        the_caller_hangs_up_in_it,
        both_hang_up_at_the_tone,
    )
