"""A greeting recorded by telephone, or uploaded, is what the very next caller hears."""

import asyncio
import io
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.acceptance.house import House
from tests.acceptance.keypad import press_at
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.wait import until
from tests.callers.phone import PhoneCall
from tests.hearing.noise import speech_like
from tests.hearing.pcm import RATE, Pcm, read_wav, silence
from tests.hearing.real import best_match

MARIA, NAME = "+46980319212", "Maria Berg"
HEARD = 0.8


def stored(house: House, sha256: str) -> Path:
    return house.audio / sha256[:2] / f"{sha256}.wav"


async def at_the_menu(phones: PhoneRoom, code: str, account: str = "maria") -> PhoneCall:
    call = await (await phones.colleague(account)).dial(code)
    await call.hears_prompt("sv/greeting-menu", within=15)
    return call


async def record(call: PhoneCall, sound: Pcm, prompt: str) -> None:
    """Key 1, the sound after the tone, the hash key; what is said then."""
    await call.dtmf("1")
    await call.hears_prompt("sv/greeting-record", "sv/beep", within=10)
    await call.play(sound)
    length = len(sound) / RATE
    await call.until(lambda: call.heard.since("sv/beep").quiet_for > length, within=length + 8, what="speaking")
    await call.dtmf("#")
    await call.hears_prompt("sv/greeting-examined", prompt, within=25)


async def greeted_with(house: House, phones: PhoneRoom, sha256: str) -> float:
    """How well the next caller to Maria hears the recording."""
    sound = read_wav(stored(house, sha256))
    call = await (await phones.caller()).dial(MARIA)
    await call.hears_prompt("sv/menu-message", within=25)
    await call.hangup()
    return best_match(call.recording.pcm(), sound).score


def greetings(house: House) -> list[tuple[str, str, str]]:
    rows = house.sql(
        "SELECT situation, language, sha256 FROM greeting WHERE kind = 'personal' AND owner_id = ?",
        house.person(NAME),
    )
    return [(row["situation"], row["language"], row["sha256"]) for row in rows]


@pytest.mark.requirement("R6")
@pytest.mark.requirement("R12")
async def test_recorded_by_telephone_and_heard_by_the_next_caller(house: House, phones: PhoneRoom) -> None:
    first, second = speech_like(4.0), speech_like(5.0)[::-1]
    call = await at_the_menu(phones, "*25*1#")
    await record(call, silence(3.0), "sv/greeting-empty")
    await call.hears_prompt("sv/greeting-empty", "sv/greeting-record", "sv/beep", within=10)
    await call.play(first)
    await call.until(lambda: call.heard.since("sv/beep").quiet_for > 4.2, within=12, what="speaking")
    await call.dtmf("#")
    await call.hears_prompt("sv/greeting-confirm", within=25)
    assert greetings(house) == [], "nothing is in force before it is kept"
    await call.dtmf("1")
    await call.hears_prompt("sv/greeting-saved", within=10)
    ((_, _, kept),) = greetings(house)
    assert best_match(read_wav(stored(house, kept)), first).score > HEARD
    assert await greeted_with(house, phones, kept) > HEARD
    await record(call, second, "sv/greeting-confirm")
    await call.dtmf("1")
    await call.until(lambda: call.heard.prompts.count("sv/greeting-saved") == 2, within=10, what="saved again")
    ((_, _, newer),) = greetings(house)
    assert newer != kept
    assert await greeted_with(house, phones, newer) > HEARD
    await call.until(lambda: call.heard.ends_with("sv/greeting-menu"), within=10, what="the menu")
    await call.dtmf("4")
    await call.hears_prompt("sv/greeting-restored", within=10)
    assert await greeted_with(house, phones, kept) > HEARD
    await call.hangup()
    await house.all_calls_ended(4)
    assert await asyncio.to_thread(house.box.ari, "recordings/stored") == []
    await house.nothing_left()


@pytest.mark.requirement("R6")
async def test_refused_by_its_measure_and_left_by_a_hang_up_nothing_is_kept(house: House, phones: PhoneRoom) -> None:
    house.sql("UPDATE policy SET greeting_max_seconds = 4")
    call = await at_the_menu(phones, "*25*2#")
    await record(call, speech_like(1.2), "sv/greeting-too-short")
    await call.hears_prompt("sv/greeting-too-short", "sv/beep", within=10)
    await call.play(speech_like(6.0))
    await call.hears_prompt("sv/greeting-too-long", "sv/beep", within=30)
    await call.play((speech_like(4.0) * 0.06).astype(np.int16))
    await call.hears_prompt("sv/greeting-too-quiet", "sv/beep", within=30)
    await call.play(speech_like(3.0))
    await call.hears_prompt("sv/greeting-confirm", within=30)
    await call.hangup()
    await house.all_calls_ended(1)
    assert greetings(house) == []
    assert await asyncio.to_thread(house.box.ari, "recordings/stored") == []
    await house.nothing_left()


@pytest.mark.requirement("R12")
async def test_the_one_for_who_is_absent_and_the_one_for_a_while(house: House, phones: PhoneRoom) -> None:
    """Maria is in a meeting. A temporary greeting goes before the one for absence, until it is removed."""
    call = await at_the_menu(phones, "*25*3#")
    await record(call, speech_like(3.0), "sv/greeting-confirm")
    await call.dtmf("1")
    await call.hears_prompt("sv/greeting-saved", within=10)
    await call.hangup()
    call = await at_the_menu(phones, "*25*4*0820#")
    await record(call, speech_like(4.0)[::-1], "sv/greeting-confirm")
    await call.dtmf("1")
    await call.hears_prompt("sv/greeting-saved", "sv/greeting-lasts", "sv/day-20", "sv/month-8-end", within=10)
    kept = {situation: sha256 for situation, _, sha256 in greetings(house)}
    assert await greeted_with(house, phones, kept["temporary"]) > HEARD
    await call.until(lambda: call.heard.ends_with("sv/greeting-menu"), within=10, what="the menu")
    await call.dtmf("3")
    await call.hears_prompt("sv/greeting-removed", within=10)
    assert await greeted_with(house, phones, kept["absent"]) > HEARD
    await call.dtmf("*")
    await call.hears_prompt("sv/service-end", within=10)
    await call.ended(within=5)
    await house.all_calls_ended(4)
    await house.nothing_left()


@pytest.mark.requirement("R12")
async def test_the_one_for_a_reason_is_heard_for_that_reason_alone(house: House, phones: PhoneRoom) -> None:
    """Maria is in a meeting, for which key 1 stands, as when an absence is set."""
    call = await (await phones.colleague("maria")).dial("*25")
    await press_at(call, "greeting-choose", "5")
    await press_at(call, "greeting-choose-reason", "1")
    await call.hears_prompt("sv/greeting-for-reason", "sv/greeting-menu", within=10)
    await record(call, speech_like(4.0), "sv/greeting-confirm")
    await call.dtmf("1")
    await call.hears_prompt("sv/greeting-saved", within=10)
    await call.hangup()
    row = house.one("SELECT reason, sha256 FROM greeting WHERE owner_id = ? AND kind = 'personal'", house.person(NAME))
    assert row["reason"] == "meeting"
    assert await greeted_with(house, phones, row["sha256"]) > HEARD
    house.sql("UPDATE absence SET reason = 'course' WHERE person_id = ?", house.person(NAME))
    assert await greeted_with(house, phones, row["sha256"]) < HEARD
    await house.all_calls_ended(3)
    await house.nothing_left()


@pytest.mark.requirement("R12")
async def test_uploaded_in_another_format_and_heard_by_the_next_caller(house: House, phones: PhoneRoom) -> None:
    token = house.command("token", "create", "--role", "admin", "--name", "test").strip()
    place = f"owner_kind=person&owner_id={house.person(NAME)}&kind=personal&language=sv"
    address = f"http://127.0.0.1:{house.http_port}/api/v1/greetings?{place}"

    def upload(body: bytes) -> int:
        request = urllib.request.Request(address, body, {"Authorization": f"Bearer {token}"}, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=40) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code

    flac = io.BytesIO()
    soundfile.write(flac, np.repeat(speech_like(4.0), 2).astype(np.float32) / 32768, 2 * RATE, format="FLAC")
    assert await asyncio.to_thread(upload, b"no sound") == 422
    assert await asyncio.to_thread(upload, flac.getvalue()) == 201
    ((_, _, kept),) = greetings(house)
    assert await greeted_with(house, phones, kept) > HEARD
    await house.all_calls_ended(1)
    master = house.one("SELECT master_sha256 FROM greeting_version")["master_sha256"]

    async def there() -> bool:
        return stored(house, master).exists()

    await until(there, 5, "the master is stored")
    await house.nothing_left()
