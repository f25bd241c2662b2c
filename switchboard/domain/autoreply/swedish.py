"""The texts in Swedish."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from switchboard.domain.autoreply.facts import AutoreplyFacts, Telling, year_of_another
from switchboard.domain.autoreply.referral import Referral
from switchboard.domain.directory import AbsenceReason
from switchboard.domain.letters.facts import shown_number
from switchboard.domain.letters.swedish import day
from switchboard.domain.working_days import STOCKHOLM

_NOT_THERE = "är inte på plats"
_DOING: Mapping[AbsenceReason, str] = {
    AbsenceReason.MEETING: "sitter i möte",
    AbsenceReason.LUNCH: "är på lunch",
    AbsenceReason.BUSINESS_TRIP: "är på tjänsteresa",
    AbsenceReason.VACATION: "har semester",
    AbsenceReason.SICK: "är sjuk",
    AbsenceReason.PARENTAL_LEAVE: "är föräldraledig",
    AbsenceReason.GONE_FOR_DAY: "har gått för dagen",
    AbsenceReason.COURSE: "är på kurs",
    AbsenceReason.CARE_OF_CHILD: "är hemma med sjukt barn",
    AbsenceReason.TEMPORARILY_OUT: "är tillfälligt ute",
    AbsenceReason.OTHER: _NOT_THERE,
}
"""As callers hear it, after `Jag` or a name."""


def subject(facts: AutoreplyFacts) -> str:
    return f"Autosvar: {facts.name or 'mottagaren'} är inte på plats"


def reply(facts: AutoreplyFacts) -> str:
    away = f"Tack för ditt meddelande. Jag {_away(facts)}."
    if facts.until is None:
        away += " Det är ännu inte klart när jag är åter."
    paragraphs = ("Hej!", f"{away} Jag läser ditt meddelande när jag är åter.", _refer(facts.referral))
    return "\n\n".join((*paragraphs, _signature(facts)))


def letter_subject(telling: Telling) -> str:
    if telling.in_force:
        return "Ditt autosvar medan du är borta"
    return f"Ditt autosvar från och med {_day(telling.start, telling.facts.at)}"


def letter(telling: Telling, quoted: str) -> Sequence[str]:
    """Its paragraphs; `quoted` is the reply."""
    facts = telling.facts
    begins = f"{_day(telling.start, facts.at)} klockan {telling.start.astimezone(STOCKHOLM):%H.%M}"
    since = "nu" if telling.in_force else f"från {begins}"
    told = (
        f"Din frånvaro är inlagd i växeln. Den gäller {since}. De som ringer får höra: ”{facts.name} {_away(facts)}.”"
    )
    frame = "Den som skickar e-post till dig får det här svaret:"
    return told, _who_sets_it(telling), frame, quoted, _WRONG


_WRONG = "Stämmer det inte? Slå *23# på din telefon för att höra vad som gäller, och lägg sedan in frånvaron på nytt."


def _who_sets_it(telling: Telling) -> str:
    if telling.by_us:
        begins = "nu" if telling.in_force else "när frånvaron börjar"
        return (
            f"Växeln lägger in autosvaret i din e-post {begins} och tar bort det när du är åter. Dina egna "
            "e-postregler fortsätter att gälla. Har du redan ett eget autosvar påslaget skickas det i stället."
        )
    return "Lägg in texten nedan som autosvar i din e-post. Kom ihåg att ta bort det när du är åter."


def _away(facts: AutoreplyFacts) -> str:
    """`har semester och är åter måndag 24 augusti`."""
    doing = _DOING[facts.reason] if facts.reason is not None else _NOT_THERE
    if facts.until is None:
        return doing
    clock = "" if facts.whole_days else f" klockan {facts.until.astimezone(STOCKHOLM):%H.%M}"
    return f"{doing} och är åter {_day(facts.until, facts.at)}{clock}"


def _refer(referral: Referral) -> str:
    contacts = _contacts(referral)
    if referral.kind == "switchboard":
        where = f"växeln i {referral.name}" if referral.name else "växeln"
        return f"Behöver du hjälp under tiden? Ring {where}{', ' + contacts if contacts else ''}."
    who = f"min ersättare {referral.name}" if referral.kind == "deputy" else referral.name
    return f"Behöver du hjälp under tiden? Vänd dig till {who}, {contacts}."


def _contacts(referral: Referral) -> str:
    number = f"telefon {shown_number(referral.number)}" if referral.number else ""
    email = f"e-post {referral.email}" if referral.email else ""
    return ", ".join(each for each in (number, email) if each)


def _signature(facts: AutoreplyFacts) -> str:
    place = ", ".join(each for each in (facts.title, facts.unit) if each)
    return "\n".join(each for each in ("Vänliga hälsningar", facts.name, place, facts.authority) if each)


def _day(moment: datetime, now: datetime) -> str:
    """`måndag 24 augusti`, with the year where it is another one."""
    return f"{day(moment)}{year_of_another(moment, now)}"
