"""Reading what SIPp writes."""

import math

import pytest

from tests.bench.sipp_files import NoResult, percentiles, read_counts, read_response_times

STATISTICS = (
    "StartTime;CurrentTime;TotalCallCreated;SuccessfulCall(P);SuccessfulCall(C);FailedCall(C);Retransmissions(C);\n"
    "2026-11-23\t01:07:43.480970\t100.5;2026-11-23\t01:07:44.4\t101.5;50;20;20;0;0;\n"
    "2026-11-23\t01:07:43.480970\t100.5;2026-11-23\t01:07:45.8\t103.0;60;37;57;3;4;\n"
)


def test_the_last_line_counts() -> None:
    counts = read_counts(STATISTICS)
    assert (counts.created, counts.successful, counts.failed, counts.retransmissions) == (60, 57, 3, 4)
    assert counts.elapsed_s == pytest.approx(2.5)


@pytest.mark.parametrize("text", ["", STATISTICS.splitlines()[0] + "\n"])
def test_a_run_that_measured_nothing_is_an_error(text: str) -> None:
    with pytest.raises(NoResult):
        read_counts(text)


def test_response_times_are_milliseconds_of_each_call() -> None:
    text = "Date_ms;response_time_ms;rtd_no\n26.384;1.697;setup\n48.341;13.311;setup\n"
    assert read_response_times(text) == [1.697, 13.311]


def test_percentiles_are_times_that_were_measured() -> None:
    times = [float(value) for value in range(100, 0, -1)]
    found = percentiles(times)
    assert (found.p50, found.p95, found.p99, found.largest, found.count) == (50, 95, 99, 100, 100)


def test_one_late_call_in_ten_is_seen() -> None:
    assert percentiles([1.0] * 9 + [500.0]).p95 == 500
    assert percentiles([1.0] * 9 + [500.0]).p50 == 1


def test_without_an_answered_call_no_rate_passes() -> None:
    assert math.isinf(percentiles([]).p95)
