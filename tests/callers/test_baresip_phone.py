from tests.callers.baresip_phone import BaresipStack
from tests.callers.conversation import converse, is_refused
from tests.callers.phone import Party, PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.hearing.codes import encode


async def test_baresip_converses_and_is_refused(caller: RawPhone, callee: RawPhone) -> None:
    async with BaresipStack() as stack:
        phone = await stack.phone(caller.account)
        call, other = await converse(phone, callee)
        await other.hangup()
        await call.ended()
        await is_refused(phone, callee, 480)


async def test_many_quick_answers_are_all_seen(caller: RawPhone, callee: RawPhone) -> None:
    async with BaresipStack() as stack:
        phone = await stack.phone(caller.account)
        for _ in range(10):
            call = await phone.dial("x")
            other = await callee.wait_incoming()
            await other.answer()
            await call.talks()
            await call.hangup()
            await other.ended()


async def test_baresip_is_called_shows_who_answers_and_refuses(caller: RawPhone) -> None:
    async with BaresipStack() as stack, RawPhone(PhoneAccount("1", stack.host_port)) as other:
        phone = await stack.phone(PhoneAccount("erik", "127.0.0.1:9", sounds=caller.account.sounds))
        call = await other.dial_as('"Åter: Anna" <sip:101@127.0.0.1>'.encode(), "erik")
        incoming = await phone.wait_incoming()
        assert incoming.shown == [Party("Åter: Anna", "101")]
        await incoming.answer()
        await call.play_on(encode(7))
        await incoming.hears_prompt("sv/seven")
        await call.hangup()
        await incoming.ended()
        call = await other.dial("erik")
        incoming = await phone.wait_incoming()
        await incoming.reject()
        await call.ended()
        assert (call.code, incoming.code) == (486, 486)
