"""A secret message moves to the registry (diariet) and is erased here: what speaks against it (R45)."""

from dataclasses import dataclass

LONGEST_REFERENCE = 100


@dataclass(frozen=True, slots=True)
class InMailbox:
    """A message as far as that goes. `sha256` is the checksum of its recording."""

    sha256: str
    secret: bool
    threat: bool
    erased: bool


def reference_problem(reference: str) -> str | None:
    """What is wrong with a number of the registry, if anything: whoever looks for the message finds it by that."""
    if not any(character.isdigit() for character in reference):
        return "say under which number the registry has it"
    return text_problem(reference)


def text_problem(text: str) -> str | None:
    text = " ".join(text.split())
    if not text.isprintable():
        return "holds a control character"
    return f"at most {LONGEST_REFERENCE} characters" if len(text) > LONGEST_REFERENCE else None


def why_it_stays(message: InMailbox, fetched: str) -> str | None:
    """Why it cannot be erased, if anything. `fetched` is the checksum of what was fetched for the registry: nothing
    is erased of which the registry has not the whole."""
    if message.erased:
        return "the message was erased"
    if message.threat:
        return (
            "a threat mark holds the message: it is evidence, and is erased when an administrator has lifted the mark"
        )
    if not message.secret:
        return "the message bears no secrecy mark"
    if fetched != message.sha256:
        return "the checksum is not that of the message's recording: fetch it again"
    return None
