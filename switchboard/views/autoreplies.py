"""Autoreplies as lists show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class AutoreplyTextView:
    """The autoreply of an absence that is in force or coming. `until`: when the person is really back. `body` holds
    both languages. `referral_number` is E.164."""

    person_id: int
    person: str
    absence_id: int
    start: datetime
    until: datetime | None
    in_force: bool
    subject: str
    swedish: str
    english: str
    body: str
    referral: Literal["deputy", "function", "unit", "switchboard"]
    referral_name: str
    referral_number: str | None
    referral_email: str | None


@dataclass(frozen=True, slots=True)
class AutoreplyStateView:
    """A person by phone and by mail. `expected`: they are absent, and the authority wants a reply by mail. `seen`: what
    the mailbox answered at `seen_at`; None: it is not known. `error` with `tries`: it could not be set or looked at."""

    person_id: int
    person: str
    authority: str
    unit: str | None
    absent: bool
    until: datetime | None
    expected: bool
    seen: Literal["ours", "own", "silent"] | None
    seen_at: datetime | None
    disparity: Literal["absent_by_phone_only", "absent_by_mail_only"] | None
    error: str | None
    tries: int
