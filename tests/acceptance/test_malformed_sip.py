"""Malformed and senseless SIP, and floods of it: Asterisk keeps answering, and a real call goes through."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.acceptance.asterisk_box import AsteriskBox, start_asterisk
from tests.acceptance.flood import Flood
from tests.acceptance.house import House, furnished_house
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.wait import until
from tests.callers.sip.message import SipMessage, build, parse, token
from tests.callers.sip.udp import SipSocket

ANNA = "+46980319210"
STRANGER = "127.0.0.7"
EXAMPLES, EACH = 60, 25
METHODS = (
    "INVITE",
    "REGISTER",
    "OPTIONS",
    "SUBSCRIBE",
    "NOTIFY",
    "MESSAGE",
    "REFER",
    "BYE",
    "CANCEL",
    "ACK",
    "PUBLISH",
)
HEADERS = (
    *("Via", "From", "To", "Call-ID", "CSeq", "Contact", "Content-Length", "Content-Type", "Max-Forwards"),
    *("Authorization", "Route", "Record-Route", "Refer-To", "Replaces", "Event", "Expires", "Diversion"),
    *("P-Asserted-Identity", "Supported", "Require", "Session-Expires", "Path", "X-" + "y" * 300, "", "v", "f", "i"),
)

_junk = st.binary(max_size=120)
_odd = st.sampled_from(
    [
        *(b"", b"-1", b"99999999999999999999", b"%s%n%x", b"\x00", b"\xff\xfe", b"\r", b";;;=;", b'"', b"<sip:", b"<>"),
        *(b"sip:@", b"sip:a@[::1", b"tel:" + b"9" * 2000, b"<sip:" + b"a" * 4000 + b"@b>", b"${SHELL(id)}"),
        *(b"1 INVITE", b"4294967296 INVITE", b"SIP/2.0/UDP ", b"SIP/2.0/UDP 127.0.0.1:0;branch=", b"application/sdp"),
    ]
)
_value = st.one_of(_odd, _junk, st.binary(max_size=20).map(lambda part: b"<sip:" + part + b"@127.0.0.1>;tag=" + part))
_sdp = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(b"v=0", b"o=- 1 1 IN IP4 127.0.0.1", b"s=-", b"c=IN IP4 127.0.0.1", b"c=IN IP4 999.1.1.1", b"t=0 0"),
                *(b"m=audio 4000 RTP/AVP 8 101", b"m=audio -1 RTP/AVP", b"m=audio 70000 RTP/AVP 999", b"m=", b"a="),
                *(b"a=rtpmap:8 PCMA/0", b"a=rtpmap:8", b"a=ptime:-1", b"a=fmtp:101 0-99999", b"a=crypto:1 X inline:"),
            ]
        ),
        _junk,
    ),
    max_size=12,
).map(b"\r\n".join)


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A request that would be a sound one, but for what is left out, doubled, replaced or cut."""
    method = draw(st.one_of(st.sampled_from(METHODS), st.text("ABCxyz", max_size=8)))
    sound: list[tuple[str, bytes]] = [
        ("Via", b"SIP/2.0/UDP 127.0.0.7:5999;branch=z9hG4bK" + token().encode() + b";rport"),
        ("Max-Forwards", b"70"),
        ("From", b"<sip:fuzz@127.0.0.7>;tag=" + token(4).encode()),
        ("To", b"<sip:2999@127.0.0.1>"),
        ("Call-ID", token().encode()),
        ("CSeq", b"1 " + method.encode()),
        ("Contact", b"<sip:fuzz@127.0.0.7:5999>"),
    ]
    left_out = draw(st.sets(st.integers(0, len(sound) - 1), max_size=2))
    headers = [each for place, each in enumerate(sound) if place not in left_out]
    headers += draw(st.lists(st.tuples(st.sampled_from(HEADERS), _value), max_size=6))
    headers = draw(st.permutations(headers))
    body = draw(st.one_of(st.just(b""), _sdp, _junk))
    uri = draw(st.one_of(st.just(b"sip:2999@127.0.0.1"), _value))
    whole = build(method.encode() + b" " + uri + b" SIP/2.0", headers, body)
    cut = draw(st.one_of(st.none(), st.integers(0, len(whole))))
    return whole if cut is None else whole[:cut]


class Stranger:
    """Sends any bytes; and asks whether Asterisk is there."""

    def __init__(self, box: AsteriskBox) -> None:
        self._at = ("127.0.0.1", box.sip_port)
        self.socket = SipSocket(lambda *_: None, STRANGER)

    async def is_answered(self) -> bool:
        answered: asyncio.Future[SipMessage | None] = asyncio.get_running_loop().create_future()

        def take(answer: SipMessage | None) -> None:
            if not answered.done():
                answered.set_result(answer)

        options = build(
            "OPTIONS sip:127.0.0.1 SIP/2.0",
            [
                ("Via", f"SIP/2.0/UDP {self.socket.host_port};branch=z9hG4bK{token()};rport"),
                ("Max-Forwards", "70"),
                ("From", f"<sip:stranger@{STRANGER}>;tag={token(4)}"),
                ("To", "<sip:127.0.0.1>"),
                ("Call-ID", token()),
                ("CSeq", "1 OPTIONS"),
            ],
        )
        self.socket.request(options, self._at, take, within=2.0)
        return await answered is not None

    def send(self, data: bytes) -> None:
        self.socket.send(data, self._at)


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskBox]:
    """What is begun here and never ended must not meet the other tests."""
    box = start_asterisk()
    yield box
    box.act("remove")


@pytest.fixture(scope="module")
def furnished(asterisk: AsteriskBox) -> Iterator[House]:
    with furnished_house(asterisk) as house:
        yield house


@pytest.fixture
async def stranger(house: House) -> AsyncIterator[Stranger]:
    stranger = Stranger(house.box)
    await stranger.socket.open()
    yield stranger
    stranger.socket.close()


def _started(box: AsteriskBox) -> str:
    """When this Asterisk began: another time would mean that it fell over."""
    return str(box.ari("asterisk/info")["status"]["startup_time"])


def fuzz(send: Callable[[bytes], None]) -> None:
    """In every run the same messages but for their Call-IDs and tags."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(messages(), min_size=EACH, max_size=EACH))
    def send_all(batch: list[bytes]) -> None:
        for each in batch:
            send(each[:60000])

    send_all()


async def _a_call_goes_through(phones: PhoneRoom) -> None:
    anna, caller = await phones.colleague("anna"), await phones.caller()
    call = await caller.dial(ANNA)
    rung = await anna.wait_incoming()
    await rung.answer()
    await call.talks()
    await call.hangup()
    await rung.ended()


async def test_malformed_messages_bring_asterisk_down_neither_at_once_nor_later(
    house: House, phones: PhoneRoom, stranger: Stranger
) -> None:
    """From a stranger, and from the trunk, whose messages go all the way into the dialplan."""
    started = await asyncio.to_thread(_started, house.box)
    trunk = await phones.caller()
    both = (stranger.send, lambda data: trunk.socket.send(data, trunk.server))
    for send in both:
        sent: list[bytes] = []
        await asyncio.to_thread(fuzz, sent.append)
        assert len(sent) >= EXAMPLES * EACH // 2
        for place, data in enumerate(sent):
            send(data)
            if place % 250 == 0:
                await until(stranger.is_answered, 10, "Asterisk answers OPTIONS")
    await until(stranger.is_answered, 10, "Asterisk answers OPTIONS")
    await _a_call_goes_through(phones)
    assert await asyncio.to_thread(_started, house.box) == started
    assert await house.is_healthy()


@pytest.mark.parametrize("method", ["OPTIONS", "REGISTER", "INVITE"])
async def test_in_a_flood_a_call_goes_through(house: House, phones: PhoneRoom, stranger: Stranger, method: str) -> None:
    """From a stranger who is not shut out: loopback is exempt."""
    started = await asyncio.to_thread(_started, house.box)
    with Flood(house.box.sip_port, STRANGER, method, rate=500, seconds=5) as flood:
        await until(flood.begins, 20, "SIPp sends")
        await _a_call_goes_through(phones)
        assert await asyncio.to_thread(flood.wait) == 2500
    await until(stranger.is_answered, 5, "Asterisk answers OPTIONS")
    assert await asyncio.to_thread(_started, house.box) == started


def test_the_fuzzer_sends_sound_and_broken_messages() -> None:
    """Most of it can be read as SIP, some of it cannot: neither alone would prove anything."""
    sent: list[bytes] = []
    fuzz(sent.append)
    readable = sum(1 for each in sent if parse(each) is not None)
    assert readable > len(sent) / 4
    assert len(sent) - readable > len(sent) / 30
    assert re.search(rb"\xff", b"".join(sent))
