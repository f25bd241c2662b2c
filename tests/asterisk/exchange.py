"""The whole wire to a real Asterisk, put together as the service does it, with test telephones at the far end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.asterisk.ami import Ami, AmiAccess
from switchboard.asterisk.ari_client import AriAccess, AriClient
from switchboard.asterisk.ari_events import Event
from switchboard.asterisk.channels import HeldChannels
from switchboard.asterisk.event_stream import Connected, ConnectionState, EventStream, Hooks
from switchboard.asterisk.phone_states import PhoneStates
from switchboard.asterisk.phones import PhoneAccount, PhoneAccounts, PhoneMedia
from switchboard.asterisk.reception import Held, NewCalls, Reception
from switchboard.asterisk.recordings import AriRecordings
from switchboard.asterisk.telephony import AriTelephony
from switchboard.calls.ports import CallLeg
from switchboard.domain.call import IncomingCall
from switchboard.domain.opening_hours import STOCKHOLM
from tests.acceptance.asterisk_box import AsteriskBox
from tests.fakes.world import FakeLog

PHONES = {"anna": "secret-anna", "erik": "secret-erik"}
APPLICATION = "switchboard-1"


class FrozenClock:
    def now(self) -> datetime:
        return datetime(2026, 8, 5, 10, 0, tzinfo=STOCKHOLM)


@dataclass(slots=True)
class Exchange:
    """`calls` holds each new call and its leg, in order; `connections` what each connection found. `deaf`: events are
    lost."""

    client: AriClient
    ami: Ami
    channels: HeldChannels
    connection: ConnectionState
    telephony: AriTelephony
    recordings: AriRecordings
    accounts: PhoneAccounts
    log: FakeLog
    stream: EventStream
    reception: Reception
    calls: "asyncio.Queue[tuple[IncomingCall, CallLeg]]" = field(default_factory=asyncio.Queue)
    connections: list[Connected] = field(default_factory=list)
    lost: list[IncomingCall] = field(default_factory=list)
    ready: bool = True
    deaf: bool = False
    running: "asyncio.Task[object] | None" = None

    async def next_call(self, within: float = 5.0) -> tuple[IncomingCall, CallLeg]:
        async with asyncio.timeout(within):
            return await self.calls.get()


def assemble(box: AsteriskBox, application: str = APPLICATION) -> Exchange:
    log, clock, connection = FakeLog(), FrozenClock(), ConnectionState()
    client = AriClient(AriAccess(box.ari_url, "switchboard", box.password, application), log)
    ami = Ami(AmiAccess("127.0.0.1", box.ami_port, "switchboard", box.password), log)
    channels, states = HeldChannels(client, log), PhoneStates(client, log)
    telephony = AriTelephony(client, channels, states, clock, log)
    exchange: Exchange

    def on_call(call: IncomingCall, leg: CallLeg) -> None:
        exchange.calls.put_nowait((call, leg))

    async def on_connected(connected: Connected) -> None:
        states.forget()
        await channels.compare()
        exchange.connections.append(connected)

    new_calls = NewCalls(
        ready=lambda: exchange.ready,
        on_call=on_call,
        on_announced=lambda _: None,
        on_lost=lambda call: exchange.lost.append(call),
        clock=clock,
        log=log,
    )
    reception = Reception(client, Held(channels, states, connection), new_calls)

    def receive(event: Event) -> None:
        if not exchange.deaf:
            reception.receive(event)

    hooks = Hooks(receive, on_connected, channels.compare)
    exchange = Exchange(
        client=client,
        ami=ami,
        channels=channels,
        connection=connection,
        telephony=telephony,
        recordings=AriRecordings(client, log),
        accounts=PhoneAccounts(client, ami, PhoneMedia("127.0.0.1"), log),
        log=log,
        stream=EventStream(client, connection, hooks, log),
        reception=reception,
    )
    return exchange


@asynccontextmanager
async def open_exchange(
    box: AsteriskBox, application: str = APPLICATION, phones: Sequence[str] = tuple(PHONES)
) -> AsyncIterator[Exchange]:
    """Connected, with `phones` known to Asterisk."""
    exchange = assemble(box, application)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(exchange.client)
        for work in (exchange.stream.run(), exchange.ami.run()):
            stack.push_async_callback(_end, asyncio.create_task(work))
        async with asyncio.timeout(10):
            await exchange.connection.reconciled.wait()
            await exchange.ami.wait_connected()
        accounts = [PhoneAccount(name, PHONES[name], name.title(), "210") for name in phones]
        await exchange.accounts.synchronise(accounts)
        yield exchange


async def _end(task: "asyncio.Task[object]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
