"""A key, or some digits, of whoever listens: asked for so many times, each with a limit of time.

Digits that are asked for stand in no journal and no log; a choice does.
"""

from collections.abc import Collection
from dataclasses import dataclass

from switchboard.calls.conversation import Conversation
from switchboard.domain.announcement import Announcement, InvalidChoice
from switchboard.domain.call import EventKind

CANCEL, END = "*", "#"


@dataclass(frozen=True, slots=True)
class Asking:
    """`tries`: how often the question is put. Seconds until the first digit and between two; `most` digits are taken
    without a `#`."""

    tries: int = 3
    first_s: float = 6.0
    next_s: float = 5.0
    most: int = 20


USUAL = Asking()


async def ask_choice(
    talk: Conversation, keys: Collection[str], *question: Announcement, asking: Asking = USUAL
) -> str | None:
    """One of `keys`; None when it was asked in vain. A wrong key is told to be one."""
    for _ in range(asking.tries):
        key = await talk.say(*question, until_digit=True) or await talk.leg.digit(asking.first_s)
        if key is not None and key in keys:
            await talk.note(EventKind.CHOSE, digit=key)
            return key
        if key is not None:
            await talk.say(InvalidChoice())
    return None


async def ask_digits(talk: Conversation, *question: Announcement, asking: Asking = USUAL) -> str | None:
    """What is typed up to `#`, a pause, or the most that is taken. `*` takes it back, and silence too has the question
    put again; None when it was asked in vain."""
    for _ in range(asking.tries):
        first = await talk.say(*question, until_digit=True) or await talk.leg.digit(asking.first_s)
        typed = await rest_of_digits(talk, first, asking)
        if typed:
            return typed
    return None


async def rest_of_digits(talk: Conversation, first: str | None, asking: Asking = USUAL) -> str | None:
    """From the first key on; None for nothing, and for what was taken back."""
    typed, key = "", first
    while key is not None and key not in (CANCEL, END):
        typed += key
        if len(typed) >= asking.most:
            return typed
        key = await talk.leg.digit(asking.next_s)
    return None if key == CANCEL else typed or None
