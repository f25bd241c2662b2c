"""Local time in Sweden, as people write it."""

from datetime import UTC, datetime

from switchboard.domain.working_days import STOCKHOLM


def parse_local_time(text: str) -> datetime:
    """An ISO 8601 time, local where it has no zone, in Europe/Stockholm. ValueError where it cannot be read, or is a
    local time that the change to summer time leaves out."""
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is not None:
        return moment.astimezone(STOCKHOLM)
    local = moment.replace(tzinfo=STOCKHOLM)
    if local.astimezone(UTC).astimezone(STOCKHOLM).replace(tzinfo=None) != moment:
        raise ValueError(f"{text.strip()} does not exist: the clocks are put forward over it")
    return local


def is_before(one: datetime, other: datetime) -> bool:
    """Of two instants. Python compares two times of the same zone by their clock faces, which is wrong in the hour
    that comes twice when summer time ends."""
    return one.astimezone(UTC) < other.astimezone(UTC)


def seconds_between(start: datetime, end: datetime) -> float:
    """Elapsed time, also across a change of the clocks."""
    return (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()
