"""Above capacity callers are told that all lines are busy, or refused; calls in progress stay good, and whoever calls
when there is room again is served at once. With the service, and without it."""

import asyncio
import json
import signal
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from functools import partial

import pytest

from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.house import House, furnished_house
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.test_service_away import always_open, line_of, planned
from tests.acceptance.wait import until
from tests.asterisk.box import trunk_port
from tests.bench.load import Load, Sipp
from tests.bench.sipp_files import percentiles
from tests.callers.phone import PhoneAccount, PhoneCall
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.call import RawCall
from tests.hearing.heard import Heard
from tests.hearing.noise import tone
from tests.hearing.sounds import TAILS
from tests.ports import free_port

ANNA, MARIA, ASA, OPERATORS, WELCOME = "+46980319210", "+46980319212", "+46980319214", "+46980319200", "+46980319250"
BUSY = ("sv/lines-busy", "en/lines-busy")


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskBox]:
    """Whose trunk leads to a telephone of the test's."""
    box = start_asterisk(tails={**TAILS, "*/welcome": 6.0}, SWITCHBOARD_TRUNK_CONTACT=f"sip:127.0.0.1:{free_port()}")
    yield box
    box.act("remove")


@pytest.fixture(scope="module")
def furnished(asterisk: AsteriskBox) -> Iterator[House]:
    with furnished_house(asterisk) as house:
        yield house


@pytest.fixture
async def small(house: House) -> House:
    """Room for two calls."""
    await with_room_for(house, 2)
    return house


async def with_room_for(house: House, calls: int, told: int = 25) -> None:
    await house.stop()
    house.environment |= {"SWITCHBOARD_MOST_CALLS": str(calls), "SWITCHBOARD_MOST_TOLD": str(told)}
    await house.start()
    await planned(house, "most-calls", f"Value: {calls}\n")
    await planned(house, "most-told", f"Value: {told}\n")


async def talk_with(phones: PhoneRoom, account: str, number: str) -> tuple[PhoneCall, PhoneCall]:
    """A citizen who hears the colleague."""
    colleague = await phones.colleague(account)
    call = await (await phones.caller()).dial(number)
    rung = await colleague.wait_incoming(within=10)
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await call.hears(lambda heard: heard.tone(900), within=5, what="the colleague's voice")
    return call, rung


def told_to_wait(call: RawCall) -> int:
    """Seconds (RFC 3261, 20.33)."""
    (header,) = call.messages[-1].all("retry-after")
    return int(header)


async def still_talk(*calls: PhoneCall) -> None:
    """Each hears on what it hears."""
    for call in calls:
        so_far = max(sound.seconds for sound in call.heard if sound.frequency)
        await call.hears(
            partial(Heard.tone, frequency=900, at_least=so_far + 1), within=5, what="the voice all the time"
        )


async def is_told(phones: PhoneRoom, number: str) -> None:
    call = await (await phones.caller()).dial(number)
    await call.hears_prompt(*BUSY, within=10)
    await call.ended(within=5)
    assert call.code == 200
    assert set(call.heard.prompts) == set(BUSY)


def health(house: House) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{house.http_port}/health", timeout=5) as answer:
        return str(json.load(answer)["parts"]["load"]["detail"])


async def counted(house: House, *figure: str) -> None:
    async def stands() -> bool:
        text = await asyncio.to_thread(house.metrics)
        return all(each in text for each in figure)

    await until(stands, 10, " and ".join(figure))


async def calls_left(house: House, most: int) -> None:
    """A call counts for the service until its story is told."""

    async def gone() -> bool:
        text = await asyncio.to_thread(house.metrics)
        (figure,) = [line for line in text.splitlines() if line.startswith("switchboard_calls_in_progress ")]
        return float(figure.split()[1]) <= most

    await until(gone, 10, f"the service has {most} calls")


async def channels_left(house: House, most: int) -> None:
    """A caller counts for the dialplan until the channel is gone, which is a moment after the telephone knows it."""

    async def gone() -> bool:
        members = await asyncio.to_thread(house.box.cli, "group show channels")
        return sum(line.split()[1:2] == ["calls"] for line in members.splitlines()) <= most

    await until(gone, 10, f"the dialplan counts {most} calls")


async def by_dialplan(house: House) -> int:
    """How many it has turned away since its start."""
    found = await asyncio.to_thread(house.box.cli, "dialplan show globals")
    counts = [line.partition("=")[2] for line in found.splitlines() if "TURNED_AWAY=" in line]
    return int(counts[0]) if counts else 0


async def test_the_third_caller_is_told_and_whoever_calls_when_one_has_gone_is_served(
    small: House, phones: PhoneRoom
) -> None:
    first, anna = await talk_with(phones, "anna", ANNA)
    second, asa = await talk_with(phones, "asa", ASA)
    await is_told(phones, MARIA)
    await still_talk(first, second)
    assert "overloaded: 2 of 2 calls, 1 turned away" in await asyncio.to_thread(health, small)
    await counted(
        small,
        'switchboard_calls_turned_away_total{got="spoken",why="all lines are busy"} 1.0',
        "switchboard_overloaded 1.0",
    )
    await first.hangup()
    await anna.ended(within=5)
    await calls_left(small, 1)
    served = await (await phones.caller()).dial(MARIA)
    await served.hears_prompt("sv/reason-meeting-back", within=15)
    await asyncio.gather(served.hangup(), second.hangup())
    await asa.ended(within=5)
    rows = await small.all_calls_ended(4)
    (row,) = [row for row in rows if row["outcome"] == "refused"]
    assert (row["outcome_reason"], row["called"], row["answered_at"]) == ("all lines are busy", MARIA, None)
    assert small.events(row["id"]) == []
    await small.nothing_left()


async def test_an_authority_that_wants_it_has_its_callers_refused_by_503(small: House, phones: PhoneRoom) -> None:
    small.sql("UPDATE authority SET overload_answer = 'refused' WHERE main_number = ?", OPERATORS)
    await planned(small, f"{await line_of(small, OPERATORS)}-overload", "refused")
    first, _ = await talk_with(phones, "anna", ANNA)
    second, _ = await talk_with(phones, "asa", ASA)
    call = await (await phones.caller()).dial(MARIA)
    await call.ended(within=5)
    assert call.code == 503
    assert isinstance(call, RawCall)
    assert b"cause=34" in call.messages[-1].get("reason").encode()
    assert 5 <= told_to_wait(call) <= 10
    await still_talk(first, second)
    await asyncio.gather(first.hangup(), second.hangup())
    await small.all_calls_ended(3)
    await small.nothing_left()


async def test_emergency_calls_and_operators_are_never_turned_away(small: House, phones: PhoneRoom) -> None:
    first, _ = await talk_with(phones, "anna", ANNA)
    second, _ = await talk_with(phones, "asa", ASA)
    nils, op1 = await phones.colleague("nils"), await phones.colleague("op1")
    told = await nils.dial("212")
    await told.hears_prompt(*BUSY, within=10)
    served = await op1.dial("212")
    await served.hears_prompt("sv/reason-meeting-back", within=15)
    async with RawPhone(PhoneAccount("112", small.box.server), port=trunk_port(small.box)) as world:
        emergency = await nils.dial("112")
        rung = await world.wait_incoming(within=10)
        await rung.answer()
        await emergency.talks(within=5)
        await emergency.hangup()
        await rung.ended(within=5)
    await still_talk(first, second)
    await asyncio.gather(first.hangup(), second.hangup(), served.hangup())
    await small.all_calls_ended(5)
    await small.nothing_left()


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL], ids=["hung", "away"])
async def test_without_the_service_the_dialplan_keeps_the_limit(
    small: House, phones: PhoneRoom, how: signal.Signals
) -> None:
    await always_open(small)
    op1 = await phones.colleague("op1")
    first = await (await phones.caller()).dial(MARIA)
    await first.hears_prompt("sv/menu-message", within=15)
    second, asa = await talk_with(phones, "asa", ASA)
    before = await by_dialplan(small)
    small.kill(how)
    await is_told(phones, MARIA)
    assert op1.rung == []
    assert "0 results" in await asyncio.to_thread(small.box.cli, "database show fallback")
    await still_talk(second)
    async with RawPhone(PhoneAccount("112", small.box.server), port=trunk_port(small.box)) as world:
        emergency = await (await phones.colleague("nils")).dial("112")
        rung = await world.wait_incoming(within=10)
        await rung.answer()
        await emergency.talks(within=5)
        await emergency.hangup()
        await rung.ended(within=5)
    await first.hangup()
    await channels_left(small, 1)
    served = await (await phones.caller()).dial(MARIA)
    rung_op = await op1.wait_incoming(within=15)
    await served.hangup()
    await rung_op.ended(within=5)
    small.kill_if_there()
    await small.start()
    await counted(small, f"switchboard_calls_turned_away_by_dialplan_total {before + 1}.0")
    await second.hangup()
    await asa.ended(within=10)
    await small.all_calls_ended(4, within=40)
    await small.nothing_left()


async def test_a_storm_while_the_service_hangs_is_refused_by_asterisk_alone(house: House, phones: PhoneRoom) -> None:
    """Nobody is told, so that above twelve callers nothing but 503 is left, at once."""
    await with_room_for(house, 2, told=0)
    op1 = await phones.colleague("op1")
    await always_open(house)
    first, anna = await talk_with(phones, "anna", ANNA)
    second, _ = await talk_with(phones, "asa", ASA)
    before = await by_dialplan(house)
    house.kill(signal.SIGSTOP)
    async with AsyncExitStack() as stack:
        caller = await stack.enter_async_context(RawPhone(PhoneAccount("+46701111111", house.box.server)))
        storm = await asyncio.gather(*(caller.dial(MARIA) for _ in range(30)))
        await asyncio.gather(*(call.ended(within=8) for call in storm))
    assert {call.code for call in storm} == {503}
    waits = sorted(told_to_wait(call) for call in storm)
    assert 5 <= waits[0] < waits[-1] <= 10, "all of them would come back together"
    assert op1.rung == []
    await still_talk(first, second)
    house.kill(signal.SIGCONT)
    assert await by_dialplan(house) == before + 30
    await counted(house, f"switchboard_calls_turned_away_by_dialplan_total {before + 30}.0")
    await first.hangup()
    await anna.ended(within=5)
    await calls_left(house, 1)
    served = await (await phones.caller()).dial(MARIA)
    await served.hears_prompt("sv/reason-meeting-back", within=15)
    await asyncio.gather(served.hangup(), second.hangup())
    await house.no_channel_left()


@pytest.mark.timeout(240)
async def test_three_times_capacity_costs_those_who_are_taken_nothing(
    house: House, phones: PhoneRoom, record_property: Callable[[str, object], None]
) -> None:
    """Forty calls a second of four seconds, where there is room for fifty. The figures are in the report
    (`--junitxml … -o junit_family=xunit1`)."""
    house.sql("UPDATE authority SET overload_answer = 'refused'")
    house.announce(WELCOME, "welcome")
    await with_room_for(house, 50)
    talking, _ = await talk_with(phones, "anna", ANNA)
    with Sipp(house.box.sip_port, Load(WELCOME, rate=10, calls=50, listen_ms=1000)) as alone:
        calm = await asyncio.to_thread(alone.wait)
    with Sipp(house.box.sip_port, Load(WELCOME, rate=40, calls=400, listen_ms=4000)) as crowd:
        full = await asyncio.to_thread(crowd.wait)
    assert calm.counts.failed == 0
    before, during = percentiles(calm.setup_ms), percentiles(full.setup_ms)
    record_property("alone", str(before))
    record_property("three times capacity", str(during))
    record_property("calls", str(full.counts))
    assert full.counts.failed > 100
    assert full.counts.successful == during.count >= 100
    assert full.counts.successful + full.counts.failed == 400
    assert during.p95 < 250, f"{during} where there is no load: {before}"
    await still_talk(talking)
    served = await (await phones.caller()).dial(MARIA)
    await served.hears_prompt("sv/reason-meeting-back", within=15)
    await asyncio.gather(served.hangup(), talking.hangup())
    rows = await house.all_calls_ended(452, within=30)
    assert sum(row["outcome"] == "refused" for row in rows) == full.counts.failed
    await house.nothing_left()
