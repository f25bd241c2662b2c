"""Where events arrive: each goes to the channel or phone it is about; a call that waits is claimed and handed over.

A call is claimed only while `ready` says so and everything left by an earlier connection has been accounted for; a
call that nobody claims is the dialplan's after 700 ms. A claim is over once its call has arrived: until then the call
is ours and nobody's, in silence.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from switchboard.asterisk.ari_client import GONE, AriClient, AriError, Begun
from switchboard.asterisk.ari_events import (
    ApplicationReplaced,
    CallBroadcast,
    Channel,
    DeviceStateChanged,
    Event,
    LegEvent,
    StasisStart,
    channel_id_of,
)
from switchboard.asterisk.channels import HeldChannels
from switchboard.asterisk.event_stream import ConnectionState
from switchboard.asterisk.legs import AriLeg
from switchboard.asterisk.phone_states import PhoneStates
from switchboard.calls.ports import CallLeg, Clock, Log
from switchboard.domain.call import IncomingCall

LEG_ARGUMENT = "leg"
CLAIM_WITHIN_S = 0.7
ARRIVE_WITHIN_S = 2.0
# The dialplan takes a call after 0.7 s; what is gone well before that never met the fallback.
SURELY_WAITED_S = 0.5
MOST_CLAIMS = 500
_TAKEN = 409


@dataclass(frozen=True, slots=True)
class NewCalls:
    """`ready`: whether a call may be claimed now. `on_call` must return at once, and so must `on_announced`, which is
    told of a call that is about to be claimed, and `on_lost`: a call that was over before it could be."""

    ready: Callable[[], bool]
    on_call: Callable[[IncomingCall, CallLeg], None]
    on_announced: Callable[[IncomingCall], None]
    on_lost: Callable[[IncomingCall], None]
    clock: Clock
    log: Log


@dataclass(frozen=True, slots=True)
class Held:
    """What events can be about."""

    channels: HeldChannels
    phones: PhoneStates
    connection: ConnectionState


class Reception:
    def __init__(self, client: AriClient, held: Held, new_calls: NewCalls) -> None:
        self._client = client
        self._held = held
        self._new = new_calls
        self._log = new_calls.log
        self._claims: dict[str, asyncio.Event] = {}
        self._settled = asyncio.Event()
        self._settled.set()

    @property
    def claims_under_way(self) -> int:
        return len(self._claims)

    async def settle(self, timeout_s: float) -> None:
        """Wait until every call that was claimed has been handed over. For the end of the service, once `ready` is
        False for good."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._settled.wait()
        except TimeoutError:
            self._log.warning("claims_not_settled", claims=len(self._claims))

    def receive(self, event: Event) -> None:
        match event:
            case CallBroadcast(channel=channel):
                self._claim_soon(channel)
            case DeviceStateChanged():
                self._held.phones.receive(event)
            case ApplicationReplaced():
                pass
            case _:
                self._about_a_channel(event)

    def _about_a_channel(self, event: LegEvent) -> None:
        channel_id = channel_id_of(event)
        if (arrived := self._claims.get(channel_id)) is not None:
            arrived.set()
        channel = self._held.channels.find(channel_id)
        if channel is None:
            if isinstance(event, StasisStart):
                self._arrived(event)
            return
        channel.receive(event)
        # After StasisEnd nothing need come; but for a phone that was rung the cause of its refusal does.
        if channel.gone and not channel.being_rung:
            self._held.channels.forget(channel)

    def _claim_soon(self, channel: Channel) -> None:
        if channel.id in self._claims:
            return
        if not self._new.ready():
            self._not_claimed(channel.id, "not ready")
        elif len(self._claims) >= MOST_CLAIMS:
            self._not_claimed(channel.id, "too many at once")
        else:
            arrived = self._claims[channel.id] = asyncio.Event()
            self._settled.clear()
            claim = self._begin_claim(channel.id) if self._held.connection.reconciled.is_set() else None
            self._client.in_background(self._claim(channel, arrived, claim))
            self._announce(channel)

    def _begin_claim(self, channel_id: str) -> Begun:
        query = {"channelId": channel_id, "application": self._client.application}
        return self._client.begin("POST", "events", "claim", query=query)

    def _announce(self, channel: Channel) -> None:
        try:
            self._new.on_announced(incoming_call(channel, _way_in(channel), self._new.clock))
        except Exception:  # noqa: BLE001 - the story decides anew
            self._log.exception("call_not_announced", call_id=channel.id)

    async def _claim(self, channel: Channel, arrived: asyncio.Event, begun: Begun | None) -> None:
        channel_id = channel.id
        try:
            if await self._is_ours(channel, begun):
                async with asyncio.timeout(ARRIVE_WITHIN_S):
                    await arrived.wait()
        except TimeoutError:
            self._log.warning("claimed_call_not_arrived", call_id=channel_id)
        finally:
            del self._claims[channel_id]
            if not self._claims:
                self._settled.set()

    async def _is_ours(self, channel: Channel, begun: Begun | None) -> bool:
        """Claim it. An Asterisk that did not answer may have given it to us all the same."""
        channel_id, began = channel.id, asyncio.get_running_loop().time()
        if begun is None and not await self._all_accounted_for():
            self._not_claimed(channel_id, "still connecting")
            return False
        if begun is None and not self._new.ready():
            self._not_claimed(channel_id, "not ready")
            return False
        try:
            await (begun or self._begin_claim(channel_id)).json()
        except AriError as error:
            expected = error.status in (GONE, _TAKEN)
            report = self._log.info if expected else self._log.warning
            report("call_not_claimed", call_id=channel_id, why=str(error))
            if error.status == GONE and asyncio.get_running_loop().time() - began < SURELY_WAITED_S:
                await self._note_lost(channel)
            return error.status == 0 and not self._client.fenced
        return True

    async def _note_lost(self, channel: Channel) -> None:
        """Its caller hung up before anybody could have it: there is no channel, and no time for the fallback."""
        try:
            await self._client.request("GET", "channels", channel.id)
        except AriError as error:
            if error.status == GONE:
                self._new.on_lost(incoming_call(channel, _way_in(channel), self._new.clock))

    async def _all_accounted_for(self) -> bool:
        reconciled = self._held.connection.reconciled
        if reconciled.is_set():
            return True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLAIM_WITHIN_S):
                await reconciled.wait()
        return reconciled.is_set()

    def _not_claimed(self, channel_id: str, why: str) -> None:
        self._log.warning("call_not_claimed", call_id=channel_id, why=why)

    def _arrived(self, event: StasisStart) -> None:
        if event.replaces is not None:
            self._log.warning("channel_replaced", channel=event.channel.id, replaced=event.replaces)
        elif event.arguments[:1] == (LEG_ARGUMENT,):
            self._log.info("leg_without_owner", channel=event.channel.id)
            self._client.in_background(self._client.undo("DELETE", "channels", event.channel.id))
        else:
            self._hand_over(event)

    def _hand_over(self, event: StasisStart) -> None:
        channel = self._held.channels.add(event.channel.id)
        channel.receive(event)
        kind = event.arguments[0] if event.arguments else ""
        self._new.on_call(incoming_call(event.channel, kind, self._new.clock), AriLeg(channel))


def _way_in(channel: Channel) -> str:
    """The word that its StasisStart will bring too."""
    return channel.context.removeprefix("from-")


def incoming_call(channel: Channel, kind: str, clock: Clock) -> IncomingCall:
    """`kind` is the dialplan's word for where the call came in: trunk or phone; anything else has a trunk's rights."""
    from_phone = kind == "phone"
    return IncomingCall(
        id=channel.id,
        called=channel.dialled,
        caller=channel.pii_caller_number or None,
        caller_name=channel.pii_caller_name or None,
        source="phone" if from_phone else "trunk",
        account=channel.endpoint if from_phone else None,
        arrived_at=clock.now(),
    )
