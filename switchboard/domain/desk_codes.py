"""What a colleague can dial, or transfer a caller to, beside numbers: codes for the service itself.

`*20` sign in · `#20` sign out · `*21*N` pause with reason N · `#21` resume · `*22*EXT` a callback task for EXT from
the latest call, `*22*EXT*TIME` with the time that the caller was told · `*67` park · `*68` fetch what was parked,
`*68NN` at a place · `*8EXT` the mailbox of EXT. A `#` at the end is allowed everywhere. Absences (`*23*…`, `#23#`,
`*230*…`): `keypad.orders`; `*24`, `*25…`, `*26…`: `mailbox.codes`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from switchboard.domain.directory import PauseReason
from switchboard.domain.keypad.orders import AbsenceOrder, parse_absence_order
from switchboard.domain.mailbox.codes import MailboxOrder, parse_mailbox_order

PAUSE_REASONS: Mapping[str, PauseReason] = {
    "1": PauseReason.BREAK,
    "2": PauseReason.LUNCH,
    "3": PauseReason.MEETING,
    "4": PauseReason.AFTER_WORK,
    "9": PauseReason.OTHER,
}


@dataclass(frozen=True, slots=True)
class SignIn: ...


@dataclass(frozen=True, slots=True)
class SignOut: ...


@dataclass(frozen=True, slots=True)
class Pause:
    reason: PauseReason


@dataclass(frozen=True, slots=True)
class Resume: ...


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """A callback task for whoever has the extension, to the caller of the latest call (R20). `promised`: the digits of
    a time that the caller was told, for `decide_promised_time`."""

    extension: str
    promised: str | None = None


@dataclass(frozen=True, slots=True)
class Park:
    """At the transferor's own place: the digits of their extension."""


@dataclass(frozen=True, slots=True)
class FetchParked:
    """`place` None: what the colleague who dials has parked last."""

    place: str | None = None


@dataclass(frozen=True, slots=True)
class MailboxOf:
    """Straight to the message of whoever has the extension, without ringing."""

    extension: str


DeskOrder = (
    SignIn | SignOut | Pause | Resume | TakeMessage | Park | FetchParked | MailboxOf | AbsenceOrder | MailboxOrder
)

_ORDERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], DeskOrder]], ...] = (
    (re.compile(r"\*20#?"), lambda _: SignIn()),
    (re.compile(r"#20#?"), lambda _: SignOut()),
    (re.compile(r"\*21#?"), lambda _: Pause(PauseReason.OTHER)),
    (re.compile(r"\*21\*([12349])#?"), lambda found: Pause(PAUSE_REASONS[found[1]])),
    (re.compile(r"#21#?"), lambda _: Resume()),
    (re.compile(r"\*22\*(\d{1,8})(?:\*(\d{0,12}))?#?", re.ASCII), lambda found: TakeMessage(found[1], found[2])),
    (re.compile(r"\*67#?"), lambda _: Park()),
    (re.compile(r"\*68(\d{1,8})?#?", re.ASCII), lambda found: FetchParked(found[1])),
    (re.compile(r"\*8(\d{1,8})#?", re.ASCII), lambda found: MailboxOf(found[1])),
)


def parse_order(dialled: str) -> DeskOrder | None:
    """None where it is no code of the desk's."""
    for pattern, order in _ORDERS:
        if (found := pattern.fullmatch(dialled)) is not None:
            return order(found)
    return parse_absence_order(dialled) or parse_mailbox_order(dialled)
