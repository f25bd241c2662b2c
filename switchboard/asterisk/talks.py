"""Two legs in a bridge, what their phones do meanwhile (`calls.ports.Joined`), and a word in the ear of one of them."""

import asyncio
import uuid
from collections.abc import Sequence

from switchboard.asterisk import playbacks
from switchboard.asterisk.ari_client import AriClient, AriError, Json
from switchboard.asterisk.ari_events import HoldAsked, TalkSignal, TransferAsked
from switchboard.asterisk.channels import HeldChannel, HeldChannels
from switchboard.asterisk.legs import AriLeg
from switchboard.asterisk.reception import LEG_ARGUMENT
from switchboard.asterisk.ringing import ENTER_WITHIN_S, leg_id
from switchboard.calls.ports import (
    AttendedTransfer,
    BlindTransfer,
    CallLeg,
    HangupCause,
    HoldChanged,
    KeyPressed,
    Left,
    LegGone,
    Log,
    TalkEvent,
    TelephonyFault,
)

BRIDGE_PREFIX = "bridge-"
# With native RTP a transfer stopped the hold music (asterisk.md §8).
BRIDGE_TYPE = "mixing,proxy_media"
GONE_WITHIN_S = 0.5
LEFT_WITHIN_S = 1.0
_NOBODYS = "whisper"


class AriJoined:
    """What a leg's phone did before the talk began, or between two talks, is told first."""

    def __init__(self, bridge: str, one: AriLeg, other: AriLeg, client: AriClient, log: Log) -> None:
        self.bridge = bridge
        self._legs = (one, other)
        self._client = client
        self._log = log
        self._told: set[str] = set()
        self._turn = asyncio.Lock()
        self._parted = False

    async def event(self) -> TalkEvent:
        """LegGone: both have left, and it has been told of both."""
        one, other = self._legs
        while True:
            if (found := self._take_first()) is not None:
                return found
            if len(self._told) == len(self._legs):
                raise LegGone
            await one.channel.next_event(other.channel)

    def _take_first(self) -> TalkEvent | None:
        """Of what either leg has kept, the earliest. A leg's end comes after all that it did."""
        pending = [(leg.channel.signals[0][0], leg) for leg in self._legs if leg.channel.signals]
        ends = [
            (leg.channel.ended, leg)
            for leg in self._legs
            if leg.channel.ended is not None and leg.id not in self._told and not leg.channel.signals
        ]
        first = min([*pending, *ends], key=lambda each: each[0], default=None)
        if first is None:
            return None
        leg = first[1]
        if leg.channel.signals:
            return _told_as(leg, leg.channel.signals.popleft()[1])
        self._told.add(leg.id)
        return Left(leg)

    async def part(self) -> None:
        await self._client.carry_through(self._part())

    async def _part(self) -> None:
        async with self._turn:
            if self._parted:
                return
            self._parted = True
            if await self._client.undo("DELETE", "bridges", self.bridge):
                await asyncio.gather(*(self._out(leg) for leg in self._legs))
            one, other = self._legs
            await asyncio.gather(
                *(held.stop_hold_music() for held, by in ((one, other), (other, one)) if by.channel.holding)
            )

    async def _out(self, leg: AriLeg) -> None:
        """A channel that is rung or played to before it has left the bridge hears nothing (asterisk.md §8)."""
        channel = leg.channel
        if not await channel.until(lambda: channel.gone or channel.left_bridge == self.bridge, LEFT_WITHIN_S):
            self._log.warning("bridge_not_left", channel=leg.id, bridge=self.bridge)

    async def undo(self) -> None:
        """Of two who could not be joined one may be in the bridge, both, or neither."""
        self._parted = True
        try:
            members = (await self._client.request("GET", "bridges", self.bridge))["channels"]
        except AriError:
            members = ()
        if await self._client.undo("DELETE", "bridges", self.bridge):
            await asyncio.gather(*(self._out(leg) for leg in self._legs if leg.id in members))


async def join(one: AriLeg, other: AriLeg, client: AriClient, log: Log) -> AriJoined:
    """Raises LegGone and TelephonyFault as `Telephony.join` does. A bridge is never used twice: who still leaves the
    last one must not be taken for leaving this."""
    joined = AriJoined(BRIDGE_PREFIX + uuid.uuid4().hex, one, other, client, log)
    try:
        await _let_talk(joined.bridge, one, other, client)
    except BaseException:
        await client.carry_through(joined.undo())
        raise
    return joined


async def _let_talk(bridge: str, one: AriLeg, other: AriLeg, client: AriClient) -> None:
    """One after the other, so that `one` still hears what it heard when `other` is gone."""
    try:
        _check_here(one, other)
        await client.carry_through(client.request("POST", "bridges", bridge, body={"type": BRIDGE_TYPE}))
        await _silence(other)
        await one.silence()
        for leg in (one, other):
            leg.channel.in_talks = True
        members: Json = {"channel": [one.id, other.id], "inhibitConnectedLineUpdates": True}
        await client.carry_through(client.request("POST", "bridges", bridge, "addChannel", body=members))
    except AriError as error:
        await one.channel.until(lambda: one.gone or other.gone, GONE_WITHIN_S)
        _check_here(one, other)
        raise TelephonyFault(f"the two could not be joined: {error}") from None
    _check_here(one, other)


async def _silence(other: AriLeg) -> None:
    try:
        await other.silence()
    except LegGone:
        raise TelephonyFault("the other party has left") from None


def _check_here(one: AriLeg, other: AriLeg) -> None:
    if one.gone:
        raise LegGone
    if other.gone:
        raise TelephonyFault("the other party left before the talk began")


async def whisper(leg: AriLeg, media: Sequence[str], channels: HeldChannels) -> None:
    """As `Telephony.whisper`: played on a channel that Asterisk hangs on the leg's, and mixed into what that hears. It
    has a leg's name and no caller, so that one left by a crash is hung up."""
    if leg.gone:
        return
    mouth = channels.add(leg_id(_NOBODYS))
    try:
        await _hang_on(mouth, leg)
        await playbacks.play(mouth, media, until_digit=False)
    except LegGone:
        return
    except (AriError, TelephonyFault) as fault:
        leg.channel.log.warning("not_whispered", channel=leg.id, fault=str(fault))
    finally:
        await mouth.hang_up(HangupCause.NORMAL)
        channels.forget(mouth)


async def _hang_on(mouth: HeldChannel, leg: AriLeg) -> None:
    client = mouth.client
    body = {"whisper": "out", "app": client.application, "appArgs": LEG_ARGUMENT}
    await client.carry_through(client.request("POST", "channels", leg.id, "snoop", mouth.id, body=body))
    if not await mouth.until(lambda: mouth.entered or mouth.gone or leg.gone, ENTER_WITHIN_S):
        raise TelephonyFault("the channel did not enter our application")
    if mouth.gone or leg.gone:
        raise LegGone


def ours(leg: CallLeg) -> AriLeg:
    if not isinstance(leg, AriLeg):
        raise TypeError("a leg of Asterisk's is needed")
    return leg


def _told_as(leg: AriLeg, signal: TalkSignal) -> TalkEvent:
    match signal:
        case HoldAsked(held=held):
            return HoldChanged(leg, held)
        case TransferAsked(target=target, consultation=None):
            return BlindTransfer(leg, target)
        case TransferAsked(consultation=consultation):
            return AttendedTransfer(leg, consultation or "")
        case _:
            return KeyPressed(leg, signal.digit)
