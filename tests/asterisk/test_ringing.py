"""What a phone shows and learns when it is rung, on a real Asterisk."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from switchboard.asterisk.ringing import shown
from switchboard.calls.ports import CallLeg, HangupCause, RingFailure, RingRequest
from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.registering import unregister
from tests.asterisk.exchange import PHONES, Exchange
from tests.callers.phone import PhoneAccount, PhoneCall
from tests.callers.raw_sip import RawPhone

pytestmark = pytest.mark.asterisk


@dataclass(slots=True)
class Scene:
    """A caller whose call has arrived, and Anna's phone."""

    exchange: Exchange
    caller: PhoneCall
    leg: CallLeg
    anna: RawPhone

    def request(self, name: str = "Norrby", number: str = "+46701234567") -> RingRequest:
        return RingRequest(self.leg.id, "anna", name, number, 10.0)


@pytest.fixture
async def scene(wire: AsteriskBox, exchange: Exchange) -> AsyncIterator[Scene]:
    trunk = RawPhone(PhoneAccount("+46701234567", wire.server))
    phone = RawPhone(PhoneAccount("anna", wire.server, PHONES["anna"]))
    async with trunk, phone as anna:
        await anna.register()
        caller = await trunk.dial("+46980319200")
        _, leg = await exchange.next_call()
        yield Scene(exchange, caller, leg, anna)
        await leg.hang_up()
        await unregister(anna)


async def test_the_display_shows_authority_and_caller(scene: Scene) -> None:
    rung = await scene.exchange.telephony.ring(scene.request('Söderås: Åsa <Ö> "x"', "+46701234567"))
    assert not isinstance(rung, RingFailure)
    call = await scene.anna.wait_incoming()
    assert (call.shown[-1].name, call.shown[-1].number) == ("Söderås: Åsa Ö x", "+46701234567")
    await rung.cancel(HangupCause.NORMAL)


async def test_a_phone_that_rang_in_vain_learns_that_another_answered(scene: Scene) -> None:
    rung = await scene.exchange.telephony.ring(scene.request())
    assert not isinstance(rung, RingFailure)
    call = await scene.anna.wait_incoming()
    await rung.cancel(HangupCause.ANSWERED_ELSEWHERE)
    await call.ended()
    assert "completed elsewhere" in call.reason.lower()


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (486, RingFailure.BUSY),
        (600, RingFailure.BUSY),
        (603, RingFailure.BUSY),
        (480, RingFailure.NO_ANSWER),
        (404, RingFailure.FAILED),
        (503, RingFailure.FAILED),
    ],
)
async def test_why_a_phone_did_not_answer(scene: Scene, code: int, failure: RingFailure) -> None:
    scene.anna.refuses_with = code
    rung = await scene.exchange.telephony.ring(scene.request())
    assert not isinstance(rung, RingFailure)
    assert await rung.answered() is failure


async def test_a_phone_that_has_died_is_found_out(scene: Scene) -> None:
    """Registered, but silent: the qualify of its contact finds it within seconds."""
    scene.anna.socket.close()
    async with asyncio.timeout(10):
        while (await scene.exchange.telephony.phone_states(["anna"]))["anna"] != "unregistered":  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert await scene.exchange.telephony.ring(scene.request()) is RingFailure.UNREGISTERED
    await scene.anna.socket.open()


async def test_the_caller_does_not_learn_who_answers(scene: Scene) -> None:
    await scene.leg.answer()
    rung = await scene.exchange.telephony.ring(scene.request())
    assert not isinstance(rung, RingFailure)
    call = await scene.anna.wait_incoming()
    await call.answer()
    answered = await rung.answered()
    assert not isinstance(answered, RingFailure)
    joined = await scene.exchange.telephony.join(scene.leg, answered)
    await asyncio.sleep(0.5)
    assert "210" not in str(scene.caller.shown)
    assert "Anna" not in str(scene.caller.shown)
    await joined.part()
    await answered.hang_up()


async def test_legs_belong_to_the_same_call(scene: Scene) -> None:
    """One linkedid, so that Asterisk's own records put them together."""
    rung = await scene.exchange.telephony.ring(scene.request())
    assert not isinstance(rung, RingFailure)
    await scene.anna.wait_incoming()
    channels = await scene.exchange.client.request("GET", "channels")
    path = "variable"
    linked = {
        (
            await scene.exchange.client.request(
                "GET", "channels", each["id"], path, query={"variable": "CHANNEL(linkedid)"}
            )
        )["value"]
        for each in channels
    }
    assert linked == {scene.leg.id}
    await rung.cancel(HangupCause.NORMAL)


@pytest.mark.parametrize(
    ("name", "number", "form"),
    [
        ("", "", '"" <>'),
        ("Norrby: Kalle", "+46701234567", '"Norrby: Kalle" <+46701234567>'),
        ('a"b\\c<d>\r\ne', "1;2,3", '"abcde" <123>'),
        ("x" * 200, "9" * 99, f'"{"x" * 80}" <{"9" * 32}>'),
    ],
)
async def test_what_is_shown_cannot_break_its_form(name: str, number: str, form: str) -> None:
    assert shown(name, number) == form
