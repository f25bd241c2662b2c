"""Where encryption is required a telephone calls over TLS with SRTP, or not at all."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from switchboard.asterisk.phones import PhoneAccount, PhoneAccounts, PhoneMedia
from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.asterisk.exchange import Exchange, open_exchange
from tests.callers import phone
from tests.callers.baresip_phone import BaresipPhone, BaresipStack
from tests.mail.servers import make_certificate

pytestmark = pytest.mark.asterisk

KARIN = PhoneAccount("karin", "pw-karin-7731", "Karin Ek", "233")
NOT_ACCEPTABLE = 488


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


async def _karins(stack: BaresipStack, box: AsteriskBox, *, tls: bool, srtp: bool) -> BaresipPhone:
    port = box.environment["SWITCHBOARD_SIP_TLS_PORT"] if tls else box.sip_port
    account = phone.PhoneAccount(KARIN.account, f"127.0.0.1:{port}", KARIN.password)
    telephone = await stack.phone(account, tls=tls, srtp=srtp)
    await telephone.register()
    return telephone


async def _talks(telephone: BaresipPhone, exchange: Exchange) -> None:
    call = await telephone.dial("210")
    incoming, leg = await exchange.next_call()
    assert (incoming.source, incoming.account, incoming.called) == ("phone", KARIN.account, "210")
    await leg.answer()
    await call.talks(within=5)
    await leg.hang_up()
    await call.ended(within=5)


@pytest.mark.parametrize("by", ["its authority", "the setting for all"])
async def test_a_telephone_over_tls_with_srtp_calls_and_no_other_does(
    tls_box: AsteriskBox, exchange: Exchange, by: str
) -> None:
    everybody = by == "the setting for all"
    media = PhoneMedia("127.0.0.1", encrypted=everybody)
    accounts = PhoneAccounts(exchange.client, exchange.ami, media, exchange.log)
    assert (await accounts.synchronise([replace(KARIN, encrypted=not everybody)])).put == 1
    async with BaresipStack() as stack:
        for tls, srtp in ((False, False), (False, True), (True, False)):
            telephone = await _karins(stack, tls_box, tls=tls, srtp=srtp)
            refused = await telephone.dial("210")
            await refused.ended(within=5)
            assert refused.code == NOT_ACCEPTABLE, (tls, srtp)
            assert exchange.calls.empty()
            await telephone.close()
        await _talks(await _karins(stack, tls_box, tls=True, srtp=True), exchange)


async def test_a_plain_telephone_calls_where_nobody_requires_more(tls_box: AsteriskBox, exchange: Exchange) -> None:
    assert (await exchange.accounts.synchronise([KARIN])).put == 1
    async with BaresipStack() as stack:
        await _talks(await _karins(stack, tls_box, tls=False, srtp=False), exchange)
