"""Legs that we ring: phones of ours, and numbers outside through the trunk (`calls.ports.RingingLeg`)."""

import asyncio
import re
import uuid
from collections.abc import Mapping
from math import ceil

from switchboard.asterisk.ari_client import AriClient, AriError
from switchboard.asterisk.ari_events import TRUNK
from switchboard.asterisk.channels import HeldChannel, HeldChannels
from switchboard.asterisk.legs import AriLeg
from switchboard.asterisk.reception import LEG_ARGUMENT
from switchboard.calls.ports import (
    CallLeg,
    HangupCause,
    LegGone,
    Log,
    OutsideRequest,
    RingFailure,
    RingingLeg,
    RingRequest,
    TelephonyFault,
)

LEG_PREFIX = "leg-"
ENTER_WITHIN_S = 5.0
CAUSE_WITHIN_S = 0.5
ABANDONED_AFTER_S = 0.25
_ALLOCATION_FAILED = 500
_OUTSIDE_NUMBER = re.compile(r"\+?[0-9]{2,20}", re.ASCII)
# A phone's REFER moves nobody: it becomes an event, and we act (asterisk.md §9).
TRANSFERS_ARE_OURS = {"PJSIP_TRANSFER_HANDLING()": "ari-only"}

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


async def ring(
    request: RingRequest | OutsideRequest, client: AriClient, channels: HeldChannels, log: Log
) -> RingingLeg | RingFailure:
    """What Asterisk refuses is a RingFailure, so that one broken phone does not stop the others."""
    endpoint = endpoint_of(request)
    if endpoint is None:
        log.warning("number_not_dialled", call_id=request.call_id)
        return RingFailure.FAILED
    channel = channels.add(leg_id(request.call_id))
    channel.being_rung = channel.in_talks = True
    try:
        await _dial(channel, request, endpoint, _originator(channels, request.call_id))
    except (AriError, LegGone, TelephonyFault) as error:
        await _discard(channel, channels)
        if isinstance(error, AriError) and error.status == _ALLOCATION_FAILED:
            return RingFailure.UNREGISTERED
        log.warning("phone_not_rung", channel=channel.id, error=repr(error))
        return RingFailure.FAILED
    except asyncio.CancelledError:
        await _discard(channel, channels)
        raise
    return AriRinging(channel, channels, request.timeout_s)


def _originator(channels: HeldChannels, call_id: str) -> dict[str, str]:
    """A call's first channel may be gone, and one that we make ourselves never had one."""
    caller = channels.find(call_id)
    return {"originator": call_id} if caller is not None and not caller.gone else {}


async def _dial(
    channel: HeldChannel, request: RingRequest | OutsideRequest, endpoint: str, originator: dict[str, str]
) -> None:
    """Dialling before the new channel has entered our application is refused (asterisk.md §8)."""
    client = channel.client
    body = {
        "endpoint": endpoint,
        "app": client.application,
        "appArgs": LEG_ARGUMENT,
        "channelId": channel.id,
        "variables": _variables(request),
        **originator,
    }
    await client.carry_through(client.request("POST", "channels", "create", body=body))
    if not await channel.until(lambda: channel.entered or channel.gone, ENTER_WITHIN_S):
        raise TelephonyFault("the phone's channel did not enter our application")
    # Asterisk's own limit is only for the case that we are killed meanwhile.
    await channel.send("POST", "dial", body={"timeout": ceil(request.timeout_s) + 1})


async def _discard(channel: HeldChannel, channels: HeldChannels) -> None:
    await channel.hang_up(HangupCause.NORMAL)
    channels.forget(channel)


def _variables(request: RingRequest | OutsideRequest) -> dict[str, str]:
    if isinstance(request, OutsideRequest):
        return {"CONNECTEDLINE(all,i)": shown(request.pii_shown_name, request.pii_shown_number)}
    return {"CONNECTEDLINE(all,i)": shown(request.pii_display_name, request.pii_display_number), **TRANSFERS_ARE_OURS}


def endpoint_of(request: RingRequest | OutsideRequest) -> str | None:
    """None for a number that is other than a plus sign and digits: it stands in a SIP address."""
    if isinstance(request, RingRequest):
        return f"PJSIP/{request.account}"
    return f"PJSIP/{request.number}@{TRUNK}" if _OUTSIDE_NUMBER.fullmatch(request.number) else None


def leg_id(call_id: str) -> str:
    """It tells whose leg it is, should we not be there any more when somebody asks."""
    return f"{LEG_PREFIX}{call_id}-{uuid.uuid4().hex}"


def call_of(leg_id: str) -> str:
    return leg_id.removeprefix(LEG_PREFIX).rpartition("-")[0]


def shown(name: str, number: str) -> str:
    """`"name" <number>` for a phone's display; what would break the form is left out."""
    clean_name = "".join(each for each in name if each.isprintable() and each not in '"\\<>').strip()[:80]
    clean_number = "".join(each for each in number if each.isascii() and (each.isalnum() or each in "+*#"))[:32]
    return f'"{clean_name}" <{clean_number}>'
