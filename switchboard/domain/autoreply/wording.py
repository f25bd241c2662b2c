"""The texts: the autoreply in both languages, and the letter that tells the person of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from switchboard.domain.absence import speaks_whole_days, told_reason
from switchboard.domain.autoreply import english, swedish
from switchboard.domain.autoreply.facts import AutoreplyFacts, Telling
from switchboard.domain.autoreply.occasions import Occasion
from switchboard.domain.autoreply.referral import Referral
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import Directory, Language, Person
from switchboard.domain.letters import Wording, frame
from switchboard.domain.working_days import local_date

_WRITE: Mapping[Language, Callable[[AutoreplyFacts], str]] = {"sv": swedish.reply, "en": english.reply}
_SUBJECT: Mapping[Language, Callable[[AutoreplyFacts], str]] = {"sv": swedish.subject, "en": english.subject}
BETWEEN = "\n\n-----\n\n"


@dataclass(frozen=True, slots=True)
class Autoreply:
    """`body` holds both languages, the authority's first one first."""

    subject: str
    swedish: str
    english: str
    body: str


def write_autoreply(facts: AutoreplyFacts) -> Autoreply:
    texts = {language: write(facts) for language, write in _WRITE.items()}
    first: Language = facts.first_language
    second: Language = "en" if first == "sv" else "sv"
    subject = " ".join(_SUBJECT[first](facts).split())
    return Autoreply(subject, texts["sv"], texts["en"], texts[first] + BETWEEN + texts[second] + "\n")


def tell_person(telling: Telling, reply: Autoreply, language: Language) -> Wording:
    """The letter to whoever is away. Its subject does not tell why: it is shown on locked screens."""
    words = swedish if language == "sv" else english
    quoted = "\n".join(f"> {line}".rstrip() for line in reply.body.strip().splitlines())
    text = Wording(words.letter_subject(telling), "\n\n".join(words.letter(telling, quoted)))
    first_name = next(iter(telling.facts.name.split()), "")
    return frame(language, first_name, telling.facts.authority, text)


def facts_of(person: Person, occasion: Occasion, referral: Referral, directory: Directory) -> AutoreplyFacts:
    """What callers are told of it (R2, R46)."""
    authority = directory.authority(person.authority_id)
    unit = directory.unit(person.unit_id) if person.unit_id is not None else None
    policy = policy_in_force(directory.policies(person.authority_id), local_date(occasion.at))
    until = _in_future(occasion.counts.until, occasion.at)
    languages: Sequence[Language] = authority.languages if authority is not None else ("sv",)
    return AutoreplyFacts(
        name=person.name,
        title=person.title,
        unit=unit.name if unit is not None else "",
        authority=authority.name if authority is not None else "",
        reason=told_reason(occasion.counts, policy),
        at=occasion.at,
        until=until,
        whole_days=speaks_whole_days(until),
        referral=referral,
        first_language=languages[0] if languages else "sv",
    )


def _in_future(until: datetime | None, at: datetime) -> datetime | None:
    return until if until is not None and until.astimezone(UTC) > at.astimezone(UTC) else None
