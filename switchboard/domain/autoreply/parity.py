"""Absent by phone and by mail, or by one alone (R8, R9)."""

from enum import StrEnum
from typing import Literal


class MailState(StrEnum):
    """What the person's mailbox was last seen to do: answer with our text, with one of the person's own, or not at
    all."""

    OURS = "ours"
    OWN = "own"
    SILENT = "silent"


Disparity = Literal["absent_by_phone_only", "absent_by_mail_only"]


def find_disparity(*, absent: bool, expected: bool, seen: MailState | None) -> Disparity | None:
    """`expected`: the authority wants a reply for this absence. `seen` None: it is not known, and nothing is said. A
    reply of the person's own is as good as ours while they are absent."""
    if seen is None:
        return None
    if absent:
        return "absent_by_phone_only" if expected and seen is MailState.SILENT else None
    return None if seen is MailState.SILENT else "absent_by_mail_only"
