"""Greetings as lists show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class GreetingView:
    id: int
    owner_kind: Literal["person", "unit", "function_group", "authority"]
    owner_id: int
    kind: Literal["name", "personal", "answer_phrase"]
    language: Literal["sv", "en"]
    reason: str | None
    valid_until: datetime | None
    sha256: str
    situation: str = "always"


@dataclass(frozen=True, slots=True)
class GreetingVersionView:
    """A recording that was put in force at `at` by `actor`. `in_force`: it is now. `master_sha256`: at 16 kHz."""

    id: int
    owner_kind: str
    owner_id: int
    kind: str
    language: str
    situation: str
    reason: str | None
    valid_until: datetime | None
    sha256: str
    master_sha256: str | None
    at: datetime | None
    actor: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class LackingGreetingView:
    """A person whom callers hear no greeting of their own from, in these languages (R12, R13)."""

    person_id: int
    person: str
    authority: str
    unit: str | None
    extension: str | None
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LackingNameView:
    """Somebody or something without a recorded name in any language. Callers hear a person's `extension` instead."""

    owner_kind: Literal["authority", "unit", "function_group", "person"]
    owner_id: int
    name: str
    authority: str
    extension: str | None
