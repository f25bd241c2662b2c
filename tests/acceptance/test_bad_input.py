"""Odd callers and numbers, storms of digits, a hang-up at every moment: each ends in the journal and leaves nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.house import House
from tests.acceptance.phones import PhoneRoom
from tests.callers.phone import CallState, DidNotHappen, PhoneCall
from tests.hearing.noise import speech_like

MARIA, ERIK, ANNA, MAIN = "+46980319212", "+46980319211", "+46980319210", "+46980319200"

ODD_CALLERS = [
    b"<sip:127.0.0.1>",
    b'"" <sip:@127.0.0.1>',
    b'"Anonymous" <sip:anonymous@anonymous.invalid>',
    b'"<script>alert(1)</script>" <sip:%3Cscript%3E@127.0.0.1>',
    b'"\xff\xfe\xe5\xe4" <sip:\xe5\xe4@127.0.0.1>',
    b'"' + b"A" * 5000 + b'" <sip:' + b"9" * 5000 + b"@127.0.0.1>",
    b'"${SHELL(id)},n,Hangup()" <sip:12|34&DB(x)@127.0.0.1>',
    b"\"'; DROP TABLE call;--\" <sip:0701'--@127.0.0.1>",
]
ODD_NUMBERS = ["hej", "%3Cscript%3E", "h", "s", "i", "+46" + "9" * 300, "98031921l", "..%2F..%2Fetc", "%C3%A5%C3%A4"]


async def test_odd_callers_get_through_or_are_refused_and_leave_nothing(house: House, phones: PhoneRoom) -> None:
    trunk = await phones.caller("+46701000001")
    calls = [await trunk.dial_as(caller, MARIA) for caller in ODD_CALLERS]
    await asyncio.gather(*(_answered_or_refused(call) for call in calls))
    heard = [call for call in calls if call.state is CallState.TALKING]
    for call in heard:
        await call.hears_prompt("sv/menu-message", within=20)
    assert len(heard) >= 5
    await asyncio.gather(*(call.hangup() for call in calls))
    rows = await house.all_calls_ended(len(heard))
    assert all(row["outcome"] == "abandoned" for row in rows)
    await house.nothing_left()


async def _answered_or_refused(call: PhoneCall) -> None:
    """Asterisk itself drops what is no SIP at all without an answer; such a call never was one."""
    with contextlib.suppress(DidNotHappen):
        await call.until(lambda: call.state in (CallState.TALKING, CallState.ENDED), within=5)


async def test_odd_numbers_go_to_the_operators(house: House, phones: PhoneRoom) -> None:
    trunk = await phones.caller()
    calls = [await trunk.dial(number) for number in ODD_NUMBERS]
    for call in calls:
        await call.hears_prompt("sv/unknown-number", within=15)
    await asyncio.gather(*(call.hangup() for call in calls))
    await house.all_calls_ended(len(ODD_NUMBERS))
    await house.nothing_left()


async def test_a_storm_of_digits_and_two_calls_that_share_everything(house: House, phones: PhoneRoom) -> None:
    trunk = await phones.caller()
    one, other = await trunk.dial(MARIA), await trunk.dial(MARIA)
    await one.talks(within=5)
    await asyncio.gather(one.dtmf("7*8#" * 6), other.hears_prompt("sv/menu-message", within=20))
    await other.dtmf("1")
    await other.hears_prompt("sv/beep", within=15)
    await other.play(speech_like(2))
    await other.hears_prompt("sv/promise-call-by", within=25)
    await one.hears_prompt("sv/leave-message", within=60)
    await one.hangup()
    await other.ended(within=15)
    rows = await house.all_calls_ended(2)
    assert len({row["id"] for row in rows}) == 2
    assert len(house.tasks()) == 1
    await house.nothing_left()


@pytest.fixture(scope="module")
def slow_box() -> Iterator[AsteriskBox]:
    """An Asterisk whose prompts have a long tail, so that a hang-up comes in the middle of each."""
    box = start_asterisk(tails={"*": 0.8})
    yield box
    box.act("remove")


@pytest.fixture
async def slow_house(slow_box: AsteriskBox, furnished: House) -> AsyncIterator[House]:
    house = House(slow_box)
    house.move_in(furnished)
    await house.start()
    yield house
    await house.stop()


PROMPTS_OF_ERIK = [
    "demo/sv/greeting-erik-lund",
    "sv/reason-vacation-back",
    "sv/menu-message",
    "sv/menu-operators",
    "sv/menu-hang-up",
    "sv/leave-message",
    "sv/beep",
]


async def test_a_hang_up_at_every_moment(slow_house: House) -> None:
    """Before anything is heard, in each prompt, in the beep, in the message, in the promise, while phones ring."""
    house = slow_house
    async with PhoneRoom(house) as phones:
        anna, op1 = await phones.colleague("anna"), await phones.colleague("op1")

        async def at_once(number: str, called: str) -> None:
            await (await (await phones.caller(number)).dial(called)).hangup()

        async def while_ringing(number: str, called: str) -> None:
            call = await (await phones.caller(number)).dial(called)
            await call.rings(within=8)
            await call.hangup()

        async def in_prompt(number: str, prompt: str) -> None:
            call = await (await phones.caller(number)).dial(ERIK)
            if prompt in ("sv/leave-message", "sv/beep"):
                await call.hears_prompt("sv/menu-message", within=20)
                await call.dtmf("1")
            await call.hears_prompt(prompt, within=20)
            await call.hangup()

        async def while_the_deputy_rings(number: str) -> None:
            call = await (await phones.caller(number)).dial(ERIK)
            await call.hears_prompt("sv/menu-message", within=20)
            await call.dtmf("2")
            await call.hears(lambda heard: heard.ringing, within=15, what="ring tone")
            await call.hangup()

        async def after_the_message(number: str, prompt: str) -> None:
            call = await (await phones.caller(number)).dial(MARIA)
            await call.hears_prompt("sv/menu-message", within=20)
            await call.dtmf("1")
            await call.hears_prompt("sv/beep", within=20)
            await call.play(speech_like(2))
            await call.hears_prompt(prompt, within=25)
            await call.hangup()

        moments = [
            *(at_once(f"+4670100010{place}", called) for place, called in enumerate((ERIK, ANNA, MAIN))),
            *(while_ringing(f"+4670100020{place}", called) for place, called in enumerate((ANNA, MAIN))),
            *(in_prompt(f"+4670100030{place}", prompt) for place, prompt in enumerate(PROMPTS_OF_ERIK)),
            while_the_deputy_rings("+46701000400"),
            after_the_message("+46701000501", "sv/promise-call-by"),
            after_the_message("+46701000502", "sv/goodbye"),
        ]
        await asyncio.gather(*moments)
        rows = await house.all_calls_ended(len(moments) - 3, within=30)
        for rung in (*anna.rung, *op1.rung):
            await rung.ended(within=10)
    assert {row["outcome"] for row in rows} <= {"abandoned", "message"}
    assert len(house.tasks()) == 2
    assert house.sql("SELECT * FROM pending_recording") == []
    await house.nothing_left()
