"""The smallest thing that is played: a prompt of the script, or somebody's own recording."""

from dataclasses import dataclass

from switchboard.domain.directory import Language


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt by its id in the script, in the language in which it is heard."""

    id: str
    language: Language


@dataclass(frozen=True, slots=True)
class Recorded:
    """Stored audio by its sha256; `text` is what it is known to say."""

    sha256: str
    text: str


Clip = Prompt | Recorded
Clips = tuple[Clip, ...]


def prompts(language: Language, *ids: str) -> Clips:
    return tuple(Prompt(id_, language) for id_ in ids)
