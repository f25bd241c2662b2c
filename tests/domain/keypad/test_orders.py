"""Codes for absences: which is which, and that no number is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.desk_codes import parse_order
from switchboard.domain.keypad.orders import AbsenceOrder, AskAbsence, HearAbsence, LiftAbsence, SetAbsence


@pytest.mark.parametrize(
    ("dialled", "order"),
    [
        ("*23*1*1300#", SetAbsence("1", "1300")),
        ("*23*1*1300", SetAbsence("1", "1300")),
        ("*23*4*260824#", SetAbsence("4", "260824")),
        ("*23*7#", SetAbsence("7")),
        ("*23*7", SetAbsence("7")),
        ("*23*7*#", SetAbsence("7")),
        ("*23*77*1#", SetAbsence("77", "1")),
        ("*23#", HearAbsence()),
        ("*23", AskAbsence()),
        ("#23#", LiftAbsence()),
        ("#23", LiftAbsence()),
        ("*230*211*4*0824#", SetAbsence("4", "0824", "211")),
        ("*230*211*7", SetAbsence("7", "", "211")),
        ("#230*211#", LiftAbsence("211")),
        ("*230", None),
        ("*230*211", None),
        ("*23*", None),
        ("*23*a*1300", None),
        ("*231", None),
        ("*23##", None),
        ("#230", None),
        ("*23*1*1300*5", None),
        ("*23*١*1300#", None),
        ("23*1*1300#", None),
    ],
)
def test_each_code(dialled: str, order: AbsenceOrder | None) -> None:
    assert parse_order(dialled) == order


@given(st.text("0123456789+", max_size=15))
def test_no_number_is_a_code(dialled: str) -> None:
    assert parse_order(dialled) is None


@given(st.text(max_size=30))
def test_whatever_is_dialled_is_read(dialled: str) -> None:
    parse_order(f"*23{dialled}")
    parse_order(f"#23{dialled}")
