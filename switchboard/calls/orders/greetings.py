"""A greeting is examined and kept, the same by keypad and over HTTP (R6, R12)."""

from dataclasses import dataclass, field, replace

from switchboard.calls.ports.mailbox import GreetingPorts, MasteredSound
from switchboard.changes import Act, NewGreeting
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import Directory
from switchboard.domain.mailbox.recording_quality import SHORTEST_S, QualityVerdict, judge_greeting
from switchboard.domain.working_days import local_date
from switchboard.views import GreetingView

DEFAULT_LONGEST_S = 60
# Nobody's name is as long as a greeting.
SHORTEST_NAME_S = 0.3


@dataclass(frozen=True, slots=True)
class Examined:
    sound: MasteredSound = field(repr=False)
    verdict: QualityVerdict


async def examine_greeting(ports: GreetingPorts, audio: bytes, longest_s: float, kind: str = "personal") -> Examined:
    """Raises UnreadableSound."""
    sound = await ports.workshop.master(audio, longest_s)
    shortest_s = SHORTEST_NAME_S if kind == "name" else SHORTEST_S
    return Examined(sound, judge_greeting(sound.facts, longest_s, shortest_s))


async def keep_greeting(ports: GreetingPorts, new: NewGreeting, examined: Examined, act: Act) -> GreetingView:
    """`new` is filled in with the audio, which is stored before it is named anywhere. It is heard from the next call
    on."""
    if examined.verdict.fault is not None:
        raise ValueError(f"a greeting that was refused is not kept: {examined.verdict.why}")
    sound = examined.sound
    master = await ports.audio.put(sound.master) if sound.master is not None else None
    named = replace(new, sha256=await ports.audio.put(sound.wav), master_sha256=master)
    return await ports.greetings.put(named, act)


def longest_greeting(directory: Directory, authority_id: int, act: Act) -> int:
    """By the authority's policy in force, in seconds."""
    policy = policy_in_force(directory.policies(authority_id), local_date(act.at))
    return policy.greeting_max_seconds if policy is not None else DEFAULT_LONGEST_S
