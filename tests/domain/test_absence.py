"""Absences: which one counts, and when the person is really back."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.absence import (
    absence_in_force,
    absence_problem,
    absences_in_force,
    is_from_calendar,
    return_time,
    speaks_whole_days,
)
from switchboard.domain.directory import Absence, AbsenceReason
from tests.domain.calendars import local
from tests.domain.strategies import INSTANTS, absences

NOW = local("2026-08-03 10:00")


def away(hours: str, open: bool = False, source: str = "admin", id: int = 1) -> Absence:
    """`09-11` on the day of NOW; `09-` with no known end."""
    start, until = hours.split("-")
    return Absence(id, 1, AbsenceReason.MEETING, clock(start), clock(until) if until else None, open, None, source)


def clock(hour: str) -> datetime:
    return local("2026-08-03 00:00") + timedelta(hours=int(hour))


# One absence a word: hours, then `o` open, then its source after a colon.
SEVERAL = """
rows                                   counts  back  why
09-11                                  1       11    in force
09-10                                  -       -     half-open: over at 10
10-11                                  1       11    half-open: begun at 10
11-12                                  -       -     not begun
09-                                    1       ?     the return is not known
09-11 09-12o                           1       11    a closed one before an open one
09-11o 09-12                           2       12    whichever row it is
09-11 09-12:calendar                   1       12    a person's word before the calendar's; back when both are over
08-11:phone 09-12:caldav:7             1       12    even if the calendar's began later
09-11o:admin 09-12:calendar            1       12    even if it is open: what was set counts while it lasts
08-12 09-11                            2       12    the latest news
09-11 09-11                            2       11    then the latest row
09-12 12-13                            1       13    lunch follows the meeting
09-12 12-13 13-14                      1       14    and another meeting
09-12 13-14                            1       12    an hour between: back in it
09-12 11-15 14-17                      1       17    overlapping
09-12 12-13o                           1       12    an open one does not keep anybody away
09-11o 11-12                           1       12    nor is one reachable at the end of an open one
09-12 12-                              1       ?     and then not known
09-12 13-09                            1       12    a row that ends before it begins counts for nothing
""".strip().splitlines()[1:]


@pytest.mark.requirement("R2")
@pytest.mark.parametrize("line", SEVERAL)
def test_several_at_once(line: str) -> None:
    rows = [_read(word, id) for id, word in enumerate(line[:39].split(), start=1)]
    counts, back = line[39:].split()[:2]
    found = absence_in_force(rows, NOW)
    assert (str(found.id) if found else "-") == counts
    expected = None if back in "-?" else clock(back)
    assert return_time(rows, NOW) == expected
    assert found is None or found.until == expected


def _read(word: str, id: int) -> Absence:
    hours, _, source = word.partition(":")
    return away(hours.rstrip("o"), hours.endswith("o"), source or "admin", id)


@pytest.mark.requirement("R1")
@given(INSTANTS.flatmap(lambda now: st.tuples(st.just(now), st.lists(absences(now), max_size=8))))
def test_closed_whenever_a_closed_one_is_in_force(given_rows: tuple[datetime, list[Absence]]) -> None:
    now, rows = given_rows
    in_force = [each for each in rows if each.start <= now and (each.until is None or now < each.until)]
    found = absence_in_force(rows, now)
    assert (found is None) is (not in_force)
    if found is not None:
        own = [each for each in in_force if not is_from_calendar(each)]
        assert found.open is all(each.open for each in own or in_force)
        assert found.id in {each.id for each in in_force}


@pytest.mark.requirement("R2")
@given(INSTANTS.flatmap(lambda now: st.tuples(st.just(now), st.lists(absences(now), max_size=8))))
def test_the_return_lies_ahead_and_nobody_is_away_then(given_rows: tuple[datetime, list[Absence]]) -> None:
    now, rows = given_rows
    found = absence_in_force(rows, now)
    back = return_time(rows, now)
    if found is None or back is None:
        return
    assert back > now
    assert all(each.open for each in absences_in_force(rows, back))


@given(INSTANTS.flatmap(lambda now: st.tuples(st.just(now), st.lists(absences(now), max_size=6), st.randoms())))
def test_the_order_of_rows_does_not_matter(case: tuple[datetime, list[Absence], Random]) -> None:
    now, rows, random = case
    by_id = list({each.id: each for each in rows}.values())
    shuffled = list(by_id)
    random.shuffle(shuffled)
    assert absence_in_force(by_id, now) == absence_in_force(shuffled, now)


@pytest.mark.requirement("R2")
def test_in_the_hour_that_comes_twice() -> None:
    """Away from 02:45 in summer time until 02:15 in winter time, which is half an hour."""
    start, until = local("2026-10-25 02:45"), local("2026-10-25 02:15").replace(fold=1)
    row = Absence(1, 1, AbsenceReason.MEETING, start, until)
    assert absence_problem(row) is None
    assert absence_in_force([row], local("2026-10-25 02:05").replace(fold=1)) is not None
    assert absence_in_force([row], local("2026-10-25 02:50")) is not None
    assert absence_in_force([row], local("2026-10-25 02:20")) is None
    assert absence_in_force([row], local("2026-10-25 02:20").replace(fold=1)) is None


def test_a_row_that_ends_before_it_begins_has_a_problem() -> None:
    assert absence_problem(away("11-09")) is not None
    assert absence_problem(away("11-11")) is not None
    assert absence_problem(away("09-11")) is None
    assert absence_problem(away("09-")) is None


@pytest.mark.requirement("R2")
@pytest.mark.parametrize(
    ("until", "whole_days"),
    [
        (None, False),
        (local("2026-08-10 00:00"), True),
        (local("2026-08-10 08:00"), False),
        (datetime(2026, 8, 9, 22, 0, tzinfo=UTC), True),
        (datetime(2026, 12, 9, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 8, 10, 0, 0, tzinfo=UTC), False),
    ],
)
def test_midnight_is_a_date(until: datetime | None, whole_days: bool) -> None:
    assert speaks_whole_days(until) is whole_days
