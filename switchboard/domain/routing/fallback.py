"""What the dialplan does by itself with a call while the service is away: whose phrase it answers with, whose
telephones it rings, and when (R4, R16, R23)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.domain.announcement import AnswerPhrase
from switchboard.domain.directory import Authority, Directory, FunctionGroup, Language, PhoneNumber
from switchboard.domain.diversion import PhoneState, people_of_group, ringable_members
from switchboard.domain.greeting import answer_phrase
from switchboard.domain.opening_hours import Calendars, Span, open_between, schedule_of

AHEAD = timedelta(days=14)
"""A service that is away for longer leaves operators with hours unrung: callers leave a message."""

# The numbers of one series differ in these last digits.
_SERIES_DIGITS = 3


@dataclass(frozen=True, slots=True)
class FallbackLine:
    """For the calls to one authority. `accounts` are those of the operators who can be rung, as far as is known now;
    `open` their hours until `AHEAD`, None: always."""

    authority: Authority
    phrase: AnswerPhrase
    language: Language
    accounts: tuple[str, ...] = ()
    ring_seconds: int = 25
    open: tuple[Span, ...] | None = None


def fallback_line(authority: Authority, directory: Directory, calendars: Calendars, now: datetime) -> FallbackLine:
    """Hours that cannot be read count as open, as for every call."""
    phrase, language = answer_phrase(directory, authority, now), authority.languages[0]
    group_id = authority.operators_group_id
    group = directory.function_group(group_id) if group_id is not None else None
    if group is None:
        return FallbackLine(authority, phrase, language)
    people = people_of_group(group, directory)
    # Who talks now may be free by then, and a telephone that is gone does not ring.
    phones = {device.account: PhoneState.FREE for person in people for device in directory.devices(person)}
    ringable = ringable_members(group, directory, now, phones).ring
    accounts = tuple(device.account for member in ringable for device in member.devices)
    return FallbackLine(
        authority, phrase, language, accounts, group.ring_seconds, _hours(group, directory, calendars, now)
    )


def _hours(group: FunctionGroup, directory: Directory, calendars: Calendars, now: datetime) -> tuple[Span, ...] | None:
    schedule = schedule_of(group, directory)
    if schedule is None:
        return None
    try:
        return tuple(open_between(schedule, calendars(schedule.authority_id), now, now + AHEAD))
    except (LookupError, ValueError):
        return None


class NumberOwners:
    """Whose a called number is, told by its first digits: one entry for a whole series, so that a hundred thousand
    numbers are a handful of entries."""

    def __init__(self, authorities: Iterable[Authority]) -> None:
        self._owners: dict[str, dict[str, int]] = {}
        for authority in authorities:
            self._add(authority.main_number, authority.id)

    def add(self, numbers: Iterable[PhoneNumber]) -> None:
        for number in numbers:
            self._add(number.e164, number.authority_id)

    def _add(self, e164: str, authority_id: int) -> None:
        digits = e164.removeprefix("+")
        if digits:
            self._owners.setdefault(digits[:-_SERIES_DIGITS], {})[digits] = authority_id

    def prefixes(self) -> Mapping[str, int]:
        """Authority ids by E.164 digits without `+`; the longest that a number begins with is its owner's. A series
        that several share is told by whole numbers."""
        found: dict[str, int] = {}
        for series, owners in self._owners.items():
            ids = set(owners.values())
            found |= {series: ids.pop()} if len(ids) == 1 and series else owners
        return found
