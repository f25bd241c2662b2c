"""What a manager is told when a message is marked as a threat, and when the mark is lifted (R47)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.directory import Language
from switchboard.domain.letters import swedish
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
    subject, paragraphs = (_swedish if language == "sv" else _english)(facts)
    body = "\n\n".join((_greeting(facts, language), *paragraphs, facts.link, _closing(facts, language)))
    return Wording(subject, body + "\n")


def _swedish(facts: ThreatFacts) -> tuple[str, Sequence[str]]:
    where, received = f" till {facts.unit}" if facts.unit else "", _moment(facts.received_at)
    if facts.lifted:
        return "Ett meddelande är inte längre markerat som hot", (
            f"Röstmeddelandet{where} som kom in {received} är inte längre markerat som hot. Det gallras nu som andra "
            "meddelanden. Om markeringen inte skulle ha tagits bort: sätt den igen i växeln.",
        )
    return "Ett meddelande har markerats som hot", (
        f"Ett röstmeddelande{where} har markerats som hot. Det kom in {received}.",
        "Meddelandet sparas som bevis och gallras inte så länge markeringen finns. Lyssna på det i växeln, ta hand om "
        "den medarbetare som fick det och bedöm om händelsen ska polisanmälas.",
    )


def _english(facts: ThreatFacts) -> tuple[str, Sequence[str]]:
    where, received = f" for {facts.unit}" if facts.unit else "", _moment(facts.received_at)
    if facts.lifted:
        return "A message is no longer marked as a threat", (
            f"The voicemail message{where} that came in on {received} is no longer marked as a threat. It is erased in "
            "its time, as others are. If the mark should have stayed, set it again at the switchboard.",
        )
    return "A message was marked as a threat", (
        f"A voicemail message{where} was marked as a threat. It came in on {received}.",
        "The message is kept as evidence and is not erased while the mark is there. Listen to it at the switchboard, "
        "look after the colleague who received it, and consider reporting it to the police.",
    )


def _greeting(facts: ThreatFacts, language: Language) -> str:
    word = "Hej" if language == "sv" else "Hello"
    return f"{word} {facts.reader}!" if facts.reader else f"{word}!"


def _closing(facts: ThreatFacts, language: Language) -> str:
    if language == "sv":
        return swedish.closing(facts.authority)
    return f"Kind regards\n{facts.authority}, the switchboard\n\nThis letter cannot be replied to."


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H.%M}"
