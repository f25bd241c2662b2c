"""Asterisk's events, parsed once into frozen values; only those we use.

Text that comes from callers is made safe to keep: no lone surrogates, no control characters.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

TRUNK = "trunk"


class MalformedEvent(Exception):
    """An event of a type that we use lacks what we need of it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Channel:
    """`name` is technology/endpoint-serial, e.g. `PJSIP/anna-0000001f`; `dialled` the raw dialled string; `context`
    where the dialplan took it."""

    id: str
    name: str
    state: str
    pii_caller_number: str
    pii_caller_name: str
    dialled: str
    context: str

    @property
    def endpoint(self) -> str:
        return self.name.partition("/")[2].rpartition("-")[0]

    @property
    def account(self) -> str | None:
        """The phone's; None for a party outside."""
        return self.endpoint if self.name.startswith("PJSIP/") and self.endpoint not in ("", TRUNK) else None


@dataclass(frozen=True, slots=True)
class CallBroadcast:
    """A call waits for an application to claim it."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class StasisStart:
    """`replaces` is the channel whose place this one takes in a transfer that Asterisk did by itself."""

    channel: Channel
    arguments: tuple[str, ...]
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class StasisEnd:
    channel_id: str


@dataclass(frozen=True, slots=True)
class ChannelDestroyed:
    """`cause` is Q.850's."""

    channel_id: str
    cause: int


@dataclass(frozen=True, slots=True)
class Dialled:
    """What became of dialling a channel: empty, RINGING, ANSWER."""

    channel_id: str
    status: str


@dataclass(frozen=True, slots=True)
class DigitPressed:
    channel_id: str
    digit: str


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """The phone put the other party on hold, or took them back."""

    channel_id: str
    held: bool


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """A REFER. `target`: the user part of Refer-To, whatever was typed. `consultation`, with Replaces: the phone's
    channel in the other call; empty where Asterisk knows no such call."""

    channel_id: str
    target: str
    consultation: str | None


@dataclass(frozen=True, slots=True)
class LeftBridge:
    channel_id: str
    bridge_id: str


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """Of a whole list. `failed`: its last medium could not be played."""

    channel_id: str
    playback_id: str
    failed: bool


@dataclass(frozen=True, slots=True)
class RecordingFinished:
    channel_id: str
    name: str


@dataclass(frozen=True, slots=True)
class DeviceStateChanged:
    device: str
    state: str


@dataclass(frozen=True, slots=True)
class ApplicationReplaced:
    """Somebody else opened an event socket under our name; ours is silent from now on."""


TalkSignal = DigitPressed | HoldAsked | TransferAsked
LegEvent = (
    StasisStart
    | StasisEnd
    | ChannelDestroyed
    | Dialled
    | TalkSignal
    | LeftBridge
    | PlaybackFinished
    | RecordingFinished
)
Event = LegEvent | CallBroadcast | DeviceStateChanged | ApplicationReplaced

_Fields = Mapping[str, Any]


def channel_id_of(event: LegEvent) -> str:
    return event.channel.id if isinstance(event, StasisStart) else event.channel_id


def parse_event(text: str | bytes) -> Event | None:
    """None for an event we have no use for. Raises MalformedEvent."""
    try:
        fields = json.loads(text)
        kind = fields["type"]
    except (ValueError, TypeError, KeyError):
        raise MalformedEvent("unreadable") from None
    parse = _PARSERS.get(kind) if isinstance(kind, str) else None
    if parse is None:
        return None
    try:
        return parse(fields)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise MalformedEvent(kind) from None


def parse_channel(fields: _Fields) -> Channel:
    """Raises KeyError, TypeError or AttributeError."""
    caller, dialplan = fields["caller"], fields["dialplan"]
    return Channel(
        id=_id(fields["id"]),
        name=_safe(fields["name"]),
        state=_safe(fields["state"]),
        pii_caller_number=_safe(caller["number"]),
        pii_caller_name=_safe(caller["name"]),
        dialled=_safe(dialplan["exten"]),
        context=_safe(dialplan["context"]),
    )


def _safe(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError("text expected")
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _id(text: object) -> str:
    if not isinstance(text, str) or not text:
        raise TypeError("an id expected")
    return text


def _target(fields: _Fields) -> str:
    """The channel that a playback or recording is for; they can be for bridges too, which we do not use."""
    return _id(fields["target_uri"].removeprefix("channel:"))


def _stasis_start(fields: _Fields) -> Event:
    replaced = fields.get("replace_channel")
    return StasisStart(
        channel=parse_channel(fields["channel"]),
        arguments=tuple(str(argument) for argument in fields["args"]),
        replaces=_id(replaced["id"]) if replaced else None,
    )


def _playback_finished(fields: _Fields) -> Event:
    playback = fields["playback"]
    return PlaybackFinished(_target(playback), _id(playback["id"]), playback["state"] == "failed")


def _transfer(fields: _Fields) -> Event | None:
    """It comes again, with `state`, for each answer that the phone is given to it (asterisk.md §9)."""
    if "state" in fields:
        return None
    wanted, destination = fields["refer_to"]["requested_destination"], fields["refer_to"].get("destination_channel")
    replaces = destination is not None or "protocol_id" in wanted
    return TransferAsked(
        channel_id=_id(fields["referred_by"]["source_channel"]["id"]),
        target=_safe(wanted.get("destination", "")),
        consultation=(_id(destination["id"]) if destination else "") if replaces else None,
    )


def _device_state(fields: _Fields) -> Event:
    state = fields["device_state"]
    return DeviceStateChanged(_id(state["name"]), _id(state["state"]))


_PARSERS: Mapping[str, Callable[[_Fields], Event | None]] = {
    "CallBroadcast": lambda fields: CallBroadcast(parse_channel(fields["channel"])),
    "StasisStart": _stasis_start,
    "StasisEnd": lambda fields: StasisEnd(_id(fields["channel"]["id"])),
    "ChannelDestroyed": lambda fields: ChannelDestroyed(_id(fields["channel"]["id"]), int(fields["cause"])),
    "Dial": lambda fields: Dialled(_id(fields["peer"]["id"]), str(fields["dialstatus"])),
    "ChannelDtmfReceived": lambda fields: DigitPressed(_id(fields["channel"]["id"]), _id(fields["digit"])[:1]),
    "ChannelHold": lambda fields: HoldAsked(_id(fields["channel"]["id"]), held=True),
    "ChannelUnhold": lambda fields: HoldAsked(_id(fields["channel"]["id"]), held=False),
    "ChannelTransfer": _transfer,
    "ChannelLeftBridge": lambda fields: LeftBridge(_id(fields["channel"]["id"]), _id(fields["bridge"]["id"])),
    "PlaybackFinished": _playback_finished,
    "RecordingFinished": lambda fields: RecordingFinished(
        _target(fields["recording"]), _id(fields["recording"]["name"])
    ),
    "DeviceStateChanged": _device_state,
    "ApplicationReplaced": lambda _: ApplicationReplaced(),
}

EVENT_TYPES = tuple(_PARSERS)
