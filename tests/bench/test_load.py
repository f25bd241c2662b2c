"""What SIPp is told to do."""

import xml.etree.ElementTree as ET

import pytest

from tests.bench.load import KEY_AFTER_MS, Load, scenario


def read(load: Load) -> tuple[str, ET.Element]:
    text = scenario(load)
    assert "@" not in text.replace("@[remote_ip]", "").replace("@[local_ip]", "")
    body = text.partition("?>")[2].replace('<!DOCTYPE scenario SYSTEM "sipp.dtd">', "")
    return text, ET.fromstring(body)  # noqa: S314 - our own file


def waits(root: ET.Element) -> list[int]:
    return [int(each.get("timeout", "")) for each in root.iter("recv") if each.get("request") == "BYE"]


@pytest.mark.parametrize(
    ("listen_ms", "expected"),
    [(1000, [1000]), (60_000, [60_000]), (60_001, [60_000, 1]), (150_000, [60_000, 60_000, 30_000])],
)
def test_who_listens_for_long_gives_signs_of_life(listen_ms: int, expected: list[int]) -> None:
    text, root = read(Load("999100", 10, 20, listen_ms))
    assert waits(root) == expected
    assert text.count('rtp_stream="/bench/sound.alaw,1,8,PCMA/8000"') == len(expected)
    assert text.count("INVITE sip:[service]@[remote_ip]") == 1


def test_each_jump_has_its_label() -> None:
    _, root = read(Load("999100", 10, 20, 150_000))
    labels = {each.get("id") for each in root.iter("label")}
    jumps = {each.get(name) for each in root.iter() for name in ("next", "ontimeout") if each.get(name)}
    assert jumps <= labels


def test_who_speaks_presses_a_key_and_goes_on() -> None:
    text, root = read(Load("", 10, 20, 8500, numbers=("+4698040", "+4698041"), speech=b"\xd5" * 160))
    assert 'rtp_stream="/bench/sound.alaw,-1,8,PCMA/8000"' in text
    assert "Signal=1" in text
    assert "INFO sip:[field0]@[remote_ip]" in text
    assert "[service]" not in text
    assert text.count("<sip:+467010000[call_number]@[local_ip]>") == 4
    assert waits(root) == [8500 - KEY_AFTER_MS]
