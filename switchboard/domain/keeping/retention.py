"""How long what is kept is kept (R44), and what must stay whatever its age (R16, R47).

The rule is that of the policy in force today, not of the day on which the row was written: an authority that decides
to keep less keeps less from that day on. Days are whole days by the calendar in Sweden: what is kept for 30 days is
erased when the 30th day after its own has passed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import Policy
from switchboard.domain.keypad.pins import FORGOTTEN_AFTER
from switchboard.domain.working_days import local_date


class Kind(StrEnum):
    """AUDIO: recordings of messages, and their callers. CALLS: who called, in the journal and the queues' places.
    TASKS: whom to call back, and what was noted about it. LETTERS: e-mail that was sent. AUDIT: who did what.
    ABSENCES: those that are over. GREETINGS: recordings that were replaced. PINS: wrong PINs, for which no policy is
    asked."""

    AUDIO = "audio"
    CALLS = "calls"
    TASKS = "tasks"
    LETTERS = "letters"
    AUDIT = "audit"
    ABSENCES = "absences"
    GREETINGS = "greetings"
    PINS = "pins"


BY_POLICY = tuple(kind for kind in Kind if kind is not Kind.PINS)


@dataclass(frozen=True, slots=True)
class Stored:
    """One thing that is kept. `since`: its age counts from then. `authority_id` None: it belongs to none, or to all.
    `threat`: a threat mark holds it; `task_open`: somebody is still to be called back about it."""

    kind: Kind
    since: datetime
    authority_id: int | None = None
    threat: bool = False
    task_open: bool = False


@dataclass(frozen=True, slots=True)
class Erase:
    """`rule` says by which version of which policy, and after how many days."""

    rule: str


@dataclass(frozen=True, slots=True)
class Keep:
    """`until`: the first day on which it may be erased; None: not before something else happens."""

    reason: str
    until: date | None = None


def decide_retention(stored: Stored, policies: Mapping[int, Sequence[Policy]], now: datetime) -> Erase | Keep:
    """`policies` are those of every authority by its id."""
    if stored.threat:
        return Keep("a threat mark holds it")
    if stored.task_open:
        return Keep("its callback task has not ended")
    limit = limit_of(stored.kind, stored.authority_id, policies, local_date(now))
    if limit.days is None:
        return Keep(limit.rule)
    first = local_date(stored.since) + timedelta(days=limit.days + 1)
    return Erase(limit.rule) if local_date(now) >= first else Keep(limit.rule, first)


@dataclass(frozen=True, slots=True)
class Limit:
    """`days` None: no end."""

    days: int | None
    rule: str


def limit_of(kind: Kind, authority_id: int | None, policies: Mapping[int, Sequence[Policy]], today: date) -> Limit:
    """What belongs to no one authority is kept for as long as the one that keeps longest."""
    if kind is Kind.PINS:
        return Limit(FORGOTTEN_AFTER.days, f"wrong PINs are forgotten after {FORGOTTEN_AFTER.days} days")
    if authority_id is not None:
        return _limit(kind, policy_in_force(policies.get(authority_id, ()), today))
    limits = [_limit(kind, policy_in_force(versions, today)) for versions in policies.values()]
    endless = [each for each in limits if each.days is None]
    if endless or not limits:
        return endless[0] if endless else Limit(None, "no policy is in force")
    return max(limits, key=lambda each: each.days or 0)


def _limit(kind: Kind, policy: Policy | None) -> Limit:
    if policy is None:
        return Limit(None, "no policy is in force")
    days = keep_days(policy, kind)
    if days is None:
        return Limit(None, f"policy {policy.id} sets no end for {kind.value}")
    return Limit(days, f"policy {policy.id}: {kind.value} {days} days")


def shortest_limit(kind: Kind, policies: Mapping[int, Sequence[Policy]]) -> int | None:
    """Nothing younger is erased, by whatever version of whichever policy; None: nothing at all is."""
    if kind is Kind.PINS:
        return FORGOTTEN_AFTER.days
    found = [keep_days(each, kind) for versions in policies.values() for each in versions]
    return min((days for days in found if days is not None), default=None)


def keep_days(policy: Policy, kind: Kind) -> int | None:
    limits: Mapping[Kind, int | None] = {
        Kind.AUDIO: policy.keep_audio_days,
        Kind.CALLS: policy.keep_calls_days,
        Kind.TASKS: policy.keep_tasks_days,
        Kind.LETTERS: policy.keep_letters_days,
        Kind.AUDIT: policy.keep_audit_days,
        Kind.ABSENCES: policy.keep_absences_days,
        Kind.GREETINGS: policy.keep_greetings_days,
        Kind.PINS: FORGOTTEN_AFTER.days,
    }
    return limits[kind]
