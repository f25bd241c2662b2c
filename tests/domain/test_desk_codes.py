"""What can be dialled for the service itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.desk_codes import (
    DeskOrder,
    FetchParked,
    MailboxOf,
    Park,
    Pause,
    Resume,
    SignIn,
    SignOut,
    TakeMessage,
    parse_order,
)
from switchboard.domain.directory import PauseReason

CODES: list[tuple[str, DeskOrder | None]] = [
    ("*20", SignIn()),
    ("#20", SignOut()),
    ("*21", Pause(PauseReason.OTHER)),
    ("*21*1", Pause(PauseReason.BREAK)),
    ("*21*2", Pause(PauseReason.LUNCH)),
    ("*21*3", Pause(PauseReason.MEETING)),
    ("*21*4", Pause(PauseReason.AFTER_WORK)),
    ("*21*9", Pause(PauseReason.OTHER)),
    ("#21", Resume()),
    ("*22*211", TakeMessage("211")),
    ("*22*211*1430", TakeMessage("211", "1430")),
    ("*22*211*261204", TakeMessage("211", "261204")),
    ("*22*211*2561", TakeMessage("211", "2561")),
    ("*22*211*", TakeMessage("211", "")),
    ("*22*211*1234567890123", None),
    ("*22*211*1430*", None),
    ("*22**1430", None),
    ("*67", Park()),
    ("*68", FetchParked()),
    ("*68210", FetchParked("210")),
    ("*8211", MailboxOf("211")),
    ("*812345678", MailboxOf("12345678")),
    ("*21*5", None),
    ("*21*", None),
    ("*22", None),
    ("*22*", None),
    ("*8", None),
    ("*8123456789", None),
    ("*8٢١١", None),
    ("*29*1", None),
    ("#29", None),
    ("*230*1", None),
    ("*201", None),
    ("20", None),
    ("211", None),
    ("", None),
    (" *20", None),
    ("*20\n", None),
]


@pytest.mark.parametrize(("dialled", "order"), CODES)
def test_the_codes(dialled: str, order: DeskOrder | None) -> None:
    assert parse_order(dialled) == order
    assert parse_order(dialled + "#") == order


@given(st.text("*#0123456789", max_size=12))
def test_a_number_is_never_a_code(dialled: str) -> None:
    if not dialled.startswith(("*", "#")):
        assert parse_order(dialled) is None


@given(st.text(max_size=40))
def test_anything_can_be_dialled(dialled: str) -> None:
    assert parse_order(dialled) is None or dialled.startswith(("*", "#"))
