"""Phones' accounts in a real Asterisk follow the rows that administrators edit."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from time import monotonic

import pytest

from switchboard.asterisk.phones import CALLER_IDS, FAMILY, PhoneAccount, PhoneAccounts, PhoneMedia, caller_id
from switchboard.domain.diversion import PhoneState
from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.exchange import Exchange, open_exchange
from tests.callers import phone
from tests.callers.phone import RegistrationRefused
from tests.callers.raw_sip import RawPhone

pytestmark = pytest.mark.asterisk

KARIN = PhoneAccount("karin.ek-2", 'p"å;,=ss', "Karin Ék", "233")


@pytest.fixture
async def empty(wire: AsteriskBox) -> AsyncIterator[Exchange]:
    """No phone is known."""
    async with open_exchange(wire, phones=()) as exchange:
        yield exchange
        await exchange.accounts.synchronise([])


def sip(wire: AsteriskBox, account: PhoneAccount) -> RawPhone:
    return RawPhone(phone.PhoneAccount(account.account, wire.server, account.password))


async def registers(wire: AsteriskBox, account: PhoneAccount) -> bool:
    async with sip(wire, account) as telephone:
        try:
            await telephone.register()
        except RegistrationRefused:
            return False
        await telephone.unregister()
        return True


async def test_put_changed_and_removed(wire: AsteriskBox, empty: Exchange) -> None:
    first = await empty.accounts.synchronise([KARIN])
    assert (first.put, first.removed, first.faults) == (1, 0, {})
    assert await registers(wire, KARIN)
    again = await empty.accounts.synchronise([KARIN])
    assert (again.put, again.removed) == (0, 0)
    changed = PhoneAccount(KARIN.account, "another", KARIN.display_name, KARIN.display_number)
    assert (await empty.accounts.synchronise([changed])).put == 1
    assert not await registers(wire, KARIN)
    assert await registers(wire, changed)
    disabled = PhoneAccount(KARIN.account, "another", enabled=False)
    assert (await empty.accounts.synchronise([disabled])).removed == 1
    assert not await registers(wire, changed)
    assert await empty.ami.tree(FAMILY) == {}


async def test_the_number_that_is_seen_outside_is_kept_for_the_dialplan(wire: AsteriskBox, empty: Exchange) -> None:
    seen = replace(KARIN, outside_number="+46980319200")
    assert (await empty.accounts.synchronise([seen])).put == 1
    assert await empty.ami.tree(CALLER_IDS) == {KARIN.account: "+46980319200"}
    for number in ("233", "+46 980", "", "+46980\r\n"):
        assert (await empty.accounts.synchronise([replace(KARIN, outside_number=number)])).put == 1
        assert await empty.ami.tree(CALLER_IDS) == {}
    await empty.accounts.synchronise([seen])
    await empty.accounts.synchronise([])
    assert await empty.ami.tree(CALLER_IDS) == {}


async def test_one_that_cannot_be_put_is_reported_and_stops_no_other(wire: AsteriskBox, empty: Exchange) -> None:
    wrong = [PhoneAccount(name, "secret-1") for name in ("a/b", "trunk", "", "x" * 41, "å", "a\r\nAction: x")]
    outcome = await empty.accounts.synchronise([*wrong, PhoneAccount("empty", ""), KARIN])
    assert set(outcome.faults) == {each.account for each in wrong} | {"empty"}
    assert outcome.put == 1
    assert await registers(wire, KARIN)


async def test_no_password_is_kept_and_asterisk_has_nothing_to_complain_of(wire: AsteriskBox, empty: Exchange) -> None:
    await empty.accounts.synchronise([KARIN])
    before = complaints(wire)
    async with sip(wire, KARIN) as telephone:
        await telephone.register()
        call = await telephone.dial("211")
        new, leg = await empty.next_call()
        assert (new.account, new.caller, new.caller_name) == (KARIN.account, "233", "Karin Ék")
        await leg.hang_up()
        await call.ended()
        await telephone.unregister()
    assert complaints(wire) == before
    assert 'p"å' not in wire.cli("database show")


def complaints(wire: AsteriskBox) -> int:
    """Warnings about options of endpoints."""
    log = subprocess.run(["docker", "logs", wire.name], capture_output=True, text=True, check=True)
    return log.stdout.count("is no longer supported")


@pytest.mark.parametrize(("heard", "code"), [(True, 100), (False, 603)])
async def test_a_transfer_moves_nobody_by_itself(wire: AsteriskBox, empty: Exchange, heard: bool, code: int) -> None:
    """Whether it is heard is the administrators' setting."""
    media = PhoneMedia("127.0.0.1", transfers=heard)
    await PhoneAccounts(empty.client, empty.ami, media, empty.log).synchronise([KARIN])
    async with sip(wire, KARIN) as telephone:
        await telephone.register()
        call = await telephone.dial("211")
        _, leg = await empty.next_call()
        await leg.answer()
        await call.talks()
        await call.blind_transfer("212")
        await call.until(lambda: bool(call.transfer_codes), what="an answer to REFER")
        assert call.transfer_codes[0] == code
        assert not leg.gone
        assert empty.calls.empty()
        await leg.hang_up()
        await call.ended()
        await telephone.unregister()


async def test_what_the_table_says_is_right_for_the_next_call(wire: AsteriskBox, empty: Exchange) -> None:
    """Registered, busy and gone again: known within 50 ms, and asked for without a request."""
    await empty.accounts.synchronise([KARIN])
    await empty.telephony.phone_states([KARIN.account])
    async with sip(wire, KARIN) as telephone:
        await telephone.register()
        waits = [await becomes(empty, PhoneState.FREE)]
        call = await telephone.dial("211")
        _, leg = await empty.next_call()
        await leg.answer()
        await call.talks()
        waits.append(await becomes(empty, PhoneState.BUSY))
        await leg.hang_up()
        await call.ended()
        waits.append(await becomes(empty, PhoneState.FREE))
        await telephone.unregister()
        waits.append(await becomes(empty, PhoneState.UNREGISTERED))
    assert max(waits) < 0.05, waits


async def becomes(exchange: Exchange, wanted: PhoneState) -> float:
    began = monotonic()
    async with asyncio.timeout(3):
        while (await exchange.telephony.phone_states([KARIN.account]))[KARIN.account] is not wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    return monotonic() - began


def test_what_a_name_cannot_break() -> None:
    odd = PhoneAccount("a", "b", 'Åsa "Gata; <x>\\, \x00', "2+1*a<")
    assert caller_id(odd) == '"Åsa Gata x " <2+1*>'
