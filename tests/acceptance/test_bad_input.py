"""Odd callers and numbers, storms of digits, a hang-up at every moment: each ends in the journal and leaves nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.house import House, lived_in
from tests.acceptance.phones import PhoneRoom
from tests.callers.phone import CallState
from tests.hearing.noise import speech_like

MARIA, ERIK, ANNA, MAIN = "+46980319212", "+46980319211", "+46980319210", "+46980319200"

ODD_CALLERS = [
    b"<sip:127.0.0.1>",
    b'"" <sip:127.0.0.1>',
    b'"Anonymous" <sip:anonymous@anonymous.invalid>',
    b'"<script>alert(1)</script>" <sip:%3Cscript%3E@127.0.0.1>',
    b'"\xff\xfe\xe5\xe4" <sip:%E5%E4@127.0.0.1>',
    b'"' + b"A" * 5000 + b'" <sip:' + b"9" * 5000 + b"@127.0.0.1>",
    b'"${SHELL(id)},n,Hangup()" <sip:12%7C34&DB(x)@127.0.0.1>',
    b"\"'; DROP TABLE call;--\" <sip:0701'--@127.0.0.1>",
]
ODD_NUMBERS = ["hej", "%3Cscript%3E", "h", "s", "i", "+46" + "9" * 300, "98031921l", "..%2F..%2Fetc", "%C3%A5%C3%A4"]


async def test_odd_callers_hear_what_everybody_hears_and_leave_nothing(house: House, phones: PhoneRoom) -> None:
    trunk = await phones.caller("+46701000001")
    calls = [await trunk.dial_as(caller, MARIA) for caller in ODD_CALLERS]
    for call in calls:
        await call.hears_prompt("sv/reason-meeting-back", within=20)
    await asyncio.gather(*(call.hangup() for call in calls))
    rows = await house.all_calls_ended(len(calls))
    assert {row["outcome"] for row in rows} == {"abandoned"}
    await house.nothing_left()


async def test_odd_numbers_go_to_the_operators(house: House, phones: PhoneRoom) -> None:
    trunk = await phones.caller()
    calls = [await trunk.dial(number) for number in ODD_NUMBERS]
    for call in calls:
        await call.hears_prompt("sv/unknown-number", within=15)
    await asyncio.gather(*(call.hangup() for call in calls))
    await house.all_calls_ended(len(ODD_NUMBERS))
    await house.nothing_left()


async def test_a_storm_of_digits_and_two_calls_that_share_everything(house: House, phones: PhoneRoom) -> None:
    """The storm hits prompts, menu, beep and message alike; its call comes to a proper end and disturbs no other."""
    trunk = await phones.caller()
    one, other = await trunk.dial(MARIA), await trunk.dial(MARIA)
    await one.talks(within=5)
    storm = asyncio.create_task(one.dtmf("7*8#" * 20))
    await other.hears_prompt("sv/menu-message", within=20)
    await other.dtmf("1")
    await other.hears_prompt("sv/beep", within=15)
    await other.play(speech_like(2))
    await other.hears_prompt("sv/promise-call-by", within=25)
    await asyncio.gather(one.ended(within=60), other.ended(within=15))
    await asyncio.gather(storm, return_exceptions=True)
    assert one.heard.says("sv/invalid-choice")
    rows = await house.all_calls_ended(2)
    assert sorted(row["outcome"] for row in rows) == ["informed", "message"]
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
    async with lived_in(House(slow_box), furnished) as house:
        yield house


PROMPTS_OF_ERIK = [
    "demo/sv/greeting-erik-lund",
    "sv/reason-vacation-back",
    "sv/menu-message",
    "sv/menu-operators",
    "sv/menu-hang-up",
    "sv/leave-message",
    "sv/beep",
]


async def in_line(phones: PhoneRoom, number: str) -> None:
    """The one operator is rung at once, or after another caller of this moment: a ring tone or music is heard."""
    call = await (await phones.caller(number)).dial(MAIN)
    await call.until(
        lambda: call.state is CallState.RINGING or call.heard.ringing or call.heard.music,
        within=15,
        what="the wait for an operator",
    )
    await call.hangup()


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
            while_ringing("+46701000200", ANNA),
            in_line(phones, "+46701000201"),
            *(in_prompt(f"+4670100030{place}", prompt) for place, prompt in enumerate(PROMPTS_OF_ERIK)),
            while_the_deputy_rings("+46701000400"),
            after_the_message("+46701000501", "sv/promise-call-by"),
            after_the_message("+46701000502", "sv/goodbye"),
        ]
        await asyncio.gather(*moments)
        rows = await house.all_calls_ended(len(moments), within=30)
        for rung in (*anna.rung, *op1.rung):
            await rung.ended(within=10)
    assert {row["outcome"] for row in rows} <= {"abandoned", "message"}
    assert len(house.tasks()) == 2
    assert house.sql("SELECT * FROM pending_recording") == []
    await house.nothing_left()
