"""Un-referred absence (R1): calls that ring out at somebody who is there by all that is known.

In working hours only: outside them nobody is missed. A referral that came after the calls accounts for them, and so
does any touch of a telephone, which deletes the row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from switchboard.domain.absence import absence_in_force
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.deadline.working_hours import in_working_hours
from switchboard.domain.directory import Absence, Directory, Person, UnansweredCalls
from switchboard.domain.working_days import WorkingCalendar, local_date

CALLS = 3


@dataclass(frozen=True, slots=True)
class NotCounted:
    reason: str


@dataclass(frozen=True, slots=True)
class Counted:
    """`calls` in a row now; `ask`: it is the one at which the person is asked to set an absence, which is once."""

    calls: int
    ask: bool
    reason: str


def count_unanswered(
    person: Person, directory: Directory, calendar: WorkingCalendar, now: datetime, row: UnansweredCalls | None
) -> Counted | NotCounted:
    """One more call has rung out. `row`: as it stands in the database at this very moment."""
    policy = policy_in_force(directory.policies(person.authority_id), local_date(now))
    wanted = policy.unanswered_calls if policy is not None else CALLS
    if wanted <= 0:
        return NotCounted("the authority does not count them")
    absences = directory.absences(person.id)
    if absence_in_force(absences, now) is not None:
        return NotCounted("there is a referral")
    if not in_working_hours(policy, calendar, now):
        return NotCounted("outside working hours")
    counts = row is not None and still_counts(row, absences, now)
    calls = (row.calls if row is not None and counts else 0) + 1
    asked = row is not None and counts and row.asked_at is not None
    return Counted(calls, calls >= wanted and not asked, f"{calls} calls in a row rang out, {wanted} are asked about")


def does_not_answer(person: Person, directory: Directory, now: datetime) -> UnansweredCalls | None:
    """Somebody who was asked, and has neither touched a telephone nor been away since."""
    row = directory.unanswered(person.id)
    if row is None or row.asked_at is None or not still_counts(row, directory.absences(person.id), now):
        return None
    return row


def is_diverted(person: Person, directory: Directory, now: datetime) -> bool:
    """By the authority's rule the telephones of who does not answer stay silent."""
    policy = policy_in_force(directory.policies(person.authority_id), local_date(now))
    return policy is not None and policy.unanswered_diverts and does_not_answer(person, directory, now) is not None


def still_counts(row: UnansweredCalls, absences: Iterable[Absence], now: datetime) -> bool:
    """False once an absence has begun after the calls: callers were told, or are."""
    at = now.astimezone(UTC)
    return not any(row.latest_at.astimezone(UTC) <= each.start.astimezone(UTC) <= at for each in absences)
