"""What SIPp writes down: response times (-trace_rtt) and the statistics file (-trace_stat)."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass


class NoResult(ValueError):
    """SIPp left no statistics: it did not start, or was ended before its first second."""


@dataclass(frozen=True, slots=True)
class Counts:
    """`elapsed_s` from SIPp's start until its last call had ended."""

    created: int
    successful: int
    failed: int
    retransmissions: int
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds, by nearest rank: each is a time that was measured."""

    p50: float
    p95: float
    p99: float
    largest: float
    count: int


def read_response_times(text: str) -> list[float]:
    """Milliseconds from INVITE to 200, one for each answered call."""
    return [float(row["response_time_ms"]) for row in csv.DictReader(text.splitlines(), delimiter=";")]


def read_counts(text: str) -> Counts:
    """The cumulative columns (C) of the last line."""
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    if not rows:
        raise NoResult("SIPp wrote no statistics")
    last = rows[-1]
    return Counts(
        created=int(last["TotalCallCreated"]),
        successful=int(last["SuccessfulCall(C)"]),
        failed=int(last["FailedCall(C)"]),
        retransmissions=int(last["Retransmissions(C)"]),
        elapsed_s=_epoch(last["CurrentTime"]) - _epoch(last["StartTime"]),
    )


def percentiles(times: Sequence[float]) -> Percentiles:
    if not times:
        return Percentiles(math.inf, math.inf, math.inf, math.inf, 0)
    ordered = sorted(times)

    def rank(share: float) -> float:
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

    return Percentiles(rank(0.50), rank(0.95), rank(0.99), ordered[-1], len(ordered))


def _epoch(moment: str) -> float:
    """SIPp writes date, time and seconds since 1970 with tabs between."""
    return float(moment.split("\t")[-1])
