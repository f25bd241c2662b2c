"""What a reading of a calendar changes: lifted stays lifted, unread stays known, everything else follows (R1, R2)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.calendar import Occurrence, SaidNow, SourceState, decide_changes
from switchboard.domain.calendar.keeping import HISTORY
from switchboard.domain.calendar.sources import host_of, server_of, source_name, source_of, web_address
from switchboard.domain.directory import AbsenceReason

NOW = datetime(2026, 8, 12, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
MEETING = Occurrence(1, "a", AbsenceReason.MEETING, NOW - HOUR, NOW + HOUR, deputy_id=2)

series = st.sampled_from(["a", "b", "c"])
times = st.integers(-3, 3).map(lambda hours: NOW + hours * HOUR)
occurrences = st.builds(
    Occurrence, st.just(1), series, st.sampled_from([AbsenceReason.MEETING, AbsenceReason.LUNCH]), times, times,
    st.booleans(), st.sampled_from([None, 2]),
)  # fmt: skip
known_rows = st.lists(occurrences, max_size=8).map(lambda rows: dict(enumerate(rows)))


@given(known_rows, st.sets(occurrences), st.sets(series), st.sets(occurrences))
def test_what_is_kept_is_what_is_said_without_what_was_lifted(
    known: dict[int, Occurrence], wanted: set[Occurrence], unread: set[str], lifted: set[Occurrence]
) -> None:
    said = SaidNow(wanted, unread, {each.apart_from_deputy() for each in lifted})
    changes = decide_changes(known, said, NOW)
    after = [each for id, each in known.items() if id not in changes.removed] + list(changes.added)
    lasting = [each for each in after if each.until is not None and each.until > NOW]
    expected = {
        each for each in wanted if each.until and each.until > NOW and each.apart_from_deputy() not in said.lifted
    }
    assert expected <= set(lasting)
    assert all(each in expected or each.series in unread for each in lasting)
    assert changes.added.isdisjoint(known.values()) or len(changes.removed) > 0
    again = decide_changes(dict(enumerate(after)), said, NOW)
    assert not again


def test_what_was_lifted_counts_again_when_the_calendar_says_something_else() -> None:
    lifted = [MEETING.apart_from_deputy()]
    assert not decide_changes({}, SaidNow([MEETING], lifted=lifted), NOW)
    assert not decide_changes({}, SaidNow([replace(MEETING, deputy_id=None)], lifted=lifted), NOW)
    assert MEETING.until is not None
    for other in (
        replace(MEETING, until=MEETING.until + HOUR),
        replace(MEETING, reason=AbsenceReason.VACATION),
        replace(MEETING, series="b"),
        replace(MEETING, open=True),
    ):
        assert decide_changes({}, SaidNow([other], lifted=lifted), NOW).added == {other}


def test_a_series_that_cannot_be_worked_out_erases_nothing() -> None:
    known = {7: MEETING, 8: replace(MEETING, series="b")}
    assert decide_changes(known, SaidNow([], {"a"}), NOW).removed == {8}


def test_what_is_over_stays_for_a_while_as_history() -> None:
    old = replace(MEETING, start=NOW - 2 * HISTORY, until=NOW - HISTORY)
    assert decide_changes({1: old, 2: replace(MEETING, until=NOW)}, SaidNow([]), NOW).removed == {1}


def test_a_failure_keeps_when_it_began_and_when_the_calendar_was_last_read() -> None:
    state = SourceState().read(NOW).failed(NOW + HOUR, "slow").failed(NOW + 2 * HOUR, "gone")
    assert state == SourceState(NOW, NOW + HOUR, "gone")
    assert state.read(NOW + 3 * HOUR, "1 event") == SourceState(NOW + 3 * HOUR, NOW + HOUR, "1 event")
    assert state.read(NOW + 3 * HOUR) == SourceState(NOW + 3 * HOUR)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" https://cal.example/a.ics ", "https://cal.example/a.ics"),
        ("webcal://cal.example/a.ics", "https://cal.example/a.ics"),
        ("WEBCALS://cal.example:8443/a", "https://cal.example:8443/a"),
        ("http://10.0.0.1/a", "http://10.0.0.1/a"),
    ],
)
def test_addresses_that_can_be_asked(text: str, address: str) -> None:
    assert web_address(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "cal.example/a.ics", "ftp://cal.example/", "https://", "https://[::1/", "https://a:0/", "file:///etc/passwd",
     "https://anna:secret@cal.example/", "https://a/\x07b",
     "https://a /b", "https://å.example/", "https://a%2e/", "https://a/" + "x" * 2000],
)  # fmt: skip
def test_addresses_that_cannot(text: str) -> None:
    with pytest.raises(ValueError, match=r"must|cannot|is too long"):
        web_address(text)


def test_a_server_is_scheme_host_and_port() -> None:
    assert (
        server_of("https://cal.example/a") == server_of("https://CAL.example:443/b") != server_of("http://cal.example")
    )
    assert (host_of("https://cal.example:8443/a"), server_of("https://a:b/"), host_of("http://[")) == (
        "cal.example", "", "",
    )  # fmt: skip


def test_a_source_is_known_by_its_name() -> None:
    assert source_of(source_name(12)) == 12
    assert [source_of(each) for each in ("calendar", "calendar:", "calendar:x", "ical:1", "admin", "calendar:²")] == (
        [None] * 6
    )
