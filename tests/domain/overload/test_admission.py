"""Who is taken when there are many calls, and what the others get."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.call import IncomingCall
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.overload import ADMITTED, Answer, Limits, Load, Shortage, decide_admission
from tests.builders import MAIN_NUMBER, NORRBY, NOW, SODERAS, SODERAS_NUMBER, norrby

LIMITS = Limits(calls=2, claims=5, lag_s=0.5)
FULL = Load(calls=2)


def from_outside(called: str = MAIN_NUMBER) -> IncomingCall:
    return IncomingCall("c-1", called, "+46701234567", None, "trunk", None, NOW)


def from_phone(account: str, called: str) -> IncomingCall:
    return IncomingCall("c-2", called, None, None, "phone", account, NOW)


@pytest.mark.parametrize(
    ("load", "shortage"),
    [
        (Load(0), None),
        (Load(1, claims=5, lag_s=0.5), None),
        (Load(2), Shortage.CALLS),
        (Load(3, claims=9, lag_s=9), Shortage.CALLS),
        (Load(1, claims=6), Shortage.CLAIMS),
        (Load(1, lag_s=0.51), Shortage.LAG),
    ],
)
def test_what_there_is_too_much_of(load: Load, shortage: Shortage | None) -> None:
    assert decide_admission(from_outside(), norrby(), load, LIMITS).shortage is shortage


def test_each_authority_chooses_what_its_callers_get() -> None:
    directory = norrby()
    directory.put(replace(SODERAS, overload_answer="refused"))
    verdict = decide_admission(from_outside(), directory, FULL, LIMITS)
    assert (verdict.answer, verdict.authority) == (Answer.SPOKEN, NORRBY)
    verdict = decide_admission(from_outside(SODERAS_NUMBER), directory, FULL, LIMITS)
    assert verdict.answer is Answer.REFUSED
    assert verdict.authority is not None
    assert verdict.authority.id == SODERAS.id


def test_a_colleague_gets_what_the_own_authority_chose() -> None:
    directory = norrby()
    directory.put(replace(NORRBY, overload_answer="refused"))
    verdict = decide_admission(from_phone("anna", SODERAS_NUMBER), directory, FULL, LIMITS)
    assert verdict.answer is Answer.REFUSED


@pytest.mark.parametrize("dialled", ["112", "0112", "*9112", "112#"])
@pytest.mark.parametrize("account", ["anna", "nobodys"])
def test_an_emergency_call_is_never_turned_away(account: str, dialled: str) -> None:
    assert decide_admission(from_phone(account, dialled), norrby(), FULL, LIMITS) is ADMITTED


def test_112_from_outside_is_no_emergency_call_of_ours() -> None:
    assert not decide_admission(from_outside("112"), norrby(), FULL, LIMITS).admitted


def test_an_operators_telephone_is_never_turned_away() -> None:
    directory = norrby()
    assert decide_admission(from_phone("op1", "211"), directory, FULL, LIMITS).admitted
    directory.remove("operator_session", 1)
    assert decide_admission(from_phone("op1", "*21*1"), directory, FULL, LIMITS).admitted
    assert not decide_admission(from_phone("anna", "211"), directory, FULL, LIMITS).admitted


def test_without_any_authority_the_caller_is_told_all_the_same() -> None:
    verdict = decide_admission(from_outside(), DirectoryIndex(), FULL, LIMITS)
    assert (verdict.answer, verdict.authority) == (Answer.SPOKEN, None)


@given(
    called=st.text(max_size=30),
    account=st.none() | st.sampled_from(["op1", "anna", "nobodys"]) | st.text(max_size=10),
    load=st.builds(Load, st.integers(0, 5), st.integers(0, 10), st.floats(0, 2)),
    limits=st.builds(Limits, st.integers(1, 5), st.integers(0, 10), st.floats(0, 2)),
)
def test_whoever_calls_is_taken_or_gets_an_answer(called: str, account: str | None, load: Load, limits: Limits) -> None:
    call = from_outside(called) if account is None else from_phone(account, called)
    verdict = decide_admission(call, norrby(), load, limits)
    roomy = load.calls < limits.calls and load.claims <= limits.claims and load.lag_s <= limits.lag_s
    assert verdict.admitted or (not roomy and verdict.shortage is not None)
    if account is None:
        assert verdict.admitted is roomy


@given(st.integers(0, 10), st.integers(1, 5))
def test_room_for_more_never_turns_more_away(calls: int, most: int) -> None:
    verdicts = [
        decide_admission(from_outside(), norrby(), Load(calls), Limits(calls=most + more)).admitted for more in range(3)
    ]
    assert verdicts == sorted(verdicts)
