"""What an autoreply, and the letter about it, tell."""

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.autoreply.referral import Referral
from switchboard.domain.directory import AbsenceReason, Language
from switchboard.domain.working_days import STOCKHOLM


@dataclass(frozen=True, slots=True)
class AutoreplyFacts:
    """`reason` None: it is not told. `until` None: the return is not known. `at`: from when it is told."""

    name: str
    title: str
    unit: str
    authority: str
    reason: AbsenceReason | None
    at: datetime
    until: datetime | None
    whole_days: bool
    referral: Referral
    first_language: Language = "sv"


def year_of_another(moment: datetime, now: datetime) -> str:
    """` 2027`, behind a day in another year than that of `now`; else empty."""
    year = moment.astimezone(STOCKHOLM).year
    return f" {year}" if year != now.astimezone(STOCKHOLM).year else ""


@dataclass(frozen=True, slots=True)
class Telling:
    """Of an absence and its autoreply, to the person. `in_force`: it has begun. `by_us`: the switchboard sets the reply
    at the mail server and takes it away again."""

    facts: AutoreplyFacts
    start: datetime
    in_force: bool
    by_us: bool
