"""The texts in English."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from switchboard.domain.autoreply.facts import AutoreplyFacts, Telling, year_of_another
from switchboard.domain.autoreply.referral import Referral
from switchboard.domain.directory import AbsenceReason
from switchboard.domain.letters.english import day
from switchboard.domain.letters.facts import shown_number
from switchboard.domain.working_days import STOCKHOLM

_BEING: Mapping[AbsenceReason, str] = {
    AbsenceReason.MEETING: "in a meeting",
    AbsenceReason.LUNCH: "at lunch",
    AbsenceReason.BUSINESS_TRIP: "away on business",
    AbsenceReason.VACATION: "on holiday",
    AbsenceReason.SICK: "off sick",
    AbsenceReason.PARENTAL_LEAVE: "on parental leave",
    AbsenceReason.GONE_FOR_DAY: "gone for the day",
    AbsenceReason.COURSE: "on a course",
    AbsenceReason.CARE_OF_CHILD: "at home caring for a child",
    AbsenceReason.TEMPORARILY_OUT: "out for a short while",
    AbsenceReason.OTHER: "away",
}
"""As callers hear it, after `I am`."""


def subject(facts: AutoreplyFacts) -> str:
    return f"Automatic reply: {facts.name or 'the recipient'} is away"


def reply(facts: AutoreplyFacts) -> str:
    away = f"Thank you for your message. I am {_away(facts)}."
    if facts.until is None:
        away += " It is not known yet when I will be back."
    paragraphs = ("Hello,", f"{away} I will read your message when I am back.", _refer(facts.referral))
    return "\n\n".join((*paragraphs, _signature(facts)))


def letter_subject(telling: Telling) -> str:
    if telling.in_force:
        return "Your automatic reply while you are away"
    return f"Your automatic reply from {_day(telling.start, telling.facts.at)}"


def letter(telling: Telling, quoted: str) -> Sequence[str]:
    """Its paragraphs; `quoted` is the reply."""
    facts = telling.facts
    begins = f"{_day(telling.start, facts.at)} at {telling.start.astimezone(STOCKHOLM):%H:%M}"
    since = "now" if telling.in_force else f"from {begins}"
    told = (
        f"Your absence has been entered at the switchboard. It applies {since}. "
        f"Callers hear: “{facts.name} is {_away(facts)}.”"
    )
    frame = "Whoever sends you an e-mail gets this reply:"
    return told, _who_sets_it(telling), frame, quoted, _WRONG


_WRONG = "Is anything wrong? Dial *23# on your telephone to hear what applies, and then set the absence again."


def _who_sets_it(telling: Telling) -> str:
    if telling.by_us:
        begins = "now" if telling.in_force else "when the absence begins"
        return (
            f"The switchboard sets the reply in your mailbox {begins} and removes it when you are back. Your own mail "
            "rules still apply. If you have already switched on a reply of your own, that one is sent instead."
        )
    return "Please set the text below as the automatic reply of your mailbox, and remove it when you are back."


def _away(facts: AutoreplyFacts) -> str:
    """`on holiday and will be back on Monday 24 August`."""
    being = _BEING[facts.reason] if facts.reason is not None else "away"
    if facts.until is None:
        return being
    clock = "" if facts.whole_days else f" at {facts.until.astimezone(STOCKHOLM):%H:%M}"
    return f"{being} and will be back on {_day(facts.until, facts.at)}{clock}"


def _refer(referral: Referral) -> str:
    contacts = _contacts(referral)
    if referral.kind == "switchboard":
        where = f"the switchboard of {referral.name}" if referral.name else "the switchboard"
        return f"Do you need help in the meantime? Please call {where}{', ' + contacts if contacts else ''}."
    who = f"my deputy {referral.name}" if referral.kind == "deputy" else referral.name
    return f"Do you need help in the meantime? Please contact {who}, {contacts}."


def _contacts(referral: Referral) -> str:
    number = f"telephone {shown_number(referral.number)}" if referral.number else ""
    email = f"e-mail {referral.email}" if referral.email else ""
    return ", ".join(each for each in (number, email) if each)


def _signature(facts: AutoreplyFacts) -> str:
    place = ", ".join(each for each in (facts.title, facts.unit) if each)
    return "\n".join(each for each in ("Kind regards,", facts.name, place, facts.authority) if each)


def _day(moment: datetime, now: datetime) -> str:
    """`Monday 24 August`, with the year where it is another one."""
    return f"{day(moment)}{year_of_another(moment, now)}"
