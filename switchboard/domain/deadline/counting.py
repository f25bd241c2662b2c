"""By when a caller must have been called back (R14, R15, R50).

Received on the local date D, whatever the hour and whether D is a working day or not, a promise of n working days
ends with the n-th working day after D.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from switchboard.domain.callback import Deadline
from switchboard.domain.directory import Policy
from switchboard.domain.working_days import (
    STOCKHOLM,
    WorkingCalendar,
    is_day_off,
    local_date,
    nth_working_day_after,
)

# Whole seconds survive every database and JSON form, and unlike the next midnight the instant lies on the day it
# ends. Sweden changes its clocks at 02:00 and 03:00, so 23:59:59 exists exactly once on every day.
END_OF_DAY = time(23, 59, 59)


def policy_in_force(policies: Sequence[Policy], day: date) -> Policy | None:
    """The version with the latest `valid_from` not after `day` (R50); among equals the latest row.

    Where none is in force yet the earliest to come counts: a promise a little early is better than none.
    """
    begun = [policy for policy in policies if policy.valid_from <= day]
    if begun:
        return max(begun, key=lambda policy: (policy.valid_from, policy.id))
    return min(policies, key=lambda policy: (policy.valid_from, -policy.id), default=None)


def count_deadline(received: datetime, policies: Sequence[Policy], calendar: WorkingCalendar) -> Deadline:
    """The deadline of what came in at `received` (aware, any zone).

    ValueError for a naive `received`, CalendarRangeError where the calendar does not reach that far. A policy
    that says less than one working day counts as one: `switchboard check` reports the row, and the message is
    kept.
    """
    day = local_date(received)
    policy = policy_in_force(policies, day)
    if policy is None:
        return Deadline(None, None, "the authority has no policy: call back, with no term", None)
    if policy.callback_working_days is None:
        rule = f"policy {policy.id} ({_validity(policy, day)}): always call back, with no term"
        return Deadline(None, None, rule, policy.id)
    days = max(1, policy.callback_working_days)
    on = nth_working_day_after(calendar, day, days)
    at = datetime.combine(on, END_OF_DAY, STOCKHOLM)
    return Deadline(on, at, _explain(day, on, policy, calendar), policy.id)


def _explain(day: date, on: date, policy: Policy, calendar: WorkingCalendar) -> str:
    days = max(1, policy.callback_working_days or 0)
    passed_over = ", ".join(_passed_over(day, on, calendar))
    return (
        f"received {day:%a} {day}; {days} working {'day' if days == 1 else 'days'} after it by policy {policy.id}"
        f" ({_validity(policy, day)})"
        f"{'; not counted: ' + passed_over if passed_over else ''}; by the end of {on:%a} {on}"
    )


def _validity(policy: Policy, day: date) -> str:
    begins = f"in force from {policy.valid_from}"
    return begins if policy.valid_from <= day else f"{begins} only: the earliest version, since none was in force"


def _passed_over(day: date, on: date, calendar: WorkingCalendar) -> Iterator[str]:
    """The days between that are no working days, and why."""
    while (day := day + timedelta(days=1)) < on:
        if is_day_off(calendar, day):
            yield f"{day:%a} {day} ({calendar.names.get(day, 'holiday')})"
        elif day.weekday() > 4:
            yield f"{day:%a} {day} (weekend)"
