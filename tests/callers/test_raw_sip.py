import asyncio

import pytest

from tests.callers.conversation import converse, is_refused
from tests.callers.phone import CallState, DidNotHappen, NotOnThisPhone, PhoneAccount, RegistrationRefused
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.dialog import Invitation
from tests.hearing.codes import encode
from tests.hearing.noise import speech_like, tone


async def test_two_phones_converse(caller: RawPhone, callee: RawPhone) -> None:
    call, other = await converse(caller, callee)
    await call.hangup()
    await other.ended()
    assert (call.reason, other.reason) == ("hung up", "BYE")


async def test_the_called_hangs_up(caller: RawPhone, callee: RawPhone) -> None:
    call = await caller.dial("x")
    other = await callee.wait_incoming()
    await other.answer()
    await call.talks()
    await other.hangup()
    await call.ended()
    assert call.state is CallState.ENDED


@pytest.mark.parametrize("code", [404, 480, 486, 603])
async def test_any_final_code(caller: RawPhone, callee: RawPhone, code: int) -> None:
    await is_refused(caller, callee, code)


async def test_a_caller_who_hangs_up_before_the_answer_cancels(caller: RawPhone, callee: RawPhone) -> None:
    call = await caller.dial("x")
    other = await callee.wait_incoming()
    await call.rings()
    await call.hangup()
    await other.ended()
    assert (call.code, other.code, other.reason) == (487, 487, "CANCEL")
    with pytest.raises(NotOnThisPhone):
        await other.answer()


async def test_a_caller_who_hangs_up_at_once_leaves_nothing(caller: RawPhone, callee: RawPhone) -> None:
    call = await caller.dial("x")
    await call.hangup()
    other = await callee.wait_incoming()
    await other.ended()
    assert (call.state, other.state) == (CallState.ENDED, CallState.ENDED)


async def test_an_answer_that_crosses_the_cancel_is_acknowledged_and_ended(caller: RawPhone, callee: RawPhone) -> None:
    call = await caller.dial("x")
    other = await callee.wait_incoming()
    await asyncio.gather(call.hangup(), other.answer())
    await other.ended()
    assert call.state is CallState.ENDED


async def test_a_phone_with_an_empty_battery_says_nothing(caller: RawPhone, callee: RawPhone) -> None:
    call = await caller.dial("x")
    other = await callee.wait_incoming()
    await other.answer()
    await call.talks()
    await other.hears(lambda heard: heard.until > 0.2)
    call.vanish()
    with pytest.raises(DidNotHappen):
        await other.ended(within=0.3)


@pytest.mark.parametrize(
    "sender",
    [
        b'"\xff\xfe" <sip:+46701234567@127.0.0.1>',
        b'"<script>" <sip:anonymous@anonymous.invalid>',
        b"<sip:" + b"7" * 5000 + b"@127.0.0.1>",
        b'"" <sip:127.0.0.1>',
    ],
)
async def test_from_travels_byte_for_byte(caller: RawPhone, callee: RawPhone, sender: bytes) -> None:
    call = await caller.dial_as(sender, "abcåäö", [("X-Bytes", b"\xfe")])
    await callee.wait_incoming()
    await call.rings()
    invite = next(iter(callee.calls.values())).messages[0]
    assert invite.get("from").encode("latin-1").startswith(sender + b";tag=")
    assert invite.get("x-bytes") == "\xfe"
    assert invite.start.encode("latin-1").decode() == f"INVITE sip:abcåäö@{callee.socket.host_port} SIP/2.0"


async def test_the_called_number_in_any_bytes(caller: RawPhone, callee: RawPhone) -> None:
    call = await caller.invite(Invitation(b"sip:\xff@x", b"<sip:1@x>", called=b"<sip:someone@else>"))
    await call.rings()
    invite = next(iter(callee.calls.values())).messages[0]
    assert invite.start == "INVITE sip:\xff@x SIP/2.0"
    assert invite.get("to") == "<sip:someone@else>"


async def test_a_wait_that_fails_says_what_was_heard(caller: RawPhone, callee: RawPhone) -> None:
    call = await caller.dial("x")
    other = await callee.wait_incoming()
    await other.answer()
    await call.talks()
    await other.play_on(tone(900, 1.0))
    with pytest.raises(DidNotHappen, match=r"hearing sv/seven not within 0\.5 s[\s\S]*900 Hz"):
        await call.hears_prompt("sv/seven", within=0.5)
    await other.hangup()
    with pytest.raises(DidNotHappen, match="the call ended without"):
        await call.hears_prompt("sv/seven", within=30)


async def test_many_calls_at_once_are_heard_without_loss(caller: RawPhone, callee: RawPhone) -> None:
    calls = [await caller.dial(str(number)) for number in range(20)]
    others = [await callee.wait_incoming() for _ in calls]
    await asyncio.gather(*(other.answer() for other in others))
    await asyncio.gather(*(call.talks() for call in calls))
    await asyncio.gather(*(other.play(encode(7)) for other in others))
    await asyncio.gather(*(call.hears_prompt("sv/seven") for call in calls))
    await asyncio.gather(*(call.hangup() for call in calls))
    assert sum(call.packets[1] for call in calls) == 0


async def test_speech_is_heard_as_talk(caller: RawPhone, callee: RawPhone) -> None:
    call = await caller.dial("x")
    other = await callee.wait_incoming()
    await other.answer()
    await call.talks()
    await call.play(speech_like(1.0))
    await other.hears(lambda heard: heard.talk)


async def test_a_phone_without_a_registrar_is_told_so(callee: RawPhone) -> None:
    async with RawPhone(PhoneAccount("erik", callee.socket.host_port, "secret")) as phone:
        with pytest.raises(RegistrationRefused, match="481"):
            await phone.register()


async def test_a_phone_that_is_not_called_does_not_ring(callee: RawPhone) -> None:
    with pytest.raises(DidNotHappen, match="anna did not ring"):
        await callee.wait_incoming(within=0.05)
    assert callee.rung == []
