"""A process of its own that reads one file that somebody sent, and ends: whatever is in it, only this process suffers.

    python -m switchboard.speech.greetings.process LONGEST_SECONDS < audio > answer

The answer is a line of JSON, then the bytes that it tells of. The limits are set before the first library that reads
sound is loaded.
"""

import json
import resource
import sys

MEMORY_BYTES = 2 * 1024**3
PROCESSOR_S = 20


def main() -> None:
    _limit_oneself()
    # Only now: what these load is what must not run without limits.
    from switchboard.speech.greetings.mastering import master
    from switchboard.speech.greetings.reading import NoSound

    try:
        made = master(sys.stdin.buffer.read(), float(sys.argv[1]))
    except NoSound as fault:
        _answer({"fault": str(fault)})
        return
    facts = {name: getattr(made.facts, name) for name in made.facts.__slots__}
    _answer({"facts": facts, "wav": len(made.wav), "master": len(made.master or b"")}, made.wav, made.master or b"")


def _limit_oneself() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _answer(head: dict[str, object], *parts: bytes) -> None:
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n")
    for part in parts:
        out.write(part)
    out.flush()


if __name__ == "__main__":
    main()
