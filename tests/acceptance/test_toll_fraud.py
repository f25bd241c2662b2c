"""Whoever tries to telephone at the authority's cost: nobody gets out through the trunk who may not."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.house import House, furnished_house
from tests.acceptance.phones import PhoneRoom
from tests.asterisk.box import trunk_port
from tests.callers.phone import CallState, PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.call import RawCall
from tests.callers.sip.dialog import Dialog, Invitation
from tests.callers.sip.message import token
from tests.ports import free_port

AT_ONCE = 3
ANNA, PREMIUM = "+46980319210", "0900123456"
OUTSIDE = "0701112233"

DIALLED = [
    PREMIUM,
    "+46900123456",
    "00881612345678",
    OUTSIDE,
    "112",
    "emergency",
    "start",
    "lit",
    "PJSIP%2F112%40trunk",
    "112%40trunk",
    "210%26PJSIP%2F112%40trunk",
    "210%2C1)%26Dial(PJSIP%2F112%40trunk",
    "%24%7BSHELL(id)%7D",
    "%24%7BDB(switchboard-caller-ids%2Fanna)%7D",
    "210%3Bphone-context%3Dfrom-phone",
    "*90701112233",
    "*21*1",
]
CALLERS = [
    b'"x" <sip:210@127.0.0.1>',
    b'"${CURL(http://127.0.0.1/)}" <sip:%24%7BGLOBAL(x)%7D@127.0.0.1>',
    b'"x,r,1)&Dial(PJSIP/112@trunk" <sip:112@127.0.0.1>',
    b'"a|b|trunk|phone" <sip:1%7C2%7Cphone%7Canna@127.0.0.1>',
]


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskBox]:
    """Whose trunk leads to a telephone of the test's."""
    box = start_asterisk(SWITCHBOARD_TRUNK_CONTACT=f"sip:127.0.0.1:{free_port()}")
    yield box
    box.act("remove")


@pytest.fixture(scope="module")
def furnished(asterisk: AsteriskBox) -> Iterator[House]:
    with furnished_house(asterisk) as house:
        yield house


@pytest.fixture
async def provider(house: House) -> AsyncIterator[RawPhone]:
    """Whoever is rung through the trunk."""
    box = house.box
    async with RawPhone(PhoneAccount("provider", box.server, sounds=box.sounds), port=trunk_port(box)) as phone:
        yield phone


async def _led_somewhere(call: RawCall) -> None:
    """Answered or refused, never left ringing."""
    await call.until(
        lambda: call.state in (CallState.TALKING, CallState.ENDED), within=20, what="an end of the dialling"
    )


async def _try_all(phones: PhoneRoom, calls: list[tuple[bytes, str]]) -> list[RawCall]:
    """The calls that were answered: what they hear there is the service, or its fallback."""
    trunk, begun = await phones.caller(), list[RawCall]()
    for first in range(0, len(calls), AT_ONCE):
        some = [await trunk.dial_as(caller, number) for caller, number in calls[first : first + AT_ONCE]]
        await asyncio.gather(*(_led_somewhere(call) for call in some))
        begun += some
    return [call for call in begun if call.state is CallState.TALKING]


async def _nobody_got_out(house: House, provider: RawPhone, answered: list[RawCall]) -> None:
    await asyncio.gather(*(call.hangup() for call in answered))
    rows = await house.all_calls_ended(len(answered))
    assert {(row["source"], row["outcome"]) for row in rows} == {("trunk", "abandoned")}
    assert provider.rung == []
    await house.nothing_left()


async def test_from_the_trunk_nobody_gets_out_by_any_number(
    house: House, phones: PhoneRoom, provider: RawPhone
) -> None:
    answered = await _try_all(phones, [(b"<sip:+46701234567@127.0.0.1>", number) for number in DIALLED])
    assert len(answered) == len(DIALLED)
    await _nobody_got_out(house, provider, answered)


async def test_from_the_trunk_nobody_gets_out_by_any_caller_s_number(
    house: House, phones: PhoneRoom, provider: RawPhone
) -> None:
    calls = [(caller, number) for caller in CALLERS for number in (OUTSIDE, "112", "*20")]
    answered = await _try_all(phones, calls)
    assert len(answered) == len(calls)
    await _nobody_got_out(house, provider, answered)


async def test_who_claims_a_telephone_s_name_is_asked_for_its_password(
    house: House, phones: PhoneRoom, provider: RawPhone
) -> None:
    await phones.colleague("anna")  # Asterisk knows her telephone now, which a new one does not at once
    call = await (await phones.caller()).dial_as(b"<sip:anna@127.0.0.1>", OUTSIDE)
    await call.ended(within=5)
    assert call.code == 401
    assert provider.rung == []
    assert house.calls() == []


async def test_a_party_outside_moves_nobody(house: House, phones: PhoneRoom, provider: RawPhone) -> None:
    """By REFER in the call and out of it, and by keys: what a colleague may do in a talk is not for the other party."""
    anna, trunk = await phones.colleague("anna"), await phones.caller()
    call = await trunk.dial(ANNA)
    await (await anna.wait_incoming()).answer()
    await call.talks()
    target = ("Refer-To", f"<{trunk.uri(PREMIUM)}>")
    assert (await call.request("REFER", [target])).status >= 400
    await call.dtmf("*2" + OUTSIDE + "#*9112#")
    stray = Dialog.invited(Invitation(trunk.uri(PREMIUM).encode(), b"<sip:x@127.0.0.1>"), trunk.socket.host_port, "x")
    answer = await trunk.socket.exchange(stray.request("REFER", [target]), trunk.server)
    assert answer is not None
    assert answer.status >= 400
    assert (call.state, provider.rung) == (CallState.TALKING, [])
    await call.hangup()
    (row,) = await house.all_calls_ended(1)
    assert row["outcome"] == "connected"
    await house.nothing_left()


async def test_replaces_that_are_guessed_take_over_no_call(house: House, phones: PhoneRoom, provider: RawPhone) -> None:
    """Call-ID and tags of a talk are secrets. Whoever knows the Call-ID alone takes over nothing either."""
    anna, trunk = await phones.colleague("anna"), await phones.caller()
    call = await trunk.dial(ANNA)
    rung = await anna.wait_incoming()
    assert isinstance(rung, RawCall)
    await rung.answer()
    await call.talks()
    known = [call.dialog.call_id.decode(), rung.dialog.call_id.decode()]
    for call_id in (*known, token(), "", "*"):
        for tags in ("to-tag=1;from-tag=1", f"to-tag={token(4)};from-tag={token(4)}", "early-only"):
            taken = await trunk.dial(OUTSIDE, {"Replaces": f"{call_id};{tags}"})
            await taken.ended(within=10)
            assert taken.code >= 400
    assert (call.state, provider.rung) == (CallState.TALKING, [])
    await call.hangup()
    await house.nothing_left()


async def test_with_the_service_away_the_fallback_leads_nobody_out(
    house: House, phones: PhoneRoom, provider: RawPhone
) -> None:
    """The last test here: what the fallback writes down, the next service imports."""
    await house.stop()
    calls = await _try_all(phones, [(b"<sip:anna2@127.0.0.1>", number) for number in ("112", "0112", OUTSIDE, PREMIUM)])
    assert provider.rung == []
    await asyncio.gather(*(call.hangup() for call in calls))
