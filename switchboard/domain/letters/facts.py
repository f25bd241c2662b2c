"""What a letter about a callback task tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from switchboard.domain.directory import Language
from switchboard.domain.numbers import display_number, parse_number

WITHHELD: Mapping[Language, str] = {"sv": "dolt nummer", "en": "number withheld"}
CONFIDENTIAL: Mapping[Language, str] = {
    "sv": "numret visas bara i växeln",
    "en": "number shown at the switchboard only",
}
PROMISED_BY = frozenset({"voicemail", "queue"})
"""Sources of tasks whose callers heard by when they are called back; `fallback`: that they are."""


class LetterKind(StrEnum):
    """The kinds of notices, and what a colleague is asked for: an absence, a greeting of their own."""

    OPENED = "task_opened"
    JOINED = "message_joined"
    HANDED_OVER = "handed_over"
    REMINDER = "reminder"
    BREACH = "breach"
    UNANSWERED = "unanswered"
    GREETING = "greeting"


@dataclass(frozen=True, slots=True)
class Late:
    """A task past its deadline. `name`: for whom it is. `secret`: its caller stays here (R46)."""

    name: str
    caller: str | None
    due: datetime
    promised: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """`reader` is the first name of who reads, empty for a shared mailbox; `name` whom the caller sought; `caller` is
    E.164, short digits or None. `due` None: no term. `seconds` None: there is no recording; `listen`: the
    code that plays it, empty where the reader's telephone does not. `secret`: caller and
    recording stay here (R46). `source` is the task's, `email_counts` the policy's: they say what the caller was told.
    `late`: with a breach, the unit's, and `more` beside them.
    `unanswered`: calls in a row; `diverted`: the telephones are silent meanwhile."""

    authority: str
    name: str
    received_at: datetime
    link: str
    reader: str = ""
    caller: str | None = None
    due: datetime | None = None
    promised: bool = False
    seconds: float | None = None
    audio_attached: bool = False
    secret: bool = False
    listen: str = ""
    source: str = ""
    email_counts: bool = False
    note: str = ""
    unit: str = ""
    late: Sequence[Late] = ()
    more: int = 0
    unanswered: int = 0
    diverted: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    subject: str
    body: str


def shown_number(caller: str | None) -> str | None:
    """As people write it. None: not known."""
    if not caller:
        return None
    e164 = parse_number(caller) if caller.startswith("+") else None
    return display_number(e164) if e164 else " ".join("".join(c if c.isprintable() else " " for c in caller).split())
