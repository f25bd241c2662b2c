"""A database that is locked for an hour is told of twice, not at each look."""

from switchboard.calls.duties.outages import Outage
from tests.fakes.world import FakeLog


def _tries(outage: Outage, *errors: Exception | None) -> None:
    for error in errors:
        with outage.trying():
            if error is not None:
                raise error


def test_it_is_told_of_when_it_begins_and_when_it_is_over() -> None:
    log = FakeLog()
    outage = Outage(log, "jobs_not_looked_at", "jobs_looked_at_again")
    _tries(outage, None, *[OSError("locked") for _ in range(100)])
    assert outage.lasts
    _tries(outage, None, None)
    assert not outage.lasts
    assert [(level, event) for level, event, _ in log.lines] == [
        ("exception", "jobs_not_looked_at"),
        ("info", "jobs_looked_at_again"),
    ]
    _tries(outage, OSError("locked"))
    assert log.events("exception") == ["jobs_not_looked_at"] * 2


def test_another_kind_of_failure_is_told_of_in_the_middle() -> None:
    log = FakeLog()
    _tries(
        Outage(log, "jobs_not_looked_at", "jobs_looked_at_again"), OSError(), KeyError("x"), KeyError("x"), OSError()
    )
    assert len(log.events("exception")) == 3
