"""Column types that mean the same on SQLite and PostgreSQL, and readers of what an administrator typed.

SQLite keeps any text in any column. A reader takes what the database gave and raises `Unreadable` for what
it cannot understand; the types below give None for it, so that one wrong row never hides the others.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from sqlalchemy import JSON, BigInteger, Date, DateTime, Dialect, Integer, Text, Time
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from switchboard.domain.working_days import STOCKHOLM

INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%S.%f+00:00"
T = TypeVar("T")


class Unreadable(ValueError):
    """A stored value that cannot be understood; the message says what was expected."""


def read_instant(value: object) -> datetime:
    """ISO 8601 with a zone; without one it is local time in Sweden. Aware, in Europe/Stockholm."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)
        return zoned.astimezone(STOCKHOLM)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{str(value)[:60]!r} is no date and time such as 2026-08-03 08:00") from error


def write_instant(moment: datetime) -> str:
    """UTC with microseconds always, so that texts sort as instants do."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(UTC).strftime(INSTANT_FORMAT)


def read_date(value: object) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise Unreadable(f"{str(value)[:60]!r} is no date such as 2026-08-03") from error


def read_time(value: object) -> time:
    """`8:00`, `08:00`, `08:00:00`; `24:00` is the end of the day and becomes 00:00."""
    if isinstance(value, time):
        return value
    text = str(value).strip()
    padded = text if text[1:2].isdigit() else f"0{text}"
    try:
        return time.fromisoformat("00:00" if padded in ("24:00", "24:00:00") else padded)
    except ValueError as error:
        raise Unreadable(f"{text[:60]!r} is no time of day such as 08:00") from error


def _readable(reader: Callable[[object], T], value: object) -> T | None:
    if value is None:
        return None
    try:
        return reader(value)
    except Unreadable:
        return None


class Instant(TypeDecorator[datetime]):
    """An aware datetime: `timestamptz` on PostgreSQL, UTC text of fixed width on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        if value is None:
            return None
        text = write_instant(value)
        return text if dialect.name == "sqlite" else value

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        return _readable(read_instant, value)


class LocalDate(TypeDecorator[date]):
    """A calendar date in Sweden: `date` on PostgreSQL, ISO text on SQLite."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> object:
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: object, dialect: Dialect) -> date | None:
        return _readable(read_date, value)


class LocalTime(TypeDecorator[time]):
    """A time of day in Sweden: `time` on PostgreSQL, `08:00` text on SQLite."""

    impl = Time
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Time())

    def process_bind_param(self, value: time | None, dialect: Dialect) -> object:
        return value.isoformat("auto") if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: object, dialect: Dialect) -> time | None:
        return _readable(read_time, value)


JsonObject = JSON().with_variant(JSONB(), "postgresql")
RowId = BigInteger().with_variant(Integer(), "sqlite")
