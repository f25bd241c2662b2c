"""Where encryption is required a telephone calls, and is rung, over TLS with SRTP or not at all."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from switchboard.asterisk.phones import PhoneAccount, PhoneAccounts, PhoneMedia
from switchboard.calls.ports import RingFailure, RingingLeg, RingRequest
from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.wait import until
from tests.asterisk.exchange import Exchange, open_exchange
from tests.callers import phone
from tests.callers.baresip_phone import BaresipPhone, BaresipStack, Transport
from tests.mail.servers import make_certificate

pytestmark = pytest.mark.asterisk

KARIN = PhoneAccount("karin", "pw-karin-7731", "Karin Ek", "233")
NOT_ACCEPTABLE = 488
REFUSED: tuple[tuple[Transport, bool], ...] = (("udp", False), ("udp", True), ("tcp", True), ("tls", False))


@pytest.fixture(scope="module")
def tls_box() -> Iterator[AsteriskBox]:
    folder = Path(tempfile.mkdtemp(prefix="switchboard-tls-"))
    folder.chmod(0o755)
    both = make_certificate(folder).read_bytes()
    for name in ("certificate.pem", "key.pem"):
        (folder / name).write_bytes(both)
        (folder / name).chmod(0o644)
    box = start_asterisk(SWITCHBOARD_TLS=str(folder))
    yield box
    box.act("remove")
    shutil.rmtree(folder)


@pytest.fixture
async def exchange(tls_box: AsteriskBox) -> AsyncIterator[Exchange]:
    async with open_exchange(tls_box, phones=()) as opened:
        yield opened
        await opened.accounts.synchronise([])


async def _karins(stack: BaresipStack, box: AsteriskBox, transport: Transport, *, srtp: bool) -> BaresipPhone:
    port = box.environment["SWITCHBOARD_SIP_TLS_PORT"] if transport == "tls" else box.sip_port
    account = phone.PhoneAccount(KARIN.account, f"127.0.0.1:{port}", KARIN.password)
    telephone = await stack.phone(account, transport=transport, srtp=srtp)
    await telephone.register()
    return telephone


async def _ring(exchange: Exchange, for_s: float = 10.0) -> RingingLeg | RingFailure:
    return await exchange.telephony.ring(RingRequest("nobody-s", KARIN.account, "Norrby", "+46701234567", for_s))


async def _cannot_be_rung(telephone: BaresipPhone, exchange: Exchange, box: AsteriskBox) -> None:
    """Neither at once, when Asterisk has not missed its sign of life yet, nor later."""

    async def away() -> bool:
        return await asyncio.to_thread(box.device_state, KARIN.account) == "UNAVAILABLE"

    already = len(telephone.rung)
    ringing = await _ring(exchange, for_s=2)
    failure = ringing if isinstance(ringing, RingFailure) else await ringing.answered()
    assert isinstance(failure, RingFailure)
    await until(away, 5, "Asterisk takes the telephone for away")
    assert await _ring(exchange) is RingFailure.UNREGISTERED
    assert len(telephone.rung) == already


async def _is_rung(telephone: BaresipPhone, exchange: Exchange) -> None:
    ringing = await _ring(exchange)
    assert not isinstance(ringing, RingFailure)
    rung = await telephone.wait_incoming(within=5)
    await rung.answer()
    leg = await ringing.answered()
    assert not isinstance(leg, RingFailure)
    await rung.talks(within=5)
    await leg.hang_up()
    await rung.ended(within=5)


async def _talks(telephone: BaresipPhone, exchange: Exchange) -> None:
    call = await telephone.dial("210")
    incoming, leg = await exchange.next_call()
    assert (incoming.source, incoming.account, incoming.called) == ("phone", KARIN.account, "210")
    await leg.answer()
    await call.talks(within=5)
    await leg.hang_up()
    await call.ended(within=5)


@pytest.mark.requirement("R42")
@pytest.mark.parametrize("by", ["its authority", "the setting for all"])
async def test_a_telephone_over_tls_with_srtp_calls_and_no_other_does(
    tls_box: AsteriskBox, exchange: Exchange, by: str
) -> None:
    everybody = by == "the setting for all"
    media = PhoneMedia("127.0.0.1", encrypted=everybody)
    accounts = PhoneAccounts(exchange.client, exchange.ami, media, exchange.log)
    assert (await accounts.synchronise([replace(KARIN, encrypted=not everybody)])).put == 1
    async with BaresipStack() as stack:
        for transport, srtp in REFUSED:
            telephone = await _karins(stack, tls_box, transport, srtp=srtp)
            refused = await telephone.dial("210")
            await refused.ended(within=5)
            assert refused.code == NOT_ACCEPTABLE, (transport, srtp)
            assert exchange.calls.empty()
            if transport != "tls":
                await _cannot_be_rung(telephone, exchange, tls_box)
            await telephone.close()
        karins = await _karins(stack, tls_box, "tls", srtp=True)
        await _talks(karins, exchange)
        await _is_rung(karins, exchange)


@pytest.mark.requirement("R42")
async def test_a_plain_telephone_calls_and_is_rung_until_its_authority_requires_more(
    tls_box: AsteriskBox, exchange: Exchange
) -> None:
    assert (await exchange.accounts.synchronise([KARIN])).put == 1
    async with BaresipStack() as stack:
        telephone = await _karins(stack, tls_box, "udp", srtp=False)
        await _talks(telephone, exchange)
        await _is_rung(telephone, exchange)
        assert (await exchange.accounts.synchronise([replace(KARIN, encrypted=True)])).put == 1
        await _cannot_be_rung(telephone, exchange, tls_box)
