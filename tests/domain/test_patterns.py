"""Dial patterns, against a plain reading of Asterisk's notation."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.patterns import PatternError, parse_pattern

MATCHING = """
pattern             number          matches
+46980319200        +46980319200    yes
+46980319200        +46980319201    no
+46980319200        +4698031920     no
+46980319XXX        +46980319211    yes
+46980319XXX        +4698031921     no
+46980319Z00        +46980319000    no
+46980319N00        +46980319100    no
+46980319N00        +46980319200    yes
+46980319[13-5]00   +46980319300    yes
+46980319[13-5]00   +46980319200    no
+46.                +46             no
+46.                +461            yes
+46!                +46             yes
+46!                +45             no
!                   +46             yes
.                   +               yes
nxz                 201             yes
nxz                 200             no
[*#]21              *21             yes
""".strip().splitlines()[1:]


@pytest.mark.parametrize("line", MATCHING)
def test_matching(line: str) -> None:
    pattern, number, expected = line.split()
    assert parse_pattern(pattern).matches(number) is (expected == "yes")


BROKEN = """
+46[12      position 4: '[' is not closed
+46[]       position 4: '[]' allows nothing
+46[5-1]    position 5: 5-1 is not a range of digits
+46[-5]     position 5: '-' may not stand
+46[1-]     position 7: ']' may not stand
+46[a]      position 5: 'a' may not stand
+46.1       position 4: '.' may only stand at the end
!!          position 1: '!' may only stand at the end
_+46X       position 1: '_' has no meaning
+46 980     position 4: ' ' has no meaning
(a+)+$      position 1: '(' has no meaning
]           position 1: ']' has no meaning
anonymous   position 1: 'a' has no meaning
""".strip().splitlines()


@pytest.mark.parametrize("line", BROKEN)
def test_the_error_says_what_and_where(line: str) -> None:
    with pytest.raises(PatternError) as failure:
        parse_pattern(line[:12].rstrip())
    assert str(failure.value).startswith(line[12:])


@pytest.mark.parametrize(("text", "problem"), [("", "empty"), ("X" * 81, "81 characters")])
def test_length(text: str, problem: str) -> None:
    with pytest.raises(PatternError, match=problem):
        parse_pattern(text)


@given(st.text(max_size=100), st.text(max_size=100))
def test_any_text_is_a_pattern_or_a_pattern_error(text: str, number: str) -> None:
    try:
        pattern = parse_pattern(text)
    except PatternError:
        return
    assert pattern.matches(number) in {True, False}


PLACES = st.sampled_from(["X", "Z", "N", "[1-5]", "[13]", "[07-9]", "0", "1", "7"])
AS_REGEX = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]"}


@given(
    st.lists(PLACES, min_size=1, max_size=6),
    st.sampled_from(["", ".", "!"]),
    st.text("0123456789", max_size=8),
)
def test_agrees_with_a_regular_expression(places: list[str], tail: str, number: str) -> None:
    expected = "".join(AS_REGEX.get(place, place) for place in places) + {"": "", ".": ".+", "!": ".*"}[tail]
    matches = re.fullmatch(expected, number) is not None
    assert parse_pattern("".join(places) + tail).matches(number) is matches


def test_a_million_characters_are_no_trouble() -> None:
    pattern = parse_pattern("X" * 79 + "!")
    began = time.perf_counter()
    assert pattern.matches("1" * 1_000_000)
    assert time.perf_counter() - began < 0.5
