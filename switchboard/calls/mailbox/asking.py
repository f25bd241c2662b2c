"""One key, or some digits, of whoever listens."""

from switchboard.calls.conversation import Conversation
from switchboard.domain.announcement import Announcement, InvalidChoice
from switchboard.domain.call import EventKind

TIMES_SAID = 3
WAIT_FOR_KEY_S = 5.0
FIRST_DIGIT_S, NEXT_DIGIT_S = 8.0, 5.0
MOST_DIGITS = 8
CANCEL, END = "*", "#"


async def ask_key(talk: Conversation, keys: str, *what: Announcement) -> str | None:
    """One of `keys`; None when it has been said three times in vain. A wrong key is told to be one."""
    for _ in range(TIMES_SAID):
        key = await talk.say(*what, until_digit=True) or await talk.leg.digit(WAIT_FOR_KEY_S)
        if key is not None and key in keys:
            await talk.note(EventKind.CHOSE, digit=key)
            return key
        if key is not None:
            await talk.say(InvalidChoice())
    return None


async def ask_digits(talk: Conversation, *what: Announcement) -> str | None:
    """What is typed, up to `#` or a pause; None for nothing, and for `*`."""
    digit = await talk.say(*what, until_digit=True) or await talk.leg.digit(FIRST_DIGIT_S)
    typed = ""
    while digit is not None and digit not in (CANCEL, END) and len(typed) < MOST_DIGITS:
        typed += digit
        digit = await talk.leg.digit(NEXT_DIGIT_S)
    return None if digit == CANCEL else typed or None
