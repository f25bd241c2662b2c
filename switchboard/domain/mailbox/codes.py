"""Codes for a colleague's own greetings and messages.

`*25` the greetings, guided · `*25*1` the one for always · `*25*2` when present · `*25*3` when absent · `*25*4` for a
while, `*25*4*MMDD` with its last day · `*25*5*N` for absence reason N · `*26` the messages, `*26*EXT` those of a
function or a unit · `*24` whom to call back. Behind a kind, `*1` is Swedish and `*2` English. A `#` at the end is
allowed everywhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import AbsenceReason, DestinationKind, Directory, GreetingSituation, Language

SITUATION_KEYS: Mapping[str, GreetingSituation] = {
    "1": GreetingSituation.ALWAYS,
    "2": GreetingSituation.PRESENT,
    "3": GreetingSituation.ABSENT,
    "4": GreetingSituation.TEMPORARY,
}
BY_REASON = "5"
# Of an authority that has no rows of its own for them.
REASON_KEYS: Mapping[str, AbsenceReason] = {
    "1": AbsenceReason.MEETING,
    "2": AbsenceReason.LUNCH,
    "3": AbsenceReason.BUSINESS_TRIP,
    "4": AbsenceReason.VACATION,
    "5": AbsenceReason.SICK,
    "6": AbsenceReason.PARENTAL_LEAVE,
    "7": AbsenceReason.GONE_FOR_DAY,
    "8": AbsenceReason.COURSE,
    "9": AbsenceReason.CARE_OF_CHILD,
    "0": AbsenceReason.TEMPORARILY_OUT,
}
_LANGUAGE_KEYS: Mapping[str, Language] = {"1": "sv", "2": "en"}


@dataclass(frozen=True, slots=True)
class GreetingChoice:
    """Which of somebody's personal greetings. `reason` goes with the situation ALWAYS only."""

    situation: GreetingSituation = GreetingSituation.ALWAYS
    reason: AbsenceReason | None = None


@dataclass(frozen=True, slots=True)
class OwnGreetings:
    """`choice` None: ask which, unless `reason_key` says for which reason of absence. `language` None: the person's
    own. `last_day` as dialled: MMDD."""

    choice: GreetingChoice | None = None
    language: Language | None = None
    last_day: str | None = None
    reason_key: str | None = None


@dataclass(frozen=True, slots=True)
class OwnMessages:
    """Listen to one's messages; with `extension` to those of the function or unit that has it."""

    extension: str | None = None


@dataclass(frozen=True, slots=True)
class OwnTasks:
    """Hear whom one is to call back, and call them."""


MailboxOrder = OwnGreetings | OwnMessages | OwnTasks

_GREETING = re.compile(
    r"\*25(?:\*(?:(?P<kind>[1-4])|5\*(?P<reason>[0-9]))(?:\*(?P<day>[0-9]{4}))?(?:\*(?P<language>[12]))?)?#?", re.ASCII
)
_MESSAGES = re.compile(r"\*26(?:\*(?P<extension>[0-9]{1,8}))?#?", re.ASCII)
_TASKS = re.compile(r"\*24#?")


def parse_mailbox_order(dialled: str) -> MailboxOrder | None:
    """None where it is no such code."""
    if _TASKS.fullmatch(dialled):
        return OwnTasks()
    if (messages := _MESSAGES.fullmatch(dialled)) is not None:
        return OwnMessages(messages["extension"])
    found = _GREETING.fullmatch(dialled)
    if found is None or (found["day"] and found["kind"] != "4"):
        return None
    language = _LANGUAGE_KEYS.get(found["language"])
    return OwnGreetings(choice_of(found["kind"]), language, found["day"], found["reason"])


def choice_of(kind: str | None) -> GreetingChoice | None:
    situation = SITUATION_KEYS.get(kind or "")
    return GreetingChoice(situation) if situation is not None else None


def choice_for_reason(key: str, directory: Directory, authority_id: int) -> GreetingChoice | None:
    """The key means what it means when an absence is set; None where it means nothing."""
    own = {each.digit: each.reason for each in directory.absence_codes(authority_id)}
    reason = (own or REASON_KEYS).get(key)
    return GreetingChoice(reason=reason) if reason is not None else None


def read_last_day(digits: str, today: date) -> date | None:
    """MMDD as the next such day, today included; YYMMDD as it stands. None for what is no day, or has passed."""
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) == 6:
        day = _day(2000 + int(digits[:2]), digits[2:])
        return day if day is not None and day >= today else None
    if len(digits) != 4:
        return None
    for year in range(today.year, min(today.year + 8, date.max.year) + 1):
        day = _day(year, digits)
        if day is not None and day >= today:
            # 29 February is meant as the next one there is only where it is the coming year's.
            return day if year <= today.year + 1 else None
    return None


def _day(year: int, month_day: str) -> date | None:
    try:
        return date(year, int(month_day[:2]), int(month_day[2:]))
    except ValueError:
        return None


def code_to_hear(left_in: Mailbox | None, now_for: Mailbox, directory: Directory) -> str:
    """What whoever has the task dials to hear the message, which stays in the mailbox that it was left in. Empty: their
    telephone does not play it."""
    if left_in is None or left_in != now_for:
        return ""
    if left_in.person_id is not None:
        return "*26"
    kind = DestinationKind.FUNCTION_GROUP if left_in.group_id is not None else DestinationKind.UNIT
    leads_here = directory.extension_to(kind, str(left_in.group_id or left_in.unit_id or ""))
    return f"*26*{leads_here.digits}" if leads_here is not None else ""
