"""Events become absences: codes in titles, how the time is shown, what is private (R1, R2)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.calendar import CalendarEvent, Showing, TitleCode, absences_of_events, read_title, words_of
from switchboard.domain.directory import AbsenceCode, AbsenceReason

AT = datetime(2026, 8, 3, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDS = words_of(())
R = AbsenceReason


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("MÖT", TitleCode(R.MEETING, False)),
        ("MÖT byggnadsnämnden", TitleCode(R.MEETING, False)),
        (":SEM", TitleCode(R.VACATION, False)),
        (";LUN", TitleCode(R.LUNCH, True)),
        (";lun på stan", TitleCode(R.LUNCH, True)),
        ("VAB", TitleCode(R.CARE_OF_CHILD, False)),
        (":SEM >212", TitleCode(R.VACATION, False, "212")),
        ("Budget >212", TitleCode(None, None, "212")),
        ("Sem om budget", None),
        ("MÖTE", None),
        ("Budget 3>2", None),
        ("XYZ", None),
        ("", None),
    ],
)
def test_codes_in_titles(title: str, expected: TitleCode | None) -> None:
    assert read_title(title, WORDS) == expected


def test_an_authority_s_own_word_goes_before_the_usual_one() -> None:
    own = AbsenceCode(1, 1, "1", R.COURSE, "Möjlighetsdag", open=True)
    assert read_title("MÖJ", words_of([own])) == TitleCode(R.COURSE, True)
    assert read_title("MÖT", words_of([own])) == TitleCode(R.MEETING, False)


@pytest.mark.parametrize(
    ("showing", "reason"),
    [
        (Showing.BUSY, R.MEETING),
        (Showing.OUT_OF_OFFICE, R.OTHER),
        (Showing.FREE, None),
        (Showing.TENTATIVE, None),
        (Showing.ELSEWHERE, None),
    ],
)
def test_without_a_code_it_counts_how_the_time_is_shown(showing: Showing, reason: AbsenceReason | None) -> None:
    found = absences_of_events([CalendarEvent(AT, AT + HOUR, "Budget", showing)], WORDS, AT)
    assert [each.reason for each in found] == ([reason] if reason else [])


def test_a_code_counts_where_the_time_is_shown_as_free() -> None:
    (found,) = absences_of_events([CalendarEvent(AT, AT + HOUR, ":SEM >211", Showing.FREE)], WORDS, AT)
    assert (found.reason, found.open, found.deputy) == (R.VACATION, False, "211")


def test_private_gives_no_reason_and_cancelled_no_absence() -> None:
    private = CalendarEvent(AT, AT + HOUR, ";SJU", private=True)
    gone = CalendarEvent(AT, AT + HOUR, "MÖT", cancelled=True)
    (found,) = absences_of_events([private, gone], WORDS, AT)
    assert (found.reason, found.open) == (R.OTHER, True)


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-5, 50), st.text(max_size=12), st.sampled_from(Showing))))
def test_whatever_is_written_absences_end_after_they_begin_and_are_not_past(
    rows: list[tuple[int, int, str, Showing]],
) -> None:
    events = [CalendarEvent(AT + a * HOUR, AT + (a + n) * HOUR, title, showing) for a, n, title, showing in rows]
    found = absences_of_events(events, WORDS, AT)
    assert all(each.start < each.until and each.until > AT for each in found)
    assert len(set(found)) == len(found)
    assert absences_of_events(reversed(events), WORDS, AT) == found
