"""What an autoreply, and the letter about it, tell."""

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.autoreply.referral import Referral
from switchboard.domain.directory import AbsenceReason, Language


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


@dataclass(frozen=True, slots=True)
class Telling:
    """Of an absence and its autoreply, to the person. `in_force`: it has begun. `by_us`: the switchboard sets the reply
    at the mail server and takes it away again."""

    facts: AutoreplyFacts
    start: datetime
    in_force: bool
    by_us: bool
