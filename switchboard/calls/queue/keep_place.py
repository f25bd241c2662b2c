"""Keep my place: the caller hangs up, the place stays, and the operators ring when its turn has come."""

from enum import Enum

from switchboard.calls.conversation import Conversation
from switchboard.domain.announcement import FixedPrompt, ReadBackNumber
from switchboard.domain.call import EventKind
from switchboard.domain.directory import Authority, DestinationKind, Directory
from switchboard.domain.numbers import parse_number, short_digits
from switchboard.domain.routing import may_call_back

ROUNDS = 4
CHOICE_S = 5.0
FIRST_DIGIT_S = 8.0
NEXT_DIGIT_S = 5.0
MOST_DIGITS = 20


class NoNumber(Enum):
    """What a caller wants who comes to no number that we may call."""

    WAITS_ON = "waits on"
    MESSAGE = "message"


async def ask_number(talk: Conversation) -> str | NoNumber:
    """The number to call, in E.164 or as the digits of an extension, confirmed by the caller. Who hides the number is
    asked for it; who has one abroad, which we do not call, may leave a message instead."""
    talk.stage = "while giving a number"
    number = _own_number(talk)
    if number is None and _is_abroad(talk.caller, talk.authority) and await _wants_message(talk):
        return NoNumber.MESSAGE
    for _round in range(ROUNDS):
        typed = "" if number else await _typed(talk)
        number = number or read_number(typed, talk.authority, talk.directory)
        if number is None:
            if await _is_refused(talk, typed):
                return NoNumber.MESSAGE
            continue
        digit = await talk.say(ReadBackNumber(number), until_digit=True) or await talk.leg.digit(CHOICE_S)
        if digit is not None:
            await talk.note(EventKind.CHOSE, digit=digit)
        if digit == "1":
            return number
        if digit == "2":
            number = None
    return NoNumber.WAITS_ON


async def _is_refused(talk: Conversation, typed: str) -> bool:
    """The caller hears that the number is not called. Whether they leave a message instead."""
    if _is_abroad(_e164(typed, talk.authority), talk.authority):
        return await _wants_message(talk)
    await talk.say(FixedPrompt("queue-number-not-accepted"))
    return False


async def _wants_message(talk: Conversation) -> bool:
    digit = await talk.say(FixedPrompt("queue-number-abroad"), until_digit=True) or await talk.leg.digit(CHOICE_S)
    if digit is not None:
        await talk.note(EventKind.CHOSE, digit=digit)
    return digit == "2"


def _is_abroad(number: str | None, authority: Authority | None) -> bool:
    home = f"+{authority.country_code if authority else '46'}"
    return number is not None and number.startswith("+") and not number.startswith(home)


def _own_number(talk: Conversation) -> str | None:
    """The same short digits are another colleague's in another authority: they count only where the phone that calls
    is that person's."""
    number = talk.caller
    if number is None or not is_callable(number, talk.authority, talk.directory):
        return None
    device = talk.directory.device(talk.call.account) if talk.call.account else None
    extension = talk.directory.extension_of(device.person_id) if device is not None else None
    of_here = extension is not None and talk.authority is not None and extension.authority_id == talk.authority.id
    return number if number.startswith("+") or of_here else None


async def _typed(talk: Conversation) -> str:
    """What is typed, up to `#` or a pause."""
    digit = await talk.say(FixedPrompt("queue-enter-number"), until_digit=True) or await talk.leg.digit(FIRST_DIGIT_S)
    typed = ""
    while digit is not None and digit != "#" and len(typed) < MOST_DIGITS:
        typed += digit
        digit = await talk.leg.digit(NEXT_DIGIT_S)
    return typed


def read_number(typed: str, authority: Authority | None, directory: Directory) -> str | None:
    """None for what cannot be called back: no number, a premium one, one abroad, no extension of ours."""
    number = _e164(typed, authority) or short_digits(typed)
    return number if is_callable(number, authority, directory) else None


def _e164(typed: str, authority: Authority | None) -> str | None:
    country, area = (authority.country_code, authority.area_code) if authority else ("46", "")
    return parse_number(typed, country, area)


def is_callable(number: str | None, authority: Authority | None, directory: Directory) -> bool:
    if number is None or authority is None:
        return False
    if number.startswith("+"):
        return may_call_back(number, authority)
    extension = directory.extension(authority.id, number)
    return extension is not None and extension.destination.kind is DestinationKind.PERSON
