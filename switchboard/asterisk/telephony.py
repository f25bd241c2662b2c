"""Ringing, talking, lamps and short texts, and what a crash left of calls (`calls.ports.Telephony`)."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from switchboard.asterisk import ringing, talks
from switchboard.asterisk.ari_client import AriClient, AriError, Json
from switchboard.asterisk.ari_events import Channel, parse_channel
from switchboard.asterisk.channels import HeldChannels
from switchboard.asterisk.legs import DIALPLANS_OWN, AriLeg
from switchboard.asterisk.phone_states import PhoneStates
from switchboard.asterisk.reception import incoming_call
from switchboard.asterisk.ringing import LEG_PREFIX
from switchboard.asterisk.talks import BRIDGE_PREFIX, AriJoined, ours
from switchboard.calls.ports import (
    CallLeg,
    Clock,
    Lamp,
    Log,
    OutsideRequest,
    RingFailure,
    RingingLeg,
    RingRequest,
    Stray,
)
from switchboard.domain.call import IncomingCall
from switchboard.domain.diversion import PhoneState

SETTLED_AFTER_S = 0.3
# An addChannel that waits for a busy channel has taken three seconds (asterisk.md).
EMPTY_FOR_S = 20.0
_LAMP_NAME = re.compile(r"[A-Za-z0-9-]{1,60}", re.ASCII)
LONGEST_TEXT = 300
SENDER = "pjsip:switchboard"
MESSAGE_LAMP_CONTEXT = "message-lamp"
LAMP_IS_LIT = "lit"

# What telephones show for a state of Asterisk's own (hints of dialplan/extensions.conf).
_LAMPS: Mapping[Lamp, str] = {
    Lamp.IDLE: "NOT_INUSE",
    Lamp.BUSY: "INUSE",
    Lamp.HELD: "RINGING",
    Lamp.AWAY: "UNAVAILABLE",
}


@dataclass(frozen=True, slots=True)
class _Talk:
    """Of one channel: the bridge that it is in, and with whom."""

    bridge: str
    others: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Ours:
    """Asterisk's account of our channels by id: which calls nobody here follows (the party that stands for each, by
    the call's id), which phones' legs belong to nobody, who talks with whom, and which bridges nobody is in."""

    channels: Mapping[str, Json]
    callers: Mapping[str, str]
    phones: set[str]
    talks: Mapping[str, _Talk]
    empty: set[str]


class AriTelephony:
    def __init__(self, client: AriClient, channels: HeldChannels, phones: PhoneStates, clock: Clock, log: Log) -> None:
        self._client = client
        self._channels = channels
        self._phones = phones
        self._clock = clock
        self._log = log
        self._left_talking: dict[str, tuple[str, AriLeg]] = {}
        self._empty_since: dict[str, float] = {}

    async def phone_states(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]:
        return await self._phones.of(accounts)

    async def ring(self, request: RingRequest | OutsideRequest) -> RingingLeg | RingFailure:
        return await ringing.ring(request, self._client, self._channels, self._log)

    async def join(self, one: CallLeg, other: CallLeg) -> AriJoined:
        return await talks.join(ours(one), ours(other), self._client, self._log)

    async def whisper(self, leg: CallLeg, media: Sequence[str]) -> None:
        await talks.whisper(ours(leg), media, self._channels)

    # Texts and lamps

    async def tell(self, account: str, text: str) -> None:
        message = "".join(each if each.isprintable() else " " for each in text)[:LONGEST_TEXT]
        body = {"from": SENDER, "body": message}
        try:
            await self._client.request("PUT", "endpoints", "PJSIP", account, "sendMessage", query=body)
        except AriError as error:
            self._log.info("text_not_sent", account=account, error=str(error))

    async def show_lamp(self, name: str, lit: Lamp) -> None:
        if not _LAMP_NAME.fullmatch(name):
            self._log.warning("lamp_not_shown", lamp=name, error="not a name of a lamp")
            return
        try:
            await self._client.request("PUT", "deviceStates", f"Stasis:{name}", query={"deviceState": _LAMPS[lit]})
        except AriError as error:
            self._log.warning("lamp_not_shown", lamp=name, error=str(error))

    async def show_messages(self, mailbox: str, new: int, old: int) -> bool:
        """By a call of a moment into the dialplan, which alone can light the lamp (asterisk.md §11)."""
        body = {
            "endpoint": f"Local/{mailbox}*{new}*{old}@{MESSAGE_LAMP_CONTEXT}/n",
            "context": MESSAGE_LAMP_CONTEXT,
            "extension": LAMP_IS_LIT,
            "priority": 1,
        }
        try:
            await self._client.request("POST", "channels", body=body)
        except AriError as error:
            self._log.warning("message_lamp_not_shown", mailbox=mailbox, error=str(error))
            return False
        return True

    # What a crash left

    async def strays(self, followed: Callable[[str], bool]) -> Sequence[Stray]:
        """Looked at twice, for a call that begins or ends just now is told of by its own event a moment later."""
        before = await self._look(followed)
        await self._take_down(before.empty)
        if not before.callers and not before.phones:
            return []
        await asyncio.sleep(SETTLED_AFTER_S)
        still = await self._look(followed)
        for id in before.phones & still.phones:
            await self._client.undo("DELETE", "channels", id)
        return [self._stray(call_id, still) for call_id in before.callers if call_id in still.callers]

    async def _look(self, followed: Callable[[str], bool]) -> _Ours:
        """Channels in our application that nobody here follows. Raises AriError.

        Asterisk goes on listing a channel that was given back to the dialplan: the fallback has it, and it is ours no
        more. Two legs that we rang may talk with each other, when who called has transferred the call; while the caller
        is there still, on hold, they are a consultation, and a call of their own.
        """
        application = await self._client.request("GET", "applications", self._client.application)
        ids = set(application["channel_ids"])
        listed = await self._client.request("GET", "channels")
        channels = {
            each["id"]: each
            for each in listed
            if each["id"] in ids and each["dialplan"]["context"] not in DIALPLANS_OWN
        }
        bridges = _members(await self._client.request("GET", "bridges"))
        talking = _talks(bridges)
        rung = {id for id in channels if id.startswith(LEG_PREFIX)}
        lonely = {id for id in rung if self._channels.find(id) is None and set(_others(talking, id)) <= rung}
        left_talking = {id for id in lonely if set(_others(talking, id)) & lonely}
        callers = {id: id for id in channels if id not in rung and not followed(id) and not self._given_up(id)}
        outside_last = sorted(left_talking, key=lambda id: parse_channel(channels[id]).account is None)
        for id in outside_last:
            call_id = id if ringing.call_of(id) in channels else ringing.call_of(id)
            if not followed(call_id):
                callers[call_id] = id
        empty = {bridge for bridge, inside in bridges.items() if not inside}
        return _Ours(channels, _one_of_each_talk(callers, talking), lonely - left_talking, talking, empty)

    async def _take_down(self, empty: set[str]) -> None:
        """Bridges of two who both hung up while nobody was there to end their talk. One that was empty for a while is
        none that is just being filled."""
        now = asyncio.get_running_loop().time()
        self._empty_since = {bridge: self._empty_since.get(bridge, now) for bridge in empty}
        for bridge, since in self._empty_since.items():
            if now - since >= EMPTY_FOR_S:
                await self._client.undo("DELETE", "bridges", bridge)

    def _given_up(self, channel_id: str) -> bool:
        channel = self._channels.find(channel_id)
        return channel is not None and channel.gone

    def _stray(self, call_id: str, found: _Ours) -> Stray:
        channel = parse_channel(found.channels[found.callers[call_id]])
        leg = self._adopt(channel)
        partners = [parse_channel(found.channels[id]) for id in _others(found.talks, leg.id) if id in found.channels]
        for partner in partners:
            self._left_talking[leg.id] = (found.talks[leg.id].bridge, self._adopt(partner))
        return Stray(self._call(call_id, channel), leg, talking=bool(partners))

    def _call(self, call_id: str, channel: Channel) -> IncomingCall:
        """What a party whom we rang dialled, we did not hear: nothing."""
        if not channel.id.startswith(LEG_PREFIX):
            return incoming_call(channel, channel.context.removeprefix("from-"), self._clock)
        return IncomingCall(call_id, "", channel.pii_caller_number or None, None, "service", None, self._clock.now())

    def _adopt(self, found: Channel) -> AriLeg:
        channel = self._channels.find(found.id) or self._channels.add(found.id)
        channel.entered, channel.up, channel.account = True, found.state == "Up", found.account
        channel.in_talks = True
        return AriLeg.adopted(channel)

    async def rejoin(self, stray: Stray) -> tuple[AriJoined, CallLeg]:
        bridge, partner = self._left_talking.pop(stray.leg.id)
        return AriJoined(bridge, ours(stray.leg), partner, self._client, self._log), partner


def _members(bridges: Json) -> dict[str, Sequence[str]]:
    """Who is in which bridge of ours."""
    return {each["id"]: each["channels"] for each in bridges if str(each["id"]).startswith(BRIDGE_PREFIX)}


def _talks(bridges: Mapping[str, Sequence[str]]) -> dict[str, _Talk]:
    """Who is in a bridge of ours with whom."""
    return {
        id: _Talk(bridge, [other for other in inside if other != id])
        for bridge, inside in bridges.items()
        for id in inside
    }


def _one_of_each_talk(callers: Mapping[str, str], talking: Mapping[str, _Talk]) -> dict[str, str]:
    """Two calls became one by a transfer: the one that began first went on."""
    calls = {party: call_id for call_id, party in callers.items()}
    return {
        call_id: party
        for call_id, party in callers.items()
        if call_id == min([call_id, *(calls[other] for other in _others(talking, party) if other in calls)])
    }


def _others(talking: Mapping[str, _Talk], id: str) -> Sequence[str]:
    return talking[id].others if id in talking else ()
