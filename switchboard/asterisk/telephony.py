"""Ringing phones, letting two parties talk, and what a crash left of both (`calls.ports.Telephony`)."""

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from switchboard.asterisk.ari_client import AriClient, AriError, Json
from switchboard.asterisk.ari_events import parse_channel
from switchboard.asterisk.channels import HeldChannel, HeldChannels
from switchboard.asterisk.legs import FALLBACK_CONTEXT, AriLeg
from switchboard.asterisk.phone_states import PhoneStates
from switchboard.asterisk.reception import LEG_ARGUMENT, incoming_call
from switchboard.calls.ports import (
    CallLeg,
    Clock,
    HangupCause,
    LegGone,
    Log,
    RingFailure,
    RingingLeg,
    RingRequest,
    Stray,
    TelephonyFault,
)
from switchboard.domain.diversion import PhoneState

LEG_PREFIX = "leg-"
ENTER_WITHIN_S = 5.0
CAUSE_WITHIN_S = 0.5
ABANDONED_AFTER_S = 0.25
SETTLED_AFTER_S = 0.3
_ALLOCATION_FAILED = 500

# Q.850 causes as Asterisk gives them (asterisk.md §8). 21 is a phone whose owner pressed decline.
_FAILURES: Mapping[int, RingFailure] = {
    17: RingFailure.BUSY,
    21: RingFailure.BUSY,
    18: RingFailure.UNREGISTERED,
    20: RingFailure.UNREGISTERED,
    19: RingFailure.NO_ANSWER,
}


class AriRinging:
    """Fulfils `calls.ports.RingingLeg`. When the wait for its answer is cancelled and nobody says `cancel` soon
    after, the phone stops."""

    def __init__(self, channel: HeldChannel, channels: HeldChannels, timeout_s: float) -> None:
        self._channel = channel
        self._channels = channels
        self._until = asyncio.get_running_loop().time() + timeout_s
        self._taken = False

    async def answered(self) -> CallLeg | RingFailure:
        channel, loop = self._channel, asyncio.get_running_loop()
        try:
            left_s = max(0.0, self._until - loop.time())
            if not await channel.until(lambda: channel.up or channel.gone, left_s):
                await self.cancel(HangupCause.NO_ANSWER)
                return RingFailure.NO_ANSWER
            if channel.gone:
                return await self._failure()
        except asyncio.CancelledError:
            loop.call_later(ABANDONED_AFTER_S, self._abandon)
            raise
        self._taken = True
        channel.being_rung = False
        return AriLeg(channel)

    async def cancel(self, cause: HangupCause) -> None:
        if not self._taken:
            await self._channel.hang_up(cause)
            self._channels.forget(self._channel)

    async def _failure(self) -> RingFailure:
        """The cause comes after the end, and not always."""
        channel = self._channel
        await channel.until(lambda: channel.cause is not None, CAUSE_WITHIN_S)
        self._channels.forget(channel)
        return RingFailure.FAILED if channel.up else _FAILURES.get(channel.cause or 0, RingFailure.FAILED)

    def _abandon(self) -> None:
        if not self._taken and not self._channel.gone:
            self._channel.client.in_background(self.cancel(HangupCause.NORMAL))


@dataclass(frozen=True, slots=True)
class _Ours:
    """Asterisk's account of callers by id, ids of phones' legs that belong to nobody, and who talks with whom."""

    callers: Mapping[str, Json]
    phones: set[str]
    talks: Mapping[str, Sequence[str]]


class AriTelephony:
    def __init__(self, client: AriClient, channels: HeldChannels, phones: PhoneStates, clock: Clock, log: Log) -> None:
        self._client = client
        self._channels = channels
        self._phones = phones
        self._clock = clock
        self._log = log
        self._partners: dict[str, AriLeg] = {}

    async def phone_states(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]:
        return await self._phones.of(accounts)

    # Ringing

    async def ring(self, request: RingRequest) -> RingingLeg | RingFailure:
        """What Asterisk refuses is a RingFailure, so that one broken phone does not stop the others."""
        channel = self._channels.add(LEG_PREFIX + uuid.uuid4().hex)
        channel.being_rung = True
        try:
            await self._dial(channel, request)
        except (AriError, LegGone, TelephonyFault) as error:
            return await self._not_rung(channel, error)
        except asyncio.CancelledError:
            await self._discard(channel)
            raise
        return AriRinging(channel, self._channels, request.timeout_s)

    async def _dial(self, channel: HeldChannel, request: RingRequest) -> None:
        """Dialling before the new channel has entered our application is refused (asterisk.md §8)."""
        body = {
            "endpoint": f"PJSIP/{request.account}",
            "app": self._client.application,
            "appArgs": LEG_ARGUMENT,
            "channelId": channel.id,
            "originator": request.call_id,
            "variables": {"CONNECTEDLINE(all,i)": shown(request.pii_display_name, request.pii_display_number)},
        }
        await self._client.carry_through(self._client.request("POST", "channels", "create", body=body))
        if not await channel.until(lambda: channel.entered or channel.gone, ENTER_WITHIN_S):
            raise TelephonyFault("the phone's channel did not enter our application")
        # Asterisk's own limit is only for the case that we are killed meanwhile.
        await channel.send("POST", "dial", body={"timeout": ceil(request.timeout_s) + 1})

    async def _not_rung(self, channel: HeldChannel, error: Exception) -> RingFailure:
        await self._discard(channel)
        if isinstance(error, AriError) and error.status == _ALLOCATION_FAILED:
            return RingFailure.UNREGISTERED
        self._log.warning("phone_not_rung", channel=channel.id, error=repr(error))
        return RingFailure.FAILED

    async def _discard(self, channel: HeldChannel) -> None:
        await channel.hang_up(HangupCause.NORMAL)
        self._channels.forget(channel)

    # Talking

    async def connect(self, caller: CallLeg, answerer: CallLeg) -> None:
        """LegGone: the caller left before the talk began. TelephonyFault: the answerer did, or Asterisk refused; the
        caller's leg is then as it was."""
        one, other = _ours(caller), _ours(answerer)
        bridge = f"bridge-{one.id}"
        try:
            await self._join(bridge, one, other)
            await _first_gone(one, other)
        finally:
            await self._client.carry_through(self._part(bridge, other))
        await one.hang_up()

    async def _join(self, bridge: str, one: AriLeg, other: AriLeg) -> None:
        try:
            await one.silence()
            body = {"type": "mixing,proxy_media"}
            await self._client.carry_through(self._client.request("POST", "bridges", bridge, body=body))
            members: Json = {"channel": [one.id, other.id], "inhibitConnectedLineUpdates": True}
            path = ("bridges", bridge, "addChannel")
            await self._client.carry_through(self._client.request("POST", *path, body=members))
        except AriError as error:
            await one.channel.until(lambda: one.gone or other.gone, CAUSE_WITHIN_S)
            if not one.gone:
                raise TelephonyFault(f"the two could not be connected: {error}") from None
        if one.gone:
            raise LegGone
        if other.gone:
            raise TelephonyFault("the answering party left before the talk began")

    async def _part(self, bridge: str, other: AriLeg) -> None:
        await asyncio.gather(other.hang_up(), self._client.undo("DELETE", "bridges", bridge))

    # What a crash left

    async def strays(self, followed: Callable[[str], bool]) -> Sequence[Stray]:
        """Looked at twice, for a call that begins or ends just now is told of by its own event a moment later."""
        ours = await self._look(followed)
        if not ours.callers and not ours.phones:
            return []
        await asyncio.sleep(SETTLED_AFTER_S)
        still = await self._look(followed)
        for id in ours.phones & still.phones:
            await self._client.undo("DELETE", "channels", id)
        return [self._stray(still.callers[id], still.talks.get(id, [])) for id in ours.callers if id in still.callers]

    async def _look(self, followed: Callable[[str], bool]) -> "_Ours":
        """Channels in our application that nobody here follows. Raises AriError.

        Asterisk goes on listing a channel that was given back to the dialplan: the fallback has it, and it is ours no
        more.
        """
        application = await self._client.request("GET", "applications", self._client.application)
        ids = set(application["channel_ids"])
        listed = await self._client.request("GET", "channels")
        channels = {
            each["id"]: each for each in listed if each["id"] in ids and each["dialplan"]["context"] != FALLBACK_CONTEXT
        }
        talks = _talks(await self._client.request("GET", "bridges"))
        rung = {id for id in channels if id.startswith(LEG_PREFIX)}
        return _Ours(
            callers={
                id: fields
                for id, fields in channels.items()
                if id not in rung and not followed(id) and not self._given_up(id)
            },
            phones={id for id in rung if self._channels.find(id) is None and set(talks.get(id, ())) <= rung},
            talks=talks,
        )

    def _given_up(self, channel_id: str) -> bool:
        channel = self._channels.find(channel_id)
        return channel is not None and channel.gone

    def _stray(self, fields: Json, partners: Sequence[str]) -> Stray:
        leg = self._adopt(fields["id"], fields["state"])
        for partner in partners:
            self._partners[leg.id] = self._adopt(partner, "Up")
        channel = parse_channel(fields)
        call = incoming_call(channel, channel.context.removeprefix("from-"), self._clock)
        return Stray(call, leg, talking=bool(partners))

    def _adopt(self, channel_id: str, state: str) -> AriLeg:
        channel = self._channels.find(channel_id) or self._channels.add(channel_id)
        channel.entered, channel.up = True, state == "Up"
        return AriLeg.adopted(channel)

    async def watch_talk(self, stray: Stray) -> None:
        one, other = _ours(stray.leg), self._partners.pop(stray.leg.id)
        try:
            await _first_gone(one, other)
        finally:
            await self._client.carry_through(self._part(f"bridge-{one.id}", other))
        await one.hang_up()


def shown(name: str, number: str) -> str:
    """`"name" <number>` for a phone's display; what would break the form is left out."""
    clean_name = "".join(each for each in name if each.isprintable() and each not in '"\\<>').strip()[:80]
    clean_number = "".join(each for each in number if each.isascii() and (each.isalnum() or each in "+*#"))[:32]
    return f'"{clean_name}" <{clean_number}>'


def _ours(leg: CallLeg) -> AriLeg:
    if not isinstance(leg, AriLeg):
        raise TypeError("a leg of Asterisk's is needed")
    return leg


def _talks(bridges: Json) -> dict[str, list[str]]:
    """Who is in a bridge of ours with whom."""
    members: list[list[str]] = [each["channels"] for each in bridges if str(each["id"]).startswith("bridge-")]
    return {id: [other for other in each if other != id] for each in members for id in each}


async def _first_gone(*legs: AriLeg) -> None:
    waits = [asyncio.create_task(leg.wait_gone()) for leg in legs]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
