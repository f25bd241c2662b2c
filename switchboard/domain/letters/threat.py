"""What a manager is told when a message is marked as a threat, and when the mark is lifted (R47)."""

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.directory import Language
from switchboard.domain.letters.facts import Wording
from switchboard.domain.working_days import STOCKHOLM


@dataclass(frozen=True, slots=True)
class ThreatFacts:
    """`reader` is the first name of who reads, empty for a shared mailbox. No caller: the letter leaves the house."""

    authority: str
    unit: str
    received_at: datetime
    link: str
    reader: str = ""
    lifted: bool = False


def threat_letter(facts: ThreatFacts, language: Language) -> Wording:
    """The subject holds no personal data: it is shown on locked screens."""
    if facts.lifted:
        return _lifted(facts, language)
    return _swedish(facts) if language == "sv" else _english(facts)


def _swedish(facts: ThreatFacts) -> Wording:
    where = f" till {facts.unit}" if facts.unit else ""
    body = (
        f"{_greeting('Hej', facts)}\n\n"
        f"Ett röstmeddelande{where} har markerats som hot. Det kom in {_moment(facts.received_at)}.\n\n"
        "Meddelandet sparas som bevis och gallras inte så länge markeringen finns. Lyssna på det i växeln, ta hand om "
        "den medarbetare som fick det och bedöm om händelsen ska polisanmälas.\n\n"
        f"{facts.link}\n\n"
        f"Vänliga hälsningar\n{facts.authority}, telefonväxeln\n\nDet här brevet går inte att svara på.\n"
    )
    return Wording("Ett meddelande har markerats som hot", body)


def _english(facts: ThreatFacts) -> Wording:
    where = f" for {facts.unit}" if facts.unit else ""
    body = (
        f"{_greeting('Hello', facts)}\n\n"
        f"A voicemail message{where} was marked as a threat. It came in on {_moment(facts.received_at)}.\n\n"
        "The message is kept as evidence and is not erased while the mark is there. Listen to it at the switchboard, "
        "look after the colleague who received it, and consider reporting it to the police.\n\n"
        f"{facts.link}\n\n"
        f"Kind regards\n{facts.authority}, the switchboard\n\nThis letter cannot be replied to.\n"
    )
    return Wording("A message was marked as a threat", body)


def _lifted(facts: ThreatFacts, language: Language) -> Wording:
    if language == "sv":
        where = f" till {facts.unit}" if facts.unit else ""
        body = (
            f"{_greeting('Hej', facts)}\n\n"
            f"Röstmeddelandet{where} som kom in {_moment(facts.received_at)} är inte längre markerat som hot. Det "
            "gallras nu som andra meddelanden. Om markeringen inte skulle ha tagits bort: sätt den igen i växeln.\n\n"
            f"{facts.link}\n\n"
            f"Vänliga hälsningar\n{facts.authority}, telefonväxeln\n\nDet här brevet går inte att svara på.\n"
        )
        return Wording("Ett meddelande är inte längre markerat som hot", body)
    where = f" for {facts.unit}" if facts.unit else ""
    body = (
        f"{_greeting('Hello', facts)}\n\n"
        f"The voicemail message{where} that came in on {_moment(facts.received_at)} is no longer marked as a threat. "
        "It is erased in its time, as others are. If the mark should have stayed, set it again at the switchboard.\n\n"
        f"{facts.link}\n\n"
        f"Kind regards\n{facts.authority}, the switchboard\n\nThis letter cannot be replied to.\n"
    )
    return Wording("A message is no longer marked as a threat", body)


def _greeting(word: str, facts: ThreatFacts) -> str:
    return f"{word} {facts.reader}!" if facts.reader else f"{word}!"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H.%M}"
