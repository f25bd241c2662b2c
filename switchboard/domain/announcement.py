"""What a caller is told, as meaning. Which words and which sound files say it is decided in `speech`.

`Announcement` is a closed union: a `match` over it is checked to be complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from switchboard.domain.directory import AbsenceReason, Language
from switchboard.domain.mailbox.announcements import (
    GreetingLasts,
    GreetingState,
    MailboxSummary,
    MessageHeader,
    RecordedSound,
    TaskHeader,
    TasksSummary,
)

WhyBack = Literal[
    "absent",
    "busy",
    "no_answer",
    "no_phone",
    "nobody_there",
    "closed",
    "unknown",
    "no_answering_point",
    "wrong_row",
    "not_allowed",
    "too_many",
    "held",
    "parked",
]
"""Why a caller who was sent on comes back."""


@dataclass(frozen=True, slots=True)
class SpokenName:
    """Somebody or something to be named aloud.

    `recordings` holds the sha256 of the recorded name for each language that has one; where there is none the
    other language's recording serves, then the extension's digits, then a neutral phrase.
    """

    text: str
    recordings: Mapping[Language, str] = field(default_factory=dict)
    digits: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerPhrase:
    """The authority's own recorded phrase, or 'Välkommen till' with its name (R38)."""

    authority: SpokenName
    recordings: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonGreeting:
    """The person's own recorded greeting, or a composed one: 'Du har kommit till' authority, name (R12,
    R13)."""

    authority: SpokenName
    person: SpokenName
    recordings: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AbsenceNotice:
    """Why the person is away and when they are back (R2). `reason` None: the reason is not to be spoken.

    `until` None, or not after the moment of speaking: no time is spoken. `whole_days`: the return is a date,
    and the clock time is left out."""

    person: SpokenName
    reason: AbsenceReason | None
    until: datetime | None
    whole_days: bool = False


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The person is present but cannot be had now."""

    person: SpokenName
    why: Literal["no_answer", "busy", "no_phone"]


@dataclass(frozen=True, slots=True)
class GroupUnreachable:
    """Nobody of a function answers."""

    group: SpokenName


@dataclass(frozen=True, slots=True)
class RingingAnyway:
    """After the notice of an open absence: 'Vi provar att ringa ändå'."""


@dataclass(frozen=True, slots=True)
class Menu:
    """1 message, 2 the deputy, 0 the operators, 9 the other language; or hang up. Only what is offered is
    named."""

    message: bool = True
    deputy: SpokenName | None = None
    operators: bool = False
    other_language: Language | None = None


@dataclass(frozen=True, slots=True)
class InvalidChoice:
    pass


@dataclass(frozen=True, slots=True)
class Closed:
    """Outside the opening hours (R23). `opens_at` None: it is not known when it opens."""

    where: SpokenName
    opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class OperatorsUnavailable:
    """`busy`: operators are there but nobody answered; otherwise nobody is signed in."""

    busy: bool


@dataclass(frozen=True, slots=True)
class DeputyUnavailable:
    deputy: SpokenName


@dataclass(frozen=True, slots=True)
class UnknownNumber:
    """Nobody has the number; the caller goes to the operators."""


@dataclass(frozen=True, slots=True)
class TechnicalFault:
    """Something of ours is broken; the caller is told honestly."""


@dataclass(frozen=True, slots=True)
class Refused:
    """By rule the call is not taken."""


@dataclass(frozen=True, slots=True)
class LeaveMessage:
    """'Lämna ditt meddelande efter tonen. Avsluta med fyrkant.'"""


@dataclass(frozen=True, slots=True)
class NothingRecorded:
    pass


@dataclass(frozen=True, slots=True)
class Promise:
    """'Tack. Vi ringer upp dig senast onsdag den femte augusti' (R14-R16). `by` None: with no term.

    `email_counts`: 'ringer eller mejlar' (R15). `has_number` False: no number to call back to is known.
    """

    by: date | None
    email_counts: bool = False
    has_number: bool = True


@dataclass(frozen=True, slots=True)
class PromisedCallback:
    """To the colleague who told the caller so: 'Vi har lovat att ringa upp i morgon, fredag den fjärde december klockan
    nio' (R20). `whole_day`: 'senast' the day of `at`, without a clock time."""

    at: datetime
    whole_day: bool = False


@dataclass(frozen=True, slots=True)
class TaskOf:
    """'Till Bygglov', to a colleague who watches over more than their own."""

    owner: SpokenName


@dataclass(frozen=True, slots=True)
class MessagesFor:
    """'Meddelanden till Bygglov', before those of a mailbox that the colleague watches."""

    owner: SpokenName


@dataclass(frozen=True, slots=True)
class Goodbye:
    pass


@dataclass(frozen=True, slots=True)
class FixedPrompt:
    """An announcement that a routing row names by its prompt id."""

    prompt_id: str


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """'Du har plats nummer tre i kön. Beräknad väntetid är ungefär fyra minuter.' `minutes` None: there is no honest
    estimate, and none is spoken; 1 is spoken as 'ungefär en minut'."""

    position: int
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class ReadBackNumber:
    """'Vi ringer upp dig på noll sju noll …' and the choice: 1 right, 2 another number. `number` is E.164 or short
    digits."""

    number: str


@dataclass(frozen=True, slots=True)
class Returned:
    """To a caller who comes back after a transfer that led nowhere, one short sentence before the ring tone."""

    why: WhyBack
    to_operator: bool = True


@dataclass(frozen=True, slots=True)
class AbsenceChoices:
    """'Tryck ett för möte. Tryck två för lunch.' Keys with the reason of each, in the order in which they are read."""

    keys: tuple[tuple[str, AbsenceReason], ...]


Announcement = (
    AnswerPhrase
    | PersonGreeting
    | AbsenceNotice
    | Unreachable
    | GroupUnreachable
    | RingingAnyway
    | Menu
    | InvalidChoice
    | Closed
    | OperatorsUnavailable
    | DeputyUnavailable
    | UnknownNumber
    | TechnicalFault
    | Refused
    | LeaveMessage
    | NothingRecorded
    | Promise
    | PromisedCallback
    | Goodbye
    | FixedPrompt
    | QueuePosition
    | ReadBackNumber
    | Returned
    | GreetingState
    | GreetingLasts
    | MailboxSummary
    | MessageHeader
    | RecordedSound
    | TasksSummary
    | TaskHeader
    | TaskOf
    | MessagesFor
    | AbsenceChoices
)
