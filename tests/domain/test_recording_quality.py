"""Is a greeting fit to be heard? Decided on measured values."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.mailbox.recording_quality import (
    LEAST_VOICE_S,
    MOST_CLIPPED,
    QUIETEST_LUFS,
    SHORTEST_S,
    GreetingFault,
    SoundFacts,
    judge_greeting,
)

GOOD = SoundFacts(duration_s=8.0, voiced_s=6.0, loudness_lufs=-25.0, peak_dbfs=-8.0, clipped_share=0.0)
LONGEST_S = 60.0

numbers = st.floats(allow_nan=True, allow_infinity=True)
facts = st.builds(SoundFacts, numbers, numbers, numbers, numbers, numbers)
good = st.builds(
    SoundFacts,
    st.floats(SHORTEST_S, LONGEST_S),
    st.floats(LEAST_VOICE_S, LONGEST_S),
    st.floats(QUIETEST_LUFS, 0),
    st.floats(-60, 0),
    st.floats(0, MOST_CLIPPED),
)


@pytest.mark.requirement("R6")
@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({}, None),
        ({"voiced_s": 0.0, "duration_s": 0.0, "loudness_lufs": -math.inf}, GreetingFault.EMPTY),
        ({"voiced_s": 0.2}, GreetingFault.EMPTY),
        ({"loudness_lufs": -41.0}, GreetingFault.TOO_QUIET),
        ({"clipped_share": 0.02}, GreetingFault.CLIPPED),
        ({"duration_s": 1.9}, GreetingFault.TOO_SHORT),
        ({"duration_s": 2.0}, None),
        ({"duration_s": 60.0}, None),
        ({"duration_s": 60.1}, GreetingFault.TOO_LONG),
        ({"loudness_lufs": math.nan}, GreetingFault.TOO_QUIET),
    ],
)
def test_each_fault_is_found(changed: dict[str, float], fault: GreetingFault | None) -> None:
    verdict = judge_greeting(replace(GOOD, **changed), LONGEST_S)
    assert verdict.fault is fault
    assert verdict.why


def test_a_name_may_be_short() -> None:
    name = replace(GOOD, duration_s=0.6, voiced_s=0.5)
    assert judge_greeting(name, LONGEST_S).fault is GreetingFault.TOO_SHORT
    assert judge_greeting(name, LONGEST_S, shortest_s=0.3).fault is None


@given(good)
def test_what_is_within_all_bounds_is_taken(measured: SoundFacts) -> None:
    assert judge_greeting(measured, LONGEST_S).fault is None


@given(facts, st.floats(2, 600))
def test_nothing_is_taken_that_breaks_a_bound(measured: SoundFacts, longest_s: float) -> None:
    """Whatever was measured, values that are no numbers too."""
    if judge_greeting(measured, longest_s).fault is None:
        assert SHORTEST_S <= measured.duration_s <= longest_s
        assert measured.voiced_s >= LEAST_VOICE_S
        assert measured.loudness_lufs >= QUIETEST_LUFS
        assert measured.clipped_share <= MOST_CLIPPED


@given(good, st.floats(0, 20), st.floats(0, 1))
def test_louder_and_cleaner_is_never_refused_where_the_quieter_was_taken(
    measured: SoundFacts, louder: float, cleaner: float
) -> None:
    better = replace(
        measured,
        loudness_lufs=measured.loudness_lufs + louder,
        clipped_share=measured.clipped_share * cleaner,
    )
    assert judge_greeting(better, LONGEST_S).fault is None
