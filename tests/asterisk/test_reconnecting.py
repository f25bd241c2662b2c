"""What happens to calls when a connection to a real Asterisk breaks, and what is found afterwards."""

import asyncio

import pytest

from switchboard.asterisk.event_stream import NameTaken
from switchboard.calls.ports import BlindTransfer, KeyPressed, Left, LegGone, RingFailure, Stray
from switchboard.domain.diversion import PhoneState
from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.box import LONG, ONE
from tests.asterisk.exchange import PHONES, Exchange, assemble, open_exchange
from tests.callers.phone import PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.contracts.telephony_lab import request
from tests.hearing.noise import speech_like

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(180)]

MAIN = "+46980319200"


def trunk(wire: AsteriskBox) -> RawPhone:
    return RawPhone(PhoneAccount("+46701234567", wire.server))


async def connected_again(exchange: Exchange, times: int) -> None:
    async with asyncio.timeout(30):
        while len(exchange.connections) < times or not exchange.connection.reconciled.is_set():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def break_socket(exchange: Exchange) -> None:
    """From below, as a broken network would; requests go on."""
    times = len(exchange.connections)
    socket = exchange.stream.socket
    assert socket is not None
    wire = socket.get_extra_info("socket")
    assert wire is not None
    wire.shutdown(2)
    await connected_again(exchange, times + 1)


async def test_a_call_goes_on_when_the_socket_broke(wire: AsteriskBox, exchange: Exchange) -> None:
    async with trunk(wire) as phone:
        call = await phone.dial(MAIN)
        _, leg = await exchange.next_call()
        await leg.answer()
        playing = asyncio.create_task(leg.play([LONG]))
        await asyncio.sleep(0.2)
        await break_socket(exchange)
        assert not leg.gone
        assert await playing is None
        await call.dtmf("5")
        assert await leg.digit(2.0) == "5"
        await leg.hang_up()
        await call.ended()
    assert [each.restarted for each in exchange.connections] == [False, False]


async def test_what_happened_while_the_socket_was_down(wire: AsteriskBox) -> None:
    """A playback that ended, a caller who left, a colleague who answered: no event of these ever comes."""
    async with open_exchange(wire) as exchange, trunk(wire) as phone:
        stays, leaves = await phone.dial(MAIN), await phone.dial(MAIN)
        legs = {(await exchange.next_call())[1] for _ in range(2)}
        for leg in legs:
            await leg.answer()
        playing = [asyncio.create_task(leg.play([ONE])) for leg in legs]
        async with RawPhone(PhoneAccount("anna", wire.server, PHONES["anna"])) as anna:
            await anna.register()
            rung = await exchange.telephony.ring(request(next(iter(legs)), "anna"))
            assert not isinstance(rung, RingFailure)
            rings = await anna.wait_incoming()
            exchange.deaf = True
            await leaves.hangup()
            await rings.answer()
            await asyncio.sleep(1.5)
            exchange.deaf = False
            await break_socket(exchange)
            results = await asyncio.gather(*playing, return_exceptions=True)
            assert sorted(map(type, results), key=str) == sorted([type(None), LegGone], key=str)
            answered = await rung.answered()
            assert not isinstance(answered, RingFailure)
            await answered.hang_up()
            await anna.unregister()
        await asyncio.gather(*(leg.hang_up() for leg in legs))
        await stays.ended()


async def test_asterisk_restarts(wire: AsteriskBox) -> None:
    async with open_exchange(wire) as exchange, trunk(wire) as phone:
        await phone.dial(MAIN)
        _, leg = await exchange.next_call()
        await leg.answer()
        waiting = asyncio.create_task(leg.digit(60))
        await asyncio.to_thread(wire.act, "restart")
        await connected_again(exchange, 2)
        assert exchange.connections[-1].restarted
        with pytest.raises(LegGone):
            await waiting
        assert len(exchange.channels) == 0
        async with asyncio.timeout(10):
            await exchange.ami.wait_connected()
        async with RawPhone(PhoneAccount("anna", wire.server, PHONES["anna"])) as anna:
            await anna.register()
            async with asyncio.timeout(2):
                while (await exchange.telephony.phone_states(["anna"]))["anna"] is not PhoneState.FREE:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            await anna.unregister()
        assert set(exchange.log.events("warning")) == {"ari_disconnected", "ami_disconnected"}
        assert exchange.log.events("exception") == []


async def test_who_loses_the_name_must_end(wire: AsteriskBox) -> None:
    first = assemble(wire)
    async with first.client:
        running = asyncio.create_task(first.stream.run())
        await connected_again(first, 1)
        async with open_exchange(wire) as second, trunk(wire) as phone:
            with pytest.raises(NameTaken):
                await running
            await phone.dial(MAIN)
            await second.next_call()
            assert first.calls.empty()


async def test_calls_of_the_one_that_lost_the_name_are_the_other_ones(wire: AsteriskBox) -> None:
    async with trunk(wire) as phone:
        first = await crashed(wire)
        call = await phone.dial(MAIN)
        _, leg = await first.next_call()
        await leg.answer()
        playing = asyncio.create_task(leg.play([LONG, LONG]))
        await asyncio.sleep(0.2)
        async with open_exchange(wire) as second:
            stray = await only_stray(second)
            assert first.running is not None
            with pytest.raises(NameTaken):
                await first.running
            await leg.hang_up()
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
            await first.client.__aexit__(None, None, None)
            async with asyncio.timeout(4):
                assert await stray.leg.play([ONE]) is None
            await call.dtmf("4")
            assert await stray.leg.digit(2) == "4"
            await stray.leg.hang_up()
            await call.ended()


async def crashed(wire: AsteriskBox) -> Exchange:
    """An exchange that ran and is no more, without a word to its calls."""
    exchange = assemble(wire)
    await exchange.client.__aenter__()
    exchange.running = asyncio.create_task(exchange.stream.run())
    await connected_again(exchange, 1)
    return exchange


async def crash(exchange: Exchange) -> None:
    assert exchange.running is not None
    exchange.running.cancel()
    await asyncio.gather(exchange.running, return_exceptions=True)
    await exchange.client.__aexit__(None, None, None)


async def only_stray(exchange: Exchange) -> Stray:
    [stray] = await exchange.telephony.strays(lambda _: False)
    return stray


async def test_a_caller_in_silence_is_found_after_a_crash(wire: AsteriskBox) -> None:
    async with trunk(wire) as phone:
        before = await crashed(wire)
        call = await phone.dial("0980319211")
        known, leg = await before.next_call()
        await leg.answer()
        await crash(before)
        async with open_exchange(wire) as after:
            stray = await only_stray(after)
            assert (stray.call.id, stray.call.called, stray.call.source) == (known.id, "0980319211", "trunk")
            assert not stray.talking
            assert list(await after.telephony.strays(lambda id: id == known.id)) == []
            await stray.leg.play([ONE])
            await call.dtmf("3")
            assert await stray.leg.digit(2) == "3"
            await stray.leg.hang_up()
            await call.ended()


async def test_a_recording_that_went_on_is_finished_after_a_crash(wire: AsteriskBox) -> None:
    async with trunk(wire) as phone:
        before = await crashed(wire)
        call = await phone.dial(MAIN)
        _, leg = await before.next_call()
        await leg.answer()
        body = {"name": "message-crash", "format": "wav", "maxSilenceSeconds": 2, "beep": True}
        await before.client.request("POST", "channels", leg.id, "record", body=body)
        await asyncio.sleep(0.6)
        await call.play(speech_like(3.0))
        await asyncio.sleep(1.0)
        await crash(before)
        async with open_exchange(wire) as after:
            stray = await only_stray(after)
            await stray.leg.finish_recording("message-crash")
            stored = await after.recordings.fetch("message-crash")
            assert stored is not None
            assert stored.duration_s > 2.5
            await stray.leg.play([ONE])
            await stray.leg.hang_up()
            await after.recordings.delete("message-crash")


async def test_a_talk_goes_on_after_a_crash(wire: AsteriskBox) -> None:
    async with trunk(wire) as phone, RawPhone(PhoneAccount("anna", wire.server, PHONES["anna"])) as anna:
        async with open_exchange(wire):
            await anna.register()
        before = await crashed(wire)
        call = await phone.dial(MAIN)
        _, leg = await before.next_call()
        await leg.answer()
        rung = await before.telephony.ring(request(leg, "anna"))
        assert not isinstance(rung, RingFailure)
        colleague = await anna.wait_incoming()
        await colleague.answer()
        answered = await rung.answered()
        assert not isinstance(answered, RingFailure)
        await before.telephony.join(leg, answered)
        await crash(before)
        async with open_exchange(wire) as after:
            stray = await only_stray(after)
            assert stray.talking
            joined, partner = await after.telephony.rejoin(stray)
            assert (stray.leg.account, partner.account) == (None, "anna")
            await colleague.dtmf("4")
            assert await joined.event() == KeyPressed(partner, "4")
            await colleague.blind_transfer("211")
            assert await joined.event() == BlindTransfer(partner, "211")
            await partner.decline_transfer()
            await colleague.hangup()
            assert await joined.event() == Left(partner)
            await joined.part()
            await stray.leg.hang_up()
            await call.ended()
            assert await after.client.request("GET", "bridges") == []
        await anna.unregister()


async def test_a_phone_that_rang_for_nobody_is_stopped_after_a_crash(wire: AsteriskBox) -> None:
    async with trunk(wire) as phone, RawPhone(PhoneAccount("anna", wire.server, PHONES["anna"])) as anna:
        async with open_exchange(wire):
            await anna.register()
        before = await crashed(wire)
        await phone.dial(MAIN)
        _, leg = await before.next_call()
        await before.telephony.ring(request(leg, "anna"))
        rings = await anna.wait_incoming()
        await crash(before)
        async with open_exchange(wire) as after:
            stray = await only_stray(after)
            await rings.ended()
            await stray.leg.hang_up()
        await anna.unregister()
