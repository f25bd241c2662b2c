"""Every way of ending a message: what was said is kept, what was not said is not; the promise is the policy's."""

import asyncio
import hashlib
import io
import wave

import pytest

from tests.acceptance.house import House
from tests.acceptance.phones import PhoneRoom
from tests.callers.phone import PhoneCall
from tests.hearing.noise import speech_like
from tests.hearing.pcm import silence

MARIA, NILS = "+46980319212", "+46406280410"


async def at_the_beep(phones: PhoneRoom, number: str, called: str = MARIA) -> PhoneCall:
    call = await (await phones.caller(number)).dial(called)
    await call.hears_prompt("sv/menu-message", within=15)
    await call.dtmf("1")
    await call.hears_prompt("sv/beep", within=10)
    return call


@pytest.mark.requirement("R11")
@pytest.mark.requirement("R16")
async def test_kept_however_it_ends_discarded_when_empty(house: House, phones: PhoneRoom) -> None:
    """Six callers at once: # ends it, silence ends it, the limit ends it, hanging up ends it; nothing is said."""
    house.sql("UPDATE policy SET message_silence_seconds = 3, message_max_seconds = 8")

    async def hash_ends(number: str) -> None:
        call = await at_the_beep(phones, number)
        await call.play(speech_like(2.5))
        await call.until(lambda: call.heard.since("sv/beep").quiet_for > 2.6, within=10, what="speaking")
        await call.dtmf("#")
        await call.hears_prompt("sv/promise-call-by", within=10)
        await call.ended(within=15)

    async def silence_ends(number: str) -> None:
        call = await at_the_beep(phones, number)
        await call.play(speech_like(2))
        await call.hears_prompt("sv/promise-call-by", within=15)
        await call.ended(within=15)

    async def limit_ends(number: str) -> None:
        call = await at_the_beep(phones, number)
        await call.play_on(speech_like(2))
        await call.hears_prompt("sv/promise-call-by", within=20)
        await call.ended(within=15)

    async def hanging_up_ends(number: str) -> None:
        call = await at_the_beep(phones, number)
        await call.play(speech_like(2.5))
        await call.until(lambda: call.heard.since("sv/beep").quiet_for > 2.6, within=10, what="speaking")
        await call.hangup()

    async def says_nothing(number: str) -> None:
        call = await at_the_beep(phones, number)
        await call.play(silence(3))
        await call.hears_prompt("sv/nothing-recorded", "sv/leave-message", "sv/beep", within=15)
        await call.hears_prompt("sv/nothing-recorded", "sv/nothing-recorded", "sv/goodbye", within=15)
        await call.ended(within=15)

    async def hangs_up_at_the_beep(number: str) -> None:
        call = await at_the_beep(phones, number)
        await call.hangup()

    ways = (hash_ends, silence_ends, limit_ends, hanging_up_ends, says_nothing, hangs_up_at_the_beep)
    await asyncio.gather(*(way(f"+4670100000{place}") for place, way in enumerate(ways)))
    await house.all_calls_ended(6)
    kept = {row["caller"]: row for row in house.sql("SELECT * FROM voicemail_message")}
    assert sorted(kept) == [f"+4670100000{place}" for place in range(4)]
    assert len(house.tasks()) == 4
    assert house.sql("SELECT * FROM pending_recording") == []
    assert 7 < kept["+46701000002"]["duration_s"] < 10
    for row in kept.values():
        audio = (house.folder / "audio" / row["sha256"][:2] / f"{row['sha256']}.wav").read_bytes()
        assert hashlib.sha256(audio).hexdigest() == row["sha256"]
        with wave.open(io.BytesIO(audio)) as wav:
            assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (8000, 1, 2)
            assert wav.getnframes() / 8000 == pytest.approx(row["duration_s"], abs=0.05)
    assert await asyncio.to_thread(house.box.ari, "recordings/stored") == []
    await house.nothing_left()


@pytest.mark.requirement("R15")
async def test_the_other_authoritys_policy_gives_two_working_days_by_call_or_email(
    house: House, phones: PhoneRoom
) -> None:
    call = await at_the_beep(phones, "+46701234567", NILS)
    await call.play(speech_like(2))
    await call.hears_prompt("sv/promise-call-or-email-by", "sv/weekday-5", "sv/day-14", "sv/month-8-end", within=20)
    await call.ended(within=15)
    await house.all_calls_ended(1)
    (task,) = house.tasks()
    assert task["deadline_date"] == "2026-08-14"
    assert task["person_id"] == house.person("Nils Ås")


async def test_an_anonymous_caller_is_told_that_the_number_is_not_shown(house: House, phones: PhoneRoom) -> None:
    trunk = await phones.caller("anonymous")
    call = await trunk.dial_as(b'"Anonymous" <sip:anonymous@anonymous.invalid>', MARIA)
    await call.hears_prompt("sv/menu-message", within=15)
    await call.dtmf("1")
    await call.hears_prompt("sv/beep", within=10)
    await call.play(speech_like(2))
    await call.hears_prompt("sv/promise-hidden-call-by", within=20)
    await call.ended(within=15)
    await house.all_calls_ended(1)
    (task,) = house.tasks()
    assert task["caller"] is None
