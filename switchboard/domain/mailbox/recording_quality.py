"""Is a greeting fit to be heard (R6)? Decided on measured values alone, the same for a telephone and an upload."""

from dataclasses import dataclass
from enum import StrEnum

SHORTEST_S = 2.0
# Less voice than this in a whole recording is a click, a cough, a breath.
LEAST_VOICE_S = 0.3
# Speech into a good handset arrives at about -25 LUFS. Raised from below this to -20, its noise is what is heard.
# (What is fainter still Asterisk takes for silence, and cuts it off.)
QUIETEST_LUFS = -40.0
# A syllable now and then that touches full scale is not heard; one sample of a hundred is a distorted voice.
MOST_CLIPPED = 0.01


class GreetingFault(StrEnum):
    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_QUIET = "too_quiet"
    CLIPPED = "clipped"


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What was measured. `duration_s` from the first to the last voice; `voiced_s` of it with voice; `loudness_lufs`
    integrated (BS.1770), of what is digitally silent -inf; `clipped_share` of the samples that are at full scale
    several in a row; `peak_dbfs` of the largest sample."""

    duration_s: float
    voiced_s: float
    loudness_lufs: float
    peak_dbfs: float
    clipped_share: float


@dataclass(frozen=True, slots=True)
class QualityVerdict:
    """`fault` None: fit to be heard. `why` names the values, for people."""

    fault: GreetingFault | None
    why: str


def judge_greeting(facts: SoundFacts, longest_s: float, shortest_s: float = SHORTEST_S) -> QualityVerdict:
    """The first thing that is wrong, in the order in which a speaker can put it right. Whatever cannot be compared
    (not a number) is no voice."""
    if not (facts.voiced_s >= LEAST_VOICE_S and facts.duration_s > 0):
        return QualityVerdict(GreetingFault.EMPTY, "it holds no speech")
    if not facts.loudness_lufs >= QUIETEST_LUFS:
        why = f"it is too quiet: {facts.loudness_lufs:.0f} LUFS, and {QUIETEST_LUFS:.0f} is the least"
        return QualityVerdict(GreetingFault.TOO_QUIET, why)
    if not facts.clipped_share <= MOST_CLIPPED:
        return QualityVerdict(GreetingFault.CLIPPED, f"it is distorted: {facts.clipped_share:.0%} of it is clipped")
    if facts.duration_s < shortest_s:
        why = f"it is {facts.duration_s:.1f} s long, and {shortest_s:g} is the least"
        return QualityVerdict(GreetingFault.TOO_SHORT, why)
    if facts.duration_s > longest_s:
        why = f"it is {facts.duration_s:.0f} s long, and {longest_s:.0f} is the most"
        return QualityVerdict(GreetingFault.TOO_LONG, why)
    return QualityVerdict(None, f"{facts.duration_s:.1f} s at {facts.loudness_lufs:.0f} LUFS")
