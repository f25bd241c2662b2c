"""What is known of phones when Asterisk does not answer, or the connection is lost while it is asked."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from switchboard.asterisk.ari_client import AriClient
from switchboard.asterisk.ari_events import DeviceStateChanged
from switchboard.asterisk.phone_states import PhoneStates
from switchboard.domain.diversion import PhoneState
from tests.asterisk.ari_server import AriServer, ari_server
from tests.fakes.world import FakeLog

SUBSCRIPTION = ("POST", "applications/switchboard-7/subscription")
FREE, BUSY = PhoneState.FREE, PhoneState.BUSY


def device(account: str) -> tuple[str, str]:
    return ("GET", f"deviceStates/PJSIP%2F{account}")


@dataclass(slots=True)
class Phones:
    """Anna and Erik are free."""

    ari: AriServer
    states: PhoneStates
    log: FakeLog

    def asked(self, account: str) -> int:
        return [(method, path) for method, path, _ in self.ari.requests].count(device(account))

    def hold(self, account: str, status: int = 200) -> asyncio.Event:
        """The answer comes once the event is set."""
        answer = asyncio.Event()

        async def late(_: web.Request) -> web.StreamResponse:
            await answer.wait()
            return web.json_response({"state": "NOT_INUSE"}, status=status)

        self.ari.answers[device(account)] = late
        return answer

    async def until_asked(self, account: str) -> None:
        async with asyncio.timeout(2):
            while not self.asked(account):  # noqa: ASYNC110
                await asyncio.sleep(0.005)


@pytest.fixture
async def phones() -> AsyncIterator[Phones]:
    log = FakeLog()
    async with ari_server() as ari, AriClient(ari.access, log, timeout_s=2.0) as client:
        ari.answer(*SUBSCRIPTION, {})
        for account in ("anna", "erik"):
            ari.answer(*device(account), {"state": "NOT_INUSE"})
        yield Phones(ari, PhoneStates(client, log), log)


async def test_a_phone_is_asked_for_once_and_then_followed(phones: Phones) -> None:
    assert await phones.states.of(["anna"]) == {"anna": FREE}
    phones.states.receive(DeviceStateChanged("PJSIP/anna", "INUSE"))
    assert await phones.states.of(["anna"]) == {"anna": BUSY}
    assert phones.asked("anna") == 1


async def test_one_that_does_not_answer_leaves_the_others_watched(phones: Phones) -> None:
    phones.ari.answer(*device("anna"), {"message": "no"}, status=500)
    late = phones.hold("erik")
    asking = asyncio.create_task(phones.states.of(["anna", "erik"]))
    await phones.until_asked("erik")
    await asyncio.sleep(0.05)
    late.set()
    assert await asking == {"anna": FREE, "erik": FREE}
    for account in ("anna", "erik"):
        phones.states.receive(DeviceStateChanged(f"PJSIP/{account}", "INUSE"))
    phones.ari.answer(*device("anna"), {"state": "INUSE"})
    assert await phones.states.of(["anna", "erik"]) == {"anna": BUSY, "erik": BUSY}
    assert (phones.asked("anna"), phones.asked("erik")) == (2, 1)
    assert phones.log.events("warning") == ["phone_states_unknown"]


@pytest.mark.parametrize("status", [200, 500])
async def test_an_answer_of_the_lost_connection_is_not_kept(phones: Phones, status: int) -> None:
    late = phones.hold("anna", status)
    asking = asyncio.create_task(phones.states.of(["anna"]))
    await phones.until_asked("anna")
    phones.states.forget()
    late.set()
    assert await asking == {"anna": FREE}
    phones.states.receive(DeviceStateChanged("PJSIP/anna", "INUSE"))
    phones.ari.answer(*device("anna"), {"state": "INUSE"})
    assert await phones.states.of(["anna"]) == {"anna": BUSY}


@pytest.mark.parametrize("status", [200, 500])
async def test_nor_does_it_disturb_who_asks_on_the_new_one(phones: Phones, status: int) -> None:
    late = phones.hold("anna", status)
    before = asyncio.create_task(phones.states.of(["anna"]))
    await phones.until_asked("anna")
    phones.states.forget()
    phones.ari.answer(*device("anna"), {"state": "INUSE"})
    assert await phones.states.of(["anna"]) == {"anna": BUSY}
    late.set()
    await before
    phones.states.receive(DeviceStateChanged("PJSIP/anna", "RINGING"))
    phones.states.receive(DeviceStateChanged("PJSIP/anna", "NOT_INUSE"))
    assert await phones.states.of(["anna"]) == {"anna": FREE}
    assert phones.asked("anna") == 2


async def test_an_event_is_newer_than_the_answer(phones: Phones) -> None:
    late = phones.hold("anna")
    asking = asyncio.create_task(phones.states.of(["anna"]))
    await phones.until_asked("anna")
    phones.states.receive(DeviceStateChanged("PJSIP/anna", "INUSE"))
    late.set()
    assert await asking == {"anna": BUSY}


async def test_who_cannot_be_watched_is_asked_for_again(phones: Phones) -> None:
    phones.ari.answer(*SUBSCRIPTION, {"message": "no"}, status=500)
    assert await phones.states.of(["anna"]) == {"anna": FREE}
    assert phones.asked("anna") == 0
    phones.ari.answer(*SUBSCRIPTION, {})
    phones.ari.answer(*device("anna"), {"state": "INUSE"})
    assert await phones.states.of(["anna"]) == {"anna": BUSY}
