"""Asterisk's events, as captured from the wire, and what is not one."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.asterisk.ari_events import (
    EVENT_TYPES,
    ApplicationReplaced,
    CallBroadcast,
    Channel,
    ChannelDestroyed,
    DeviceStateChanged,
    Dialled,
    DigitPressed,
    Event,
    HoldAsked,
    LeftBridge,
    MalformedEvent,
    PlaybackFinished,
    RecordingFinished,
    StasisEnd,
    StasisStart,
    TransferAsked,
    parse_event,
)

CHANNEL: dict[str, Any] = {
    "id": "node-1.0",
    "name": "PJSIP/trunk-00000001",
    "state": "Ring",
    "protocol_id": "741eac7d66b759bb",
    "caller": {"name": "", "number": "0701234567"},
    "connected": {"name": "", "number": ""},
    "accountcode": "",
    "dialplan": {"context": "from-trunk", "exten": "+46980319200", "priority": 3, "app_name": "StasisBroadcast"},
    "creationtime": "2026-11-23T00:48:28.147+0000",
    "language": "sv",
}
PARSED = Channel("node-1.0", "PJSIP/trunk-00000001", "Ring", "0701234567", "", "+46980319200", "from-trunk")
PLAYBACK = {"id": "p-1", "media_uri": "sound:x", "target_uri": "channel:node-1.0", "language": "sv"}

BY = {"source_channel": CHANNEL, "connected_channel": {**CHANNEL, "id": "c-2"}, "bridge": {"id": "bridge-1"}}
BLIND = {"requested_destination": {"destination": "211"}}
REPLACES = {"destination": "102", "protocol_id": "62a3141f", "additional_protocol_params": []}
ATTENDED = {"requested_destination": REPLACES, "destination_channel": {**CHANNEL, "id": "c-3"}}

EXAMPLES: list[tuple[dict[str, Any], Event | None]] = [
    ({"type": "CallBroadcast", "channel": CHANNEL, "caller": "07", "called": "+46"}, CallBroadcast(PARSED)),
    ({"type": "StasisStart", "channel": CHANNEL, "args": ["trunk"]}, StasisStart(PARSED, ("trunk",))),
    (
        {"type": "StasisStart", "channel": CHANNEL, "args": [], "replace_channel": {**CHANNEL, "id": "old"}},
        StasisStart(PARSED, (), "old"),
    ),
    ({"type": "StasisEnd", "channel": CHANNEL}, StasisEnd("node-1.0")),
    (
        {"type": "ChannelDestroyed", "channel": CHANNEL, "cause": 17, "tech_cause": 486},
        ChannelDestroyed("node-1.0", 17),
    ),
    ({"type": "Dial", "peer": CHANNEL, "dialstatus": "ANSWER", "forward": ""}, Dialled("node-1.0", "ANSWER")),
    (
        {"type": "ChannelDtmfReceived", "channel": CHANNEL, "digit": "5", "duration_ms": 180},
        DigitPressed("node-1.0", "5"),
    ),
    ({"type": "ChannelHold", "channel": CHANNEL, "musicclass": "default"}, HoldAsked("node-1.0", held=True)),
    ({"type": "ChannelUnhold", "channel": CHANNEL}, HoldAsked("node-1.0", held=False)),
    (
        {"type": "ChannelTransfer", "refer_to": BLIND, "referred_by": BY},
        TransferAsked("node-1.0", "211", consultation=None),
    ),
    ({"type": "ChannelTransfer", "refer_to": BLIND, "referred_by": BY, "state": "channel_answered"}, None),
    (
        {"type": "ChannelTransfer", "refer_to": ATTENDED, "referred_by": BY},
        TransferAsked("node-1.0", "102", consultation="c-3"),
    ),
    (
        {"type": "ChannelTransfer", "refer_to": {"requested_destination": REPLACES}, "referred_by": BY},
        TransferAsked("node-1.0", "102", consultation=""),
    ),
    (
        {"type": "ChannelLeftBridge", "bridge": {"id": "bridge-1", "channels": []}, "channel": CHANNEL},
        LeftBridge("node-1.0", "bridge-1"),
    ),
    (
        {"type": "PlaybackFinished", "playback": {**PLAYBACK, "state": "done"}},
        PlaybackFinished("node-1.0", "p-1", False),
    ),
    (
        {"type": "PlaybackFinished", "playback": {**PLAYBACK, "state": "failed"}},
        PlaybackFinished("node-1.0", "p-1", True),
    ),
    (
        {"type": "RecordingFinished", "recording": {"name": "m", "state": "done", "target_uri": "channel:node-1.0"}},
        RecordingFinished("node-1.0", "m"),
    ),
    (
        {"type": "DeviceStateChanged", "device_state": {"name": "PJSIP/anna", "state": "INUSE"}},
        DeviceStateChanged("PJSIP/anna", "INUSE"),
    ),
    ({"type": "ApplicationReplaced", "application": "switchboard-1"}, ApplicationReplaced()),
    ({"type": "ChannelVarset", "variable": "X", "value": "1"}, None),
]


@pytest.mark.parametrize(("fields", "event"), EXAMPLES)
def test_examples(fields: dict[str, Any], event: Event | None) -> None:
    assert parse_event(json.dumps(fields)) == event


def test_every_type_asked_for_has_an_example() -> None:
    assert {fields["type"] for fields, event in EXAMPLES if event is not None} == set(EVENT_TYPES)


def test_the_endpoint_stands_in_the_channels_name() -> None:
    assert parse_channel_name("PJSIP/anna.andersson-2-0000001f") == "anna.andersson-2"


def parse_channel_name(name: str) -> str:
    event = parse_event(json.dumps({"type": "CallBroadcast", "channel": {**CHANNEL, "name": name}}))
    assert isinstance(event, CallBroadcast)
    return event.channel.endpoint


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "{}", '{"type": 1', b"\xff\xfe"])
def test_what_is_no_event(text: str | bytes) -> None:
    with pytest.raises(MalformedEvent, match="unreadable"):
        parse_event(text)


@given(st.sampled_from([fields for fields, event in EXAMPLES if event]), st.data())
def test_an_event_that_lacks_something_is_malformed_and_never_worse(
    fields: dict[str, Any], data: st.DataObject
) -> None:
    broken = json.loads(json.dumps(fields))
    place = broken
    while isinstance(place, dict) and place:
        key = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[key], dict) or data.draw(st.booleans()):
            if key != "type":
                place[key] = data.draw(st.none() | st.integers() | st.lists(st.integers(), max_size=2))
            break
        place = place[key]
    with contextlib.suppress(MalformedEvent):
        parse_event(json.dumps(broken))


@given(st.text())
def test_whatever_a_caller_is_called_can_be_kept(name: str) -> None:
    fields = {"type": "CallBroadcast", "channel": {**CHANNEL, "caller": {"name": name, "number": name}}}
    event = parse_event(json.dumps(fields))
    assert isinstance(event, CallBroadcast)
    kept = event.channel.pii_caller_name
    assert len(kept) == len(name)
    assert kept.isprintable() or "\ufffd" in kept
    assert "\x00" not in kept
    assert kept.encode("utf-8").decode("utf-8") == kept
