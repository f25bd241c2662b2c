import numpy as np
import pytest

from tests.hearing.noise import speech_like
from tests.hearing.pcm import Pcm, from_alaw, silence, to_alaw
from tests.hearing.real import ENOUGH, best_match, heard_in_order, transcript

LENGTHS = (0.4, 0.5, 0.6, 0.9, 1.3, 2.4, 4.0)
PROMPTS = {f"p{seed}": speech_like(LENGTHS[seed % len(LENGTHS)], seed) for seed in range(40)}


def recording(order: list[str], *, slip: bool = False) -> tuple[Pcm, list[float]]:
    parts: list[Pcm] = []
    starts: list[float] = []
    for place, name in enumerate(order):
        parts.append(silence(0.05 * (place % 5)))
        starts.append(sum(map(len, parts)) / 8000)
        parts.append(PROMPTS[name])
    pcm = from_alaw(to_alaw(np.concatenate(parts)))
    return (np.concatenate([pcm[: len(pcm) // 2], pcm[len(pcm) // 2 + 80 :]]) if slip else pcm), starts


@pytest.mark.parametrize("slip", [False, True])
def test_the_transcript_names_what_was_said_in_order(slip: bool) -> None:
    order = ["p5", "p0", "p13", "p0", "p7", "p6", "p31", "p14"]
    pcm, starts = recording(order, slip=slip)
    spoken = transcript(pcm, PROMPTS)
    assert [one.name for one in spoken] == order
    assert [one.start for one in spoken] == pytest.approx(starts, abs=0.05)


def test_silence_and_strange_speech_give_no_transcript() -> None:
    assert transcript(silence(3), PROMPTS) == []
    assert transcript(speech_like(5, 999), PROMPTS) == []


def test_fragments_known_in_their_order_are_found_where_they_are() -> None:
    order = ["p0", "p1", "p7", "p8", "p2", "p0"]
    pcm, starts = recording(order)
    found = heard_in_order(pcm, [PROMPTS[name] for name in order])
    assert all(match.score > 0.95 for match in found)
    assert [match.offset for match in found] == pytest.approx(starts, abs=0.01)


def test_a_fragment_that_was_not_said_stands_out() -> None:
    pcm, _ = recording(["p0", "p1", "p7"])
    found = heard_in_order(pcm, [PROMPTS[name] for name in ("p0", "p22", "p7")])
    assert [match.score >= ENOUGH for match in found] == [True, False, True]


def test_nothing_is_found_in_a_recording_shorter_than_the_prompt() -> None:
    assert best_match(silence(0.1), PROMPTS["p6"]).score == 0
