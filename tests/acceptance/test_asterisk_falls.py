"""Asterisk is killed, hangs, or cannot keep what it records: nobody who spoke is forgotten or told what is not true."""

import asyncio
import resource
import subprocess
from collections.abc import AsyncIterator, Iterator
from time import monotonic

import pytest

from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.house import House, lived_in
from tests.acceptance.phones import CITIZEN, PhoneRoom
from tests.acceptance.wait import until
from tests.callers.phone import PhoneCall
from tests.faults.harm import limit_files
from tests.faults.wire import FaultyLine
from tests.hearing.noise import speech_like, tone

MARIA = "+46980319212"
DETECTED_WITHIN_S = 5.0
RECORDINGS = "/data/spool/recording"
OPERATORS_HEAR_HZ = 900.0


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], check=True, capture_output=True, text=True, timeout=60).stdout


def as_root(box: AsteriskBox, line: str) -> None:
    docker("exec", "-u", "root", box.name, "sh", "-c", line)


async def speaks(phones: PhoneRoom, seconds: float) -> PhoneCall:
    """Of a message, after the beep; goes on speaking."""
    call = await (await phones.caller()).dial(MARIA)
    await call.hears_prompt("sv/menu-message", within=20)
    await call.dtmf("1")
    await call.hears_prompt("sv/beep", within=15)
    await call.play_on(speech_like(2))
    await call.until(lambda: call.heard.since("sv/beep").quiet_for > seconds, within=15, what="the message is spoken")
    return call


async def one_task(house: House) -> None:
    async def open_() -> bool:
        return len(house.tasks()) == 1

    await until(open_, 30, "the caller has a callback task")


async def fell(house: House) -> None:
    """Asterisk, by `kill -9`, and stands again."""
    await asyncio.to_thread(docker, "kill", house.box.name)
    await asyncio.to_thread(docker, "start", house.box.name)
    await until(house.is_healthy, 30, "the service and Asterisk have each other again")


@pytest.mark.requirement("R16")
async def test_killed_before_anything_was_written_the_caller_is_called_back(house: House, phones: PhoneRoom) -> None:
    await speaks(phones, 1.0)
    await fell(house)
    await one_task(house)
    (task,) = house.tasks()
    assert (task["source"], task["caller"]) == ("interrupted", CITIZEN)
    assert task["person_id"] == house.person("Maria Berg")
    assert house.sql("SELECT * FROM voicemail_message") == []
    (row,) = await house.all_calls_ended(1)
    assert row["outcome"] == "interrupted"
    await house.nothing_left()


@pytest.mark.requirement("R16")
async def test_killed_with_the_service_the_caller_is_called_back(house: House, phones: PhoneRoom) -> None:
    await speaks(phones, 1.0)
    await house.killed()
    await asyncio.to_thread(docker, "kill", house.box.name)
    await asyncio.to_thread(docker, "start", house.box.name)
    await house.start()
    await one_task(house)
    assert [task["source"] for task in house.tasks()] == ["interrupted"]
    await house.nothing_left()


@pytest.mark.requirement("R16")
async def test_killed_later_what_was_written_is_the_message(house: House, phones: PhoneRoom) -> None:
    """Asterisk writes in steps of two seconds of sound."""
    await speaks(phones, 5.0)
    await fell(house)
    await one_task(house)
    assert [task["source"] for task in house.tasks()] == ["voicemail"]
    message = house.one("SELECT duration_s FROM voicemail_message")
    assert 2.0 < message["duration_s"] < 6.0
    await house.all_calls_ended(1)
    await house.nothing_left()


async def test_one_that_hangs_is_found_within_five_seconds(house: House) -> None:
    async def ill() -> bool:
        return not await house.is_healthy()

    for _ in range(3):
        await asyncio.to_thread(docker, "pause", house.box.name)
        began = monotonic()
        try:
            await until(ill, 15, "/health tells that Asterisk hangs")
            took = monotonic() - began
        finally:
            await asyncio.to_thread(docker, "unpause", house.box.name)
        assert took < DETECTED_WITHIN_S
        await until(house.is_healthy, 20, "it is well again")


async def test_a_dead_line_to_ami_alone_is_found_within_five_seconds(asterisk: AsteriskBox, furnished: House) -> None:
    house = House(asterisk)
    async with FaultyLine(asterisk.ami_port) as line:
        house.environment["SWITCHBOARD_AMI_PORT"] = str(line.port)

        async def ill() -> bool:
            return not await house.is_healthy()

        async with lived_in(house, furnished):
            line.go_dead()
            began = monotonic()
            await until(ill, 15, "/health tells that AMI is away")
            assert monotonic() - began < DETECTED_WITHIN_S
            line.go_on()
            await until(house.is_healthy, 20, "it is well again")


# Where nothing can be kept


@pytest.fixture(scope="module")
def small_asterisk() -> Iterator[AsteriskBox]:
    """Whose place for recordings holds a megabyte."""
    box = start_asterisk(SWITCHBOARD_RECORDINGS_MEMORY="1m")
    yield box
    box.act("remove")


@pytest.fixture
async def small_house(small_asterisk: AsteriskBox, furnished: House) -> AsyncIterator[House]:
    async with lived_in(House(small_asterisk), furnished) as house:
        yield house


async def is_told_and_gets_an_operator(house: House) -> None:
    async with PhoneRoom(house) as phones:
        operator = await phones.colleague("op1")
        call = await (await phones.caller()).dial(MARIA)
        await call.hears_prompt("sv/menu-message", within=20)
        await call.dtmf("1")
        await call.hears_prompt("sv/beep", within=15)
        await call.play(speech_like(3))
        await call.dtmf("#")
        await call.hears_prompt("sv/message-unkept", within=25)
        rung = await operator.wait_incoming(within=20)
        await rung.answer()
        await rung.play_on(tone(OPERATORS_HEAR_HZ, 1))
        await call.hears(lambda heard: heard.tone(OPERATORS_HEAR_HZ), within=10, what="the operator's voice")
        await call.hangup()
        (row,) = await house.all_calls_ended(1)
        assert row["outcome"] == "connected"
    assert [(task["source"], task["caller"]) for task in house.tasks()] == [("interrupted", CITIZEN)]
    assert house.sql("SELECT * FROM pending_recording") == []
    await house.nothing_left()


@pytest.mark.requirement("R16")
async def test_on_a_full_disk_the_caller_is_told_the_truth_and_gets_the_operators(small_house: House) -> None:
    as_root(small_house.box, f"head -c 2m /dev/zero > {RECORDINGS}/filler || true")
    try:
        await is_told_and_gets_an_operator(small_house)
        assert "switchboard_messages_lost 1.0" in await asyncio.to_thread(small_house.metrics)
    finally:
        as_root(small_house.box, f"rm -f {RECORDINGS}/filler")


@pytest.mark.requirement("R16")
async def test_where_recordings_cannot_be_written_the_caller_is_told_the_truth(small_house: House) -> None:
    as_root(small_house.box, f"chown root {RECORDINGS} && chmod 555 {RECORDINGS}")
    try:
        await is_told_and_gets_an_operator(small_house)
    finally:
        as_root(small_house.box, f"chown asterisk {RECORDINGS} && chmod 750 {RECORDINGS}")


@pytest.mark.requirement("R16")
async def test_a_service_whose_own_disk_is_full_keeps_the_message_with_asterisk(
    house: House, phones: PhoneRoom
) -> None:
    """Neither database nor recordings take anything: the promise is true all the same."""
    process = house.process
    assert process is not None
    call = await speaks(phones, 2.0)
    limit_files(process.pid, 0)
    try:

        async def ill() -> bool:
            return not await house.is_healthy()

        await until(ill, 10, "/health tells of it")
        await call.dtmf("#")
        await call.hears_prompt("sv/promise-call-by", within=20)
        await call.ended(within=20)
        assert house.tasks() == []
    finally:
        limit_files(process.pid, resource.RLIM_INFINITY)
    await one_task(house)
    assert [task["source"] for task in house.tasks()] == ["voicemail"]
    assert house.one("SELECT duration_s FROM voicemail_message")["duration_s"] > 1
    await until(house.is_healthy, 20, "it is well again")
    await house.all_calls_ended(1)
    await house.nothing_left()
