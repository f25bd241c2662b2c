"""Keys pressed in a talk, as a table; and that nothing else is ever understood."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.talk_keys import (
    Cancel,
    Complete,
    Consult,
    ParkCaller,
    SendToMessage,
    TakeMessageFor,
    TalkCommand,
    TalkKeys,
    Toggle,
)
from tests.builders import NOW

SECOND = timedelta(seconds=1)


def pressed(keys: str, consulting: bool = False) -> list[TalkCommand]:
    """One key each second; a blank is a pause of 3.1 s."""
    at, talk = NOW, TalkKeys()
    talk.consulting = consulting
    commands = []
    for key in keys:
        at += 2.1 * SECOND if key == " " else SECOND
        command = None if key == " " else talk.feed(key, at)
        commands += [command] if command else []
    return commands


TALKING: list[tuple[str, list[TalkCommand]]] = [
    ("*211#", [Consult("211")]),
    ("*0701234567#", [Consult("0701234567")]),
    ("*112#", [Consult("112")]),
    ("**8#", [SendToMessage(None)]),
    ("**8211#", [SendToMessage("211")]),
    ("**5#", [ParkCaller()]),
    ("**7211#", [TakeMessageFor("211")]),
    ("**7211*1430#", [TakeMessageFor("211", "1430")]),
    ("**7211*261204#", [TakeMessageFor("211", "261204")]),
    ("**7211*2561#", [TakeMessageFor("211", "2561")]),
    ("**7211*#", [TakeMessageFor("211", "")]),
    ("**712345678*1234567890#", [TakeMessageFor("12345678", "1234567890")]),
    ("**7211*12345678901#", []),
    ("**7211*14 30#", []),
    ("**7211**211#", [Consult("211")]),
    ("**7*1430#", [Consult("1430")]),
    ("**8211*1430#", [Consult("1430")]),
    ("*211#**5#", [Consult("211"), ParkCaller()]),
    ("12#*211#", [Consult("211")]),
    ("*21 1#", []),
    ("*21 *211#", [Consult("211")]),
    ("*2*211#", [Consult("211")]),
    ("***8#", [SendToMessage(None)]),
    ("*#", []),
    ("**#", []),
    ("**7#", []),
    ("**51#", []),
    ("**6#", []),
    ("*1", []),
    ("*2", []),
    ("*4", []),
    ("211#", []),
    ("#", []),
    ("*" + "1" * 20 + "#", [Consult("1" * 20)]),
    ("*" + "1" * 21 + "#", []),
    ("**8123456789#", []),
    ("*2A1#", []),
]
CONSULTING: list[tuple[str, list[TalkCommand]]] = [
    ("*1", [Cancel()]),
    ("*2", [Toggle()]),
    ("*4", [Complete()]),
    ("*2*2*4", [Toggle(), Toggle(), Complete()]),
    ("**1", [Cancel()]),
    ("1*1", [Cancel()]),
    ("* 1", []),
    ("*31", []),
    ("*3", []),
    ("*#1", []),
    ("1", []),
]


@pytest.mark.requirement("R33")
@pytest.mark.parametrize(("keys", "commands"), TALKING)
def test_while_talking(keys: str, commands: list[TalkCommand]) -> None:
    assert pressed(keys) == commands


@pytest.mark.requirement("R33")
@pytest.mark.parametrize(("keys", "commands"), CONSULTING)
def test_while_consulting(keys: str, commands: list[TalkCommand]) -> None:
    assert pressed(keys, consulting=True) == commands


def test_what_was_begun_before_a_consultation_does_not_count_in_it() -> None:
    talk = TalkKeys()
    assert [talk.feed(key, NOW) for key in "*2"] == [None, None]
    talk.consulting = True
    assert talk.feed("1", NOW) is None
    assert [talk.feed(key, NOW) for key in "*1"] == [None, Cancel()]


def test_exactly_three_seconds_are_not_too_long() -> None:
    talk = TalkKeys()
    assert [talk.feed(key, NOW + 3 * at * SECOND) for at, key in enumerate("*211#")][-1] == Consult("211")


@given(st.text("*#0123456789ABCDx", max_size=80), st.booleans())
def test_whatever_is_pressed_little_is_kept_and_the_next_command_is_understood(keys: str, consulting: bool) -> None:
    talk = TalkKeys()
    talk.consulting = consulting
    for at, key in enumerate(keys):
        talk.feed(key, NOW + at * SECOND)
        assert len(talk._keys) <= 22
    later = NOW + timedelta(minutes=9)
    talk.consulting = False
    assert [talk.feed(key, later) for key in "*211#"][-1] == Consult("211")


@given(st.text("0123456789#", max_size=40))
def test_without_a_star_nothing_is_meant(keys: str) -> None:
    assert pressed(keys) == pressed(keys, consulting=True) == []
