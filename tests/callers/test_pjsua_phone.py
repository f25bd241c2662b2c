from tests.callers.conversation import converse, is_refused
from tests.callers.pjsua_phone import PjsuaStack
from tests.callers.raw_sip import RawPhone


async def test_pjsua2_converses_and_is_refused(caller: RawPhone, callee: RawPhone) -> None:
    async with PjsuaStack() as stack:
        phone = await stack.phone(caller.account)
        call, other = await converse(phone, callee)
        await other.hangup()
        await call.ended()
        assert call.heard.prompts == ["sv/seven", "sv/eight"]
        await is_refused(phone, callee, 404)
