"""From rows to values: opening hours, absences, greetings, routing rules, operators' sessions."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Literal, TypeVar, cast

from switchboard.db.directory_store.fields import BrokenRow, Fields
from switchboard.db.directory_store.organisation_rows import language
from switchboard.domain.directory import (
    Absence,
    AbsenceCode,
    AbsenceReason,
    AfterWork,
    FourDigits,
    Greeting,
    GreetingKind,
    GreetingSituation,
    OpeningPeriod,
    OwnerKind,
    RoutingRule,
    RuleAction,
    Schedule,
    ScheduleException,
    UnansweredCalls,
)

T = TypeVar("T")
Row = Mapping[str, object]
MIDNIGHT = time(0)
DAY_BEGINS = time(8)
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
"""The start of an absence whose own cannot be read: it is in force, and any other that is comes before it."""


def schedule(fields: Fields, periods: Iterable[Row], exceptions: Iterable[Row]) -> Schedule:
    """A period or exception that cannot be read is left out, and the schedule is reported with its problem."""
    return Schedule(
        id=fields.number("id"),
        authority_id=fields.number("authority_id"),
        name=fields.salvage(lambda: fields.name("name"), ""),
        closed_on_holidays=fields.salvage(lambda: fields.flag("closed_on_holidays"), True),
        periods=tuple(_readable(fields, "opening_period", periods, opening_period)),
        exceptions=tuple(_readable(fields, "schedule_exception", exceptions, schedule_exception)),
    )


def _readable(fields: Fields, table: str, rows: Iterable[Row], read: Callable[[Fields], T]) -> Iterable[T]:
    for row in rows:
        try:
            yield read(Fields(row))
        except BrokenRow as broken:
            fields.problems.append(f"{table} {row['id']}, {broken}")


def opening_period(fields: Fields) -> OpeningPeriod:
    opens, closes = _hours(fields.time_of_day("opens"), fields.time_of_day("closes"))
    return OpeningPeriod(
        id=fields.number("id"),
        schedule_id=fields.number("schedule_id"),
        weekday=fields.number("weekday", 0, 6),
        opens=opens,
        closes=closes,
    )


def schedule_exception(fields: Fields) -> ScheduleException:
    first, last = fields.day("first_date"), fields.day("last_date")
    if last < first:
        raise BrokenRow("last_date", "is before first_date")
    opens, closes = fields.maybe_time_of_day("opens"), fields.maybe_time_of_day("closes")
    if opens is None or closes is None:
        if opens is not closes:
            raise BrokenRow("opens" if opens is None else "closes", "is empty, and the other is not")
    else:
        opens, closes = _hours(opens, closes)
    return ScheduleException(
        id=fields.number("id"),
        schedule_id=fields.number("schedule_id"),
        first=first,
        last=last,
        opens=opens,
        closes=closes,
    )


def _hours(opens: time, closes: time) -> tuple[time, time]:
    if closes != MIDNIGHT and closes <= opens:
        raise BrokenRow("closes", "is not after opens")
    return opens, closes


def absence(fields: Fields) -> Absence:
    """No phone rings for a typing error: an absence whose start cannot be read has begun, and one whose return cannot
    be read holds with the return unknown."""
    return Absence(
        id=fields.number("id"),
        person_id=fields.number("person_id"),
        reason=fields.salvage(lambda: fields.choice("reason", AbsenceReason), AbsenceReason.OTHER),
        start=fields.salvage(lambda: fields.instant("start"), LONG_AGO),
        until=fields.salvage(lambda: fields.maybe_instant("until"), None),
        open=fields.salvage(lambda: fields.flag("open"), False),
        deputy_id=fields.salvage(lambda: fields.maybe_number("deputy_id"), None),
        source=fields.text("source"),
        recorded_at=fields.salvage(lambda: fields.maybe_instant("recorded_at"), None),
    )


def unanswered_calls(fields: Fields) -> UnansweredCalls:
    """Nobody is taken for one who does not answer by a row that cannot be read."""
    return UnansweredCalls(
        id=fields.number("id"),
        person_id=fields.number("person_id"),
        calls=fields.number("calls", 0, 1_000_000),
        latest_at=fields.instant("latest_at"),
        asked_at=fields.maybe_instant("asked_at"),
    )


def greeting(fields: Fields) -> Greeting:
    owners = "person|unit|function_group|authority"
    reason = fields.maybe_text("reason")
    return Greeting(
        id=fields.number("id"),
        owner_kind=cast("OwnerKind", fields.matching("owner_kind", owners, f"owner ({owners})")),
        owner_id=fields.number("owner_id"),
        kind=fields.choice("kind", GreetingKind),
        language=language(fields, "language"),
        sha256=fields.matching("sha256", "[0-9a-f]{64}", "sha256 of a recording (64 hex digits)"),
        reason=fields.choice("reason", AbsenceReason) if reason else None,
        valid_until=fields.maybe_instant("valid_until"),
        situation=fields.choice("situation", GreetingSituation),
    )


def routing_rule(fields: Fields) -> RoutingRule:
    action = fields.salvage(lambda: fields.choice("action", RuleAction), RuleAction.ROUTE)
    states = "always|open|closed"
    return RoutingRule(
        id=fields.number("id"),
        authority_id=fields.number("authority_id"),
        priority=fields.number("priority"),
        called_pattern=fields.maybe_text("called_pattern"),
        caller_pattern=fields.maybe_text("caller_pattern"),
        schedule_id=fields.maybe_number("schedule_id"),
        when=cast('Literal["always", "open", "closed"]', fields.matching("schedule_state", states, states)),
        action=action,
        destination=fields.salvage(lambda: fields.maybe_destination("destination"), None),
    )


def absence_code(fields: Fields) -> AbsenceCode:
    """What four digits mean and the usual length are salvaged: a key that everybody knows by heart does not vanish."""
    asked: tuple[timedelta | AfterWork | None, time] = (None, DAY_BEGINS)
    length, begins = fields.salvage(lambda: default_length(fields), asked)
    pattern = "time|date"
    four = fields.salvage(lambda: fields.matching("four_digits", pattern, "meaning (time or date)"), "time")
    return AbsenceCode(
        id=fields.number("id"),
        authority_id=fields.number("authority_id"),
        digit=fields.matching("digit", "[0-9]", "key from 0 to 9"),
        reason=fields.choice("reason", AbsenceReason),
        name=fields.text("name").strip(),
        four_digits=cast("FourDigits", four),
        length=length,
        day_begins=begins,
        open=fields.salvage(lambda: fields.flag("open"), False),
    )


def default_length(fields: Fields) -> tuple[timedelta | AfterWork | None, time]:
    text = fields.text("default_length").strip()
    if text == "ask":
        return None, DAY_BEGINS
    if found := re.fullmatch(r"next_working_day(?: ([01][0-9]|2[0-3]):([0-5][0-9]))?", text):
        return "next_working_day", time(int(found[1]), int(found[2])) if found[1] else DAY_BEGINS
    if (found := re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])", text)) and found[0].strip("0:"):
        return timedelta(hours=int(found[1]), minutes=int(found[2])), DAY_BEGINS
    raise BrokenRow("default_length", f"{text[:80]!r} is none of ask, next_working_day and a length such as 1:30")
