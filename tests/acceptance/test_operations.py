"""The administrator's tools beside a service that runs on a real Asterisk."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.acceptance.house import House
from tests.acceptance.phones import PhoneRoom
from tests.hearing.noise import speech_like


async def doctor(house: House) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(await asyncio.to_thread(house.command, "doctor", "--json"))["items"]
    return found


async def test_the_doctor_finds_nothing_where_all_is_well_and_the_service_where_it_is_away(house: House) -> None:
    await asyncio.to_thread(house.command, "token", "create", "--role", "admin")
    well = await doctor(house)
    assert {each["check"] for each in well} <= {"phones", "organisation"}, well
    assert {each["severity"] for each in well} <= {"warning"}, well
    await house.stop()
    away = [each["check"] for each in await doctor(house) if each["severity"] == "error"]
    assert away == ["media"]


async def test_a_message_is_in_the_copy_that_was_made_meanwhile_and_comes_back(house: House, phones: PhoneRoom) -> None:
    caller = await phones.caller()
    call = await caller.dial("+46980319211")
    await call.talks(within=5)
    await call.hears_prompt("sv/menu-message", within=20)
    await call.dtmf("1")
    await call.hears_prompt("sv/leave-message", within=5)
    await call.hears_prompt("sv/beep", within=5)
    await call.play(speech_like(3))
    await call.until(lambda: call.heard.since("sv/beep").quiet_for > 3, within=10, what="the message is spoken")
    await call.dtmf("#")
    await call.ended(within=25)
    await house.all_calls_ended(1)
    copies = str(house.folder / "copies")
    made = json.loads(await asyncio.to_thread(house.command, "backup", copies, "--json"))
    assert made["missing"] == []
    (message,) = house.sql("SELECT * FROM voicemail_message")
    (task,) = house.tasks()

    assert await asyncio.to_thread(house.command, "restore", copies, "--replace") == ""
    assert await house.is_healthy()
    await house.stop()
    house.database.unlink()
    recording = house.audio / message["sha256"][:2] / f"{message['sha256']}.wav"
    audio = recording.read_bytes()
    recording.unlink()
    restored = json.loads(await asyncio.to_thread(house.command, "restore", copies, "--json"))
    assert (Path(restored["copy"]), restored["recordings"]) == (Path(made["copy"]), 1)
    await house.start()
    assert recording.read_bytes() == audio
    assert [tuple(row) for row in house.sql("SELECT * FROM voicemail_message")] == [tuple(message)]
    assert [row["id"] for row in house.tasks()] == [task["id"]]
