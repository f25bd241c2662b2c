import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.callers.phone import Party
from tests.callers.sip.dialog import describe, media_of
from tests.callers.sip.message import authorization, build, parse, party, reason_of

LINE = st.binary(max_size=40).filter(lambda value: b"\r" not in value and b"\n" not in value)


@given(LINE, st.binary(max_size=60))
def test_every_byte_of_a_header_and_body_survives(value: bytes, body: bytes) -> None:
    message = parse(build("INVITE sip:x SIP/2.0", [("X-A", value)], body))
    assert message is not None
    assert message.get("x-a") == value.decode("latin-1").strip()
    assert message.body == body


@given(st.binary(max_size=200))
def test_nothing_that_arrives_can_break_the_parser(data: bytes) -> None:
    message = parse(data)
    assert message is None or isinstance(message.start, str)


@pytest.mark.parametrize(
    ("header", "value", "shown"),
    [
        ("From", '"Åter: Anna" <sip:101@x>;tag=1', Party("Åter: Anna", "101")),
        ("From", "Kalle <sip:+46701234567@x:5060>", Party("Kalle", "+46701234567")),
        ("From", "<sip:anonymous@anonymous.invalid>", Party("", "anonymous")),
        ("From", r'"a \"b\"" <sip:1@x>', Party('a "b"', "1")),
        ("P-Asserted-Identity", '"Växel" <sip:0980@x>', Party("Växel", "0980")),
    ],
)
def test_who_is_shown(header: str, value: str, shown: Party) -> None:
    message = parse(build("INVITE sip:x SIP/2.0", [(header, value), ("CSeq", "1 INVITE")]))
    assert message is not None
    assert party(message) == shown


def test_why_a_call_was_cancelled() -> None:
    header = 'SIP;cause=200;text="Call completed elsewhere"'
    message = parse(build("CANCEL sip:x SIP/2.0", [("Reason", header)]))
    assert message is not None
    assert reason_of(message) == "Call completed elsewhere"


def test_the_answer_to_a_challenge_is_the_digest_of_rfc_2617() -> None:
    challenge = 'Digest realm="asterisk", nonce="n1", opaque="o1", algorithm=MD5, qop="auth"'
    message = parse(build("SIP/2.0 401 Unauthorized", [("WWW-Authenticate", challenge), ("CSeq", "1 REGISTER")]))
    assert message is not None
    name, value = authorization(message, "REGISTER", "sip:h", ("anna", "secret"))
    text = value if isinstance(value, str) else value.decode()
    cnonce = text.split('cnonce="')[1].split('"')[0]
    secret, request = (
        hashlib.md5(part.encode(), usedforsecurity=False).hexdigest()
        for part in ("anna:asterisk:secret", "REGISTER:sip:h")
    )
    whole = f"{secret}:n1:00000001:{cnonce}:auth:{request}"
    expected = hashlib.md5(whole.encode(), usedforsecurity=False).hexdigest()
    assert name == "Authorization"
    assert f'response="{expected}"' in text
    assert 'opaque="o1"' in text


@pytest.mark.parametrize(("direction", "held"), [("sendrecv", False), ("sendonly", True), ("inactive", True)])
def test_a_description_is_understood(direction: str, held: bool) -> None:
    media = media_of(describe(4000, 1, direction))
    assert media is not None
    assert (media.remote, media.held, media.events) == (("127.0.0.1", 4000), held, 101)
    assert media_of(b"") is None
