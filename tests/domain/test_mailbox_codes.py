"""Codes for one's own greetings and messages."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.callback import Mailbox
from switchboard.domain.desk_codes import parse_order
from switchboard.domain.directory import AbsenceCode, AbsenceReason, GreetingSituation
from switchboard.domain.mailbox.codes import (
    GreetingChoice,
    OwnGreetings,
    OwnMessages,
    OwnTasks,
    choice_for_reason,
    code_to_hear,
    parse_mailbox_order,
    read_last_day,
)
from tests.builders import ANNA, BYGGLOV, BYGGLOV_GROUP, ERIK, NORRBY, norrby

PRESENT = GreetingChoice(GreetingSituation.PRESENT)
TEMPORARY = GreetingChoice(GreetingSituation.TEMPORARY)
TODAY = date(2026, 8, 12)


@pytest.mark.parametrize(
    ("dialled", "order"),
    [
        ("*25", OwnGreetings()),
        ("*25#", OwnGreetings()),
        ("*25*1#", OwnGreetings(GreetingChoice())),
        ("*25*2", OwnGreetings(PRESENT)),
        ("*25*2*2#", OwnGreetings(PRESENT, "en")),
        ("*25*4*0820#", OwnGreetings(TEMPORARY, None, "0820")),
        ("*25*4*0820*1#", OwnGreetings(TEMPORARY, "sv", "0820")),
        ("*25*5*4#", OwnGreetings(reason_key="4")),
        ("*25*5*4*2", OwnGreetings(None, "en", reason_key="4")),
        ("*26", OwnMessages()),
        ("*26#", OwnMessages()),
        ("*25*2*0820", None),
        ("*25*6", None),
        ("*25*5", None),
        ("*25*1*3", None),
        ("*2", None),
        ("*26*220#", OwnMessages("220")),
        ("*26*220", OwnMessages("220")),
        ("*26*", None),
        ("*24", OwnTasks()),
        ("*24#", OwnTasks()),
        ("*24*1", None),
        ("*25**", None),
    ],
)
def test_what_is_dialled_is_read(dialled: str, order: object) -> None:
    assert parse_mailbox_order(dialled) == order
    assert parse_order(dialled) == order


@given(st.text(alphabet="0123456789*#", max_size=14))
def test_any_digits_are_read_or_not_and_never_a_fault(dialled: str) -> None:
    order = parse_mailbox_order(dialled)
    assert order is None or dialled.startswith(("*24", "*25", "*26"))


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("0812", TODAY),
        ("0813", date(2026, 8, 13)),
        ("0811", date(2027, 8, 11)),
        ("270101", date(2027, 1, 1)),
        ("260811", None),
        ("0229", None),
        ("0230", None),
        ("1301", None),
        ("0000", None),
        ("12", None),
        ("08x2", None),
        ("", None),
    ],
)
def test_a_last_day_is_the_next_one_there_is(digits: str, day: date | None) -> None:
    assert read_last_day(digits, TODAY) == day


@given(st.dates(date(2025, 1, 1), date(2045, 12, 31)), st.text(alphabet="0123456789", max_size=7))
def test_a_last_day_is_never_past_and_never_more_than_a_year_off_by_four_digits(today: date, digits: str) -> None:
    day = read_last_day(digits, today)
    if day is not None:
        assert day >= today
        assert len(digits) == 6 or day < today + timedelta(days=367)


@given(st.dates(date(2025, 1, 1), date(2045, 12, 31)), st.integers(0, 364))
def test_every_day_of_the_coming_year_can_be_given(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    assert read_last_day(f"{day:%m%d}", today) == day


def test_a_key_means_the_reason_that_it_means_when_an_absence_is_set() -> None:
    directory = norrby()
    assert choice_for_reason("4", directory, NORRBY.id) == GreetingChoice(reason=AbsenceReason.VACATION)
    assert choice_for_reason("x", directory, NORRBY.id) is None
    directory.put(AbsenceCode(1, NORRBY.id, "1", AbsenceReason.COURSE))
    assert choice_for_reason("1", directory, NORRBY.id) == GreetingChoice(reason=AbsenceReason.COURSE)
    assert choice_for_reason("4", directory, NORRBY.id) is None, "the authority has its own keys"


@pytest.mark.requirement("R28")
def test_the_code_that_plays_a_message_of_whoever_has_its_task() -> None:
    eriks, group, unit = (
        Mailbox(1, ERIK.id),
        Mailbox(1, None, BYGGLOV.id, BYGGLOV_GROUP.id),
        Mailbox(1, None, BYGGLOV.id),
    )
    directory = norrby()
    assert code_to_hear(eriks, eriks, directory) == "*26"
    assert code_to_hear(group, group, directory) == "*26*220"
    assert parse_mailbox_order("*26*220") == OwnMessages("220")
    assert code_to_hear(unit, unit, directory) == "", "no extension leads to it"
    assert code_to_hear(eriks, Mailbox(1, ANNA.id), directory) == "", "it stays where it was left"
    assert code_to_hear(None, eriks, directory) == ""
