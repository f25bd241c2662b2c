"""Calls that arrive at a real Asterisk: claimed, parsed, handed over; or left to the dialplan."""

import asyncio
from dataclasses import replace

import pytest

from switchboard.asterisk.kept.fallback_book import AsteriskFallbackBook
from switchboard.asterisk.phones import PhoneAccount as AsteriskAccount
from switchboard.calls.ports import FallbackEntry, HangupCause, LegGone
from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.exchange import PHONES, Exchange
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone

pytestmark = pytest.mark.asterisk

MAIN = "+46980319200"


def trunk(wire: AsteriskBox, user: str = "+46701234567", name: str = "") -> RawPhone:
    return RawPhone(PhoneAccount(user, wire.server, display_name=name))


async def test_a_call_from_the_trunk(wire: AsteriskBox, exchange: Exchange) -> None:
    async with trunk(wire, name="Kalle Larsson") as phone:
        await phone.dial("0980319211")
        call, leg = await exchange.next_call()
    assert (call.source, call.account) == ("trunk", None)
    assert (call.called, call.caller, call.caller_name) == ("0980319211", "+46701234567", "Kalle Larsson")
    assert call.id == leg.id
    assert call.id.startswith(wire.name)


async def test_a_call_from_a_phone_names_its_account(wire: AsteriskBox, exchange: Exchange) -> None:
    async with RawPhone(PhoneAccount("anna", wire.server, PHONES["anna"])) as anna:
        await anna.register()
        await anna.dial("211")
        call, _ = await exchange.next_call()
        await anna.unregister()
    assert (call.source, call.account, call.called, call.caller) == ("phone", "anna", "211", "210")


ODD_CALLERS = {
    "anonymous": b'"Anonymous" <sip:anonymous@anonymous.invalid>',
    "no name and no user": b"<sip:127.0.0.1>",
    "markup": b'"<script>alert(1)</script>" <sip:%3Cscript%3E@127.0.0.1>',
    "not UTF-8": b'"\xff\xfe\xe5" <sip:%FF%E5@127.0.0.1>',
    "very long": b'"' + b"A" * 2000 + b'" <sip:' + b"7" * 1000 + b"@127.0.0.1>",
    "dialplan code": b'"${SHELL(id)}" <sip:$%7BSHELL(id)%7D@127.0.0.1>',
    "zero byte": b'"a" <sip:%00%01@127.0.0.1>',
}


@pytest.mark.parametrize("caller", ODD_CALLERS)
async def test_odd_callers_are_served_and_the_reader_lives(wire: AsteriskBox, exchange: Exchange, caller: str) -> None:
    async with trunk(wire) as phone:
        odd = await phone.dial_as(ODD_CALLERS[caller], MAIN)
        call, leg = await exchange.next_call()
        assert (call.caller or "").isprintable()
        assert (call.caller_name or "").isprintable()
        (call.caller_name or "").encode()
        await leg.answer()
        await odd.talks()
        await leg.hang_up()
        await odd.ended()
    assert exchange.connection.malformed == 0
    assert exchange.log.events("warning") == []


@pytest.mark.parametrize("number", ["anna", "h", "+46980-319-200", "0" * 200, "%00", "s"])
async def test_odd_numbers_are_served(wire: AsteriskBox, exchange: Exchange, number: str) -> None:
    async with trunk(wire) as phone:
        odd = await phone.dial(number)
        _, leg = await exchange.next_call()
        await leg.hang_up(HangupCause.UNALLOCATED)
        await odd.ended()
        assert odd.code == 404


async def test_a_caller_who_is_gone_at_once(wire: AsteriskBox, exchange: Exchange) -> None:
    """Before we have claimed the call it is the dialplan's to note; after, ours. No channel is left of either."""
    async with trunk(wire) as phone:
        for _ in range(5):
            call = await phone.dial(MAIN)
            await call.hangup()
    async with asyncio.timeout(5):
        while await exchange.client.request("GET", "channels") or len(exchange.channels):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await exchange.reception.settle(5)
    book = AsteriskFallbackBook(exchange.ami, exchange.client, exchange.log)
    noted = await book.entries()
    for entry in noted:
        assert entry.over
        await book.delete(entry.id)
    while not exchange.calls.empty():
        _, leg = exchange.calls.get_nowait()
        with pytest.raises(LegGone):
            await leg.answer()


async def test_while_not_ready_the_dialplan_has_the_call(wire: AsteriskBox, exchange: Exchange) -> None:
    book = AsteriskFallbackBook(exchange.ami, exchange.client, exchange.log)
    exchange.ready = False
    async with trunk(wire) as phone:
        call = await phone.dial("0980319211")
        await call.talks(within=3)
        [entry] = await book.entries()
        assert (entry.called, entry.caller, entry.over) == ("0980319211", "+46701234567", False)
        assert (entry.source, entry.account) == ("trunk", None)
        assert entry.at.tzinfo is not None
        await call.hangup()
    async with asyncio.timeout(3):
        while not (await book.entries())[0].over:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert exchange.calls.empty()
    [after] = await book.entries()
    assert after == replace(entry, over=True)
    await book.delete(entry.id)
    assert await book.entries() == []


async def ended_fallback(book: AsteriskFallbackBook) -> FallbackEntry:
    """The only entry, once its call is over; it is deleted."""
    async with asyncio.timeout(5):
        while not (entries := await book.entries()) or not entries[0].over:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    [entry] = entries
    await book.delete(entry.id)
    return entry


@pytest.mark.parametrize("account", ["anna", "a-n.n_a2"])
async def test_the_dialplan_notes_from_which_phone_a_call_came(
    wire: AsteriskBox, exchange: Exchange, account: str
) -> None:
    book = AsteriskFallbackBook(exchange.ami, exchange.client, exchange.log)
    await exchange.accounts.synchronise([AsteriskAccount(account, PHONES["anna"], "Anna Öberg", "210")])
    exchange.ready = False
    async with RawPhone(PhoneAccount(account, wire.server, PHONES["anna"])) as anna:
        await anna.register()
        call = await anna.dial("211")
        await call.talks(within=3)
        await call.hangup()
        entry = await ended_fallback(book)
        await anna.unregister()
    assert (entry.source, entry.account, entry.called, entry.caller) == ("phone", account, "211", "210")


async def test_a_very_long_caller_leaves_an_entry_that_can_be_read(wire: AsteriskBox, exchange: Exchange) -> None:
    book = AsteriskFallbackBook(exchange.ami, exchange.client, exchange.log)
    exchange.ready = False
    async with trunk(wire) as phone:
        call = await phone.dial_as(ODD_CALLERS["very long"], MAIN)
        await call.talks(within=3)
        await call.hangup()
        entry = await ended_fallback(book)
    assert (entry.source, entry.called) == ("trunk", MAIN)
    assert exchange.log.events("warning") == ["call_not_claimed"]


async def test_a_call_that_we_leave_to_the_dialplan_is_noted_like_any_other(
    wire: AsteriskBox, exchange: Exchange
) -> None:
    book = AsteriskFallbackBook(exchange.ami, exchange.client, exchange.log)
    async with trunk(wire) as phone:
        call = await phone.dial("0980319211")
        _, leg = await exchange.next_call()
        await leg.answer()
        await leg.hold_music()
        await leg.leave_to_fallback()
        await leg.wait_gone()
        async with asyncio.timeout(3):
            while not (entries := await book.entries()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert [each.over for each in entries] == [False]
        await call.hangup()
        entry = await ended_fallback(book)
    assert (entry.source, entry.account, entry.called, entry.caller) == ("trunk", None, "0980319211", "+46701234567")


async def test_an_entry_of_the_fallback_that_cannot_be_read_is_reported(exchange: Exchange) -> None:
    book = AsteriskFallbackBook(exchange.ami, exchange.client, exchange.log)
    await exchange.ami.put("fallback", "broken-1", "2|x|")
    await exchange.ami.put("fallback", "whole-1", "1|1785917000|0980319211||recording")
    [entry] = await book.entries()
    assert (entry.id, entry.caller, entry.recording, entry.over) == ("whole-1", None, "fallback-whole-1", True)
    assert exchange.log.events("warning") == ["fallback_entry_unreadable"]
    for key in ("broken-1", "whole-1"):
        await book.delete(key)


async def test_two_calls_that_share_everything(wire: AsteriskBox, exchange: Exchange) -> None:
    async with trunk(wire) as phone:
        dialled = [await phone.dial(MAIN) for _ in range(2)]
        calls = [await exchange.next_call() for _ in range(2)]
        assert len({call.id for call, _ in calls}) == 2
        await asyncio.gather(*(leg.answer() for _, leg in calls))
        await asyncio.gather(*(call.talks() for call in dialled))
        await asyncio.gather(*(leg.hang_up() for _, leg in calls))


async def test_no_call_is_claimed_and_then_forgotten_at_the_end(wire: AsteriskBox, exchange: Exchange) -> None:
    """Of calls that come in while we stop each is either handed over or the dialplan's."""
    book = AsteriskFallbackBook(exchange.ami, exchange.client, exchange.log)
    async with trunk(wire) as phone:
        dialled = [await phone.dial(MAIN) for _ in range(20)]
        await exchange.next_call()
        exchange.ready = False
        await exchange.reception.settle(2)
        handed_over = 1 + exchange.calls.qsize()
        application = await exchange.client.request("GET", "applications", exchange.client.application)
        assert len(application["channel_ids"]) == handed_over
        async with asyncio.timeout(3):
            while len(await book.entries()) < 20 - handed_over:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert 1 + exchange.calls.qsize() == handed_over
        for id in application["channel_ids"]:
            await exchange.client.undo("DELETE", "channels", id)
        await asyncio.gather(*(call.hangup() for call in dialled))
    for entry in await book.entries():
        await book.delete(entry.id)


async def test_fifty_calls_at_once(wire: AsteriskBox, exchange: Exchange) -> None:
    async with trunk(wire) as phone:
        dialled = [await phone.dial(MAIN) for _ in range(50)]
        for _ in dialled:
            _, leg = await exchange.next_call()
            await leg.answer()
            await leg.hang_up()
        await asyncio.gather(*(call.ended() for call in dialled))
    async with asyncio.timeout(3):
        while len(exchange.channels):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
