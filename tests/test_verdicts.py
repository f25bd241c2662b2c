"""The judge of the random sequences: what fits is accepted, and each thing that does not is told."""

from dataclasses import replace

import pytest

from tests.acceptance.operators.verdicts import Ended, complaint_of_caller, complaints
from tests.callers.phone import CallState

TALKED = Ended("1", "trunk", "+46980411100", "connected", {"arrived", "connected", "ended"}, [])
SPOKEN = replace(TALKED, outcome="message", kinds={"task_opened", "ended"}, task_sources=["voicemail"])
KEPT = replace(TALKED, outcome="booked", kinds={"booked", "ended"})
PASSED = replace(KEPT, kinds={"booked", "ended", "task_opened"}, task_sources=["queue"])
ORDER = replace(TALKED, source="phone", called="*20", outcome="served", kinds={"desk", "ended"})


@pytest.mark.parametrize(
    "fits",
    [
        TALKED,
        SPOKEN,
        PASSED,
        ORDER,
        replace(
            TALKED, outcome="abandoned", kinds={"ended", "fault", "fault: not connected", "fault: nobody could be rung"}
        ),
    ],
)
def test_what_fits_is_accepted(fits: Ended) -> None:
    assert complaints(fits, called_back=(), by_transfer=False) == []


def test_a_kept_place_that_came_up_needs_no_task() -> None:
    assert complaints(KEPT, called_back={"1"}, by_transfer=False) == []
    assert len(complaints(PASSED, called_back={"1"}, by_transfer=False)) == 1


def test_who_is_connected_by_others_is_transferred() -> None:
    moved = replace(TALKED, source="phone", outcome="transferred")
    assert complaints(moved, called_back=(), by_transfer=True) == []
    assert complaints(moved, called_back=(), by_transfer=False) == ["1: transferred, but nobody connected others"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (replace(TALKED, outcome="interrupted"), "no rule's"),
        (replace(TALKED, outcome=None), "no rule's"),
        (replace(TALKED, kinds={"ended"}), "nobody talked"),
        (replace(TALKED, outcome="served"), "no order"),
        (replace(TALKED, outcome="refused"), "a citizen was refused"),
        (replace(PASSED, kinds={"ended"}), "no place was kept"),
        (KEPT, "0 tasks of the queue"),
        (replace(TALKED, kinds={"connected"}), "no end among its events"),
        (replace(TALKED, kinds={"connected", "fault", "fault: the story broke", "ended"}), "it broke"),
        (replace(SPOKEN, task_sources=[]), "0 tasks of messages"),
        (replace(SPOKEN, task_sources=["voicemail"] * 2), "2 tasks of messages"),
        (replace(TALKED, task_sources=["voicemail"]), "1 tasks of messages"),
        (replace(TALKED, task_sources=["abandoned"]), "nothing led to"),
    ],
)
def test_what_does_not_fit_is_told(wrong: Ended, told: str) -> None:
    assert any(told in complaint for complaint in complaints(wrong, called_back=(), by_transfer=False))


@pytest.mark.parametrize(
    ("state", "code", "answered", "accepted"),
    [
        (CallState.ENDED, 200, True, True),
        (CallState.ENDED, 486, False, True),
        (CallState.ENDED, 503, False, False),
        (CallState.ENDED, 408, False, False),
        (CallState.TALKING, 200, True, False),
    ],
)
def test_what_the_caller_saw(state: CallState, code: int, answered: bool, accepted: bool) -> None:
    assert (complaint_of_caller(state, code, answered) is None) is accepted
