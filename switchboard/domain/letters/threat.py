"""What a manager is told when a message is marked as a threat, and when the mark is lifted (R47)."""

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.directory import Language
from switchboard.domain.letters import english, frame, swedish
from switchboard.domain.letters.facts import Wording


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
    subject, text = (_swedish if language == "sv" else _english)(facts)
    return frame(language, facts.reader, facts.authority, Wording(subject, f"{text}\n\n{facts.link}"))


def _swedish(facts: ThreatFacts) -> tuple[str, str]:
    where, received = f" till {facts.unit}" if facts.unit else "", swedish.moment(facts.received_at)
    if facts.lifted:
        return "Ett meddelande är inte längre markerat som hot", (
            f"Röstmeddelandet{where} som kom in {received} är inte längre markerat som hot. Det gallras nu på samma "
            "sätt som andra meddelanden. Har markeringen tagits bort av misstag? Be växeln att sätta tillbaka den."
        )
    return "Ett meddelande har markerats som hot", (
        f"Ett röstmeddelande{where} har markerats som hot. Det kom in {received}.\n\n"
        "Meddelandet sparas som bevis och gallras inte så länge markeringen finns kvar. Ta hand om medarbetaren som "
        "fick meddelandet. Hot och trakasserier ska polisanmälas. Meddelandet finns här:"
    )


def _english(facts: ThreatFacts) -> tuple[str, str]:
    where, received = f" for {facts.unit}" if facts.unit else "", english.moment(facts.received_at)
    if facts.lifted:
        return "A message is no longer marked as a threat", (
            f"The voicemail message{where} that came in on {received} is no longer marked as a threat. It will now be "
            "erased in the same way as other messages. Was the mark lifted by mistake? Ask the switchboard to set it "
            "again."
        )
    return "A message has been marked as a threat", (
        f"A voicemail message{where} has been marked as a threat. It came in on {received}.\n\n"
        "The message is kept as evidence and is not erased while the mark is there. Please look after the colleague "
        "who received it. Threats and harassment are to be reported to the police. The message is here:"
    )
