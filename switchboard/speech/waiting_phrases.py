"""What is said to whoever waits: the place in the queue, the number that will be called, why a transfer came back.

All ids are of the script. Pure.
"""

from collections.abc import Iterator
from itertools import chain

from switchboard.domain.announcement import QueuePosition, ReadBackNumber, Returned
from switchboard.domain.directory import Language
from switchboard.domain.numbers import display_number
from switchboard.speech.names import DIGITS

LAST_POSITION, LAST_MINUTE = 99, 60
LONGEST_GROUP, GROUP = 4, 3

# Reasons that are the colleague's business: the caller hears that it did not work.
_RETURNED = {
    "held": "waited",
    "parked": "waited",
    "not_allowed": "unknown",
    "too_many": "unknown",
    "no_answering_point": "unknown",
    "wrong_row": "unknown",
}

# The country codes of ITU-T E.164 that have one and two digits; all others have three.
_ONE_DIGIT_COUNTRIES = frozenset("17")
_TWO_DIGITS = (
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 "
    "60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98"
)
_TWO_DIGIT_COUNTRIES = frozenset(_TWO_DIGITS.split())


def waiting_phrase(announcement: QueuePosition | ReadBackNumber | Returned, language: Language) -> tuple[str, ...]:
    """The ids of the clips, at least one."""
    match announcement:
        case QueuePosition(position, minutes):
            return (*_position(position), *(_wait(minutes, language) if minutes is not None else ()))
        case ReadBackNumber(number):
            return _read_back(number)
        case Returned(why, to_operator):
            return (
                f"returned-{_RETURNED.get(why, why).replace('_', '-')}",
                "returned-to-operator" if to_operator else "returned-to-colleague",
            )


def _position(position: int) -> tuple[str, ...]:
    if position == 1:
        return ("queue-first",)
    if 1 < position <= LAST_POSITION:
        return ("queue-position", f"number-{position}", "queue-position-end")
    return ("queue-standing",)


def _wait(minutes: int, language: Language) -> tuple[str, ...]:
    """'Beräknad väntetid är ungefär tjugoen minuter': a minute is of common gender. Less than one is said as one."""
    if minutes > LAST_MINUTE:
        return ("queue-wait-over-hour",)
    spoken = max(1, minutes)
    gender = "-common" if language == "sv" and spoken % 10 == 1 and spoken != 11 else ""
    return ("queue-wait", f"number-{spoken}{gender}", "minute" if spoken == 1 else "minutes")


def _read_back(number: str) -> tuple[str, ...]:
    """'Vi ringer upp dig på noll sju noll, ett två tre, …' What holds no digits cannot be called."""
    groups = number_groups(number)
    if not groups:
        return ("queue-number-not-accepted",)
    plus = ("plus",) if is_foreign(number) else ()
    digits = chain.from_iterable(
        spoken_digits(group, last=group_at == len(groups)) for group_at, group in enumerate(groups, 1)
    )
    return ("read-back", *plus, *digits, "read-back-choice")


def spoken_digits(group: str, *, last: bool) -> tuple[str, ...]:
    """Digit by digit; the last one has the melody and the pause of a group's end, or of the end of all."""
    return (*(f"digit-{digit}" for digit in group[:-1]), f"digit-{group[-1]}-{'end' if last else 'group'}")


def number_groups(number: str) -> tuple[str, ...]:
    """The digits as they are read: a Swedish number nationally (070, 123, 45, 67), a foreign one with its country code
    first, short digits in one group. Nothing where there are no digits."""
    if is_foreign(number):
        digits = _only_digits(number)
        country = _country_code(digits)
        return tuple(group for group in (country, *_in_threes(digits.removeprefix(country))) if group)
    written = map(_only_digits, display_number(number).replace("-", " ").split())
    return tuple(
        chain.from_iterable([group] if len(group) <= LONGEST_GROUP else _in_threes(group) for group in written if group)
    )


def is_foreign(number: str) -> bool:
    return number.startswith("+") and not number.startswith("+46")


def _only_digits(text: str) -> str:
    return "".join(character for character in text if character in DIGITS)


def _country_code(digits: str) -> str:
    if digits[:1] in _ONE_DIGIT_COUNTRIES:
        return digits[:1]
    return digits[:2] if digits[:2] in _TWO_DIGIT_COUNTRIES else digits[:3]


def _in_threes(digits: str) -> Iterator[str]:
    """Groups of three, and at the end two pairs rather than a single digit."""
    while digits:
        size = 2 if len(digits) == 2 * 2 else GROUP
        yield digits[:size]
        digits = digits[size:]
