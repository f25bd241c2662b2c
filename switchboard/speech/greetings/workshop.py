"""The port `calls.ports.SoundWorkshop`: each file is read by a process of its own, in a thread that waits for it."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import fields

from switchboard.calls.ports import Log, MasteredSound, UnreadableSound
from switchboard.domain.mailbox.recording_quality import SoundFacts

AT_ONCE = 2
WITHIN_S = 30.0
_COMMAND = (sys.executable, "-m", "switchboard.speech.greetings.process")
# One thread each: the two that may run at once leave the service its share.
_THREADS = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
_FACTS = tuple(field.name for field in fields(SoundFacts))


class ProcessWorkshop:
    def __init__(self, log: Log) -> None:
        self._log = log
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def master(self, audio: bytes, longest_s: float) -> MasteredSound:
        async with self._turns:
            answer = await asyncio.to_thread(self._ask, audio, longest_s)
        return _read(answer)

    def _ask(self, audio: bytes, longest_s: float) -> bytes:
        """In a thread. The process knows nothing of the service: no secret is in its environment."""
        kept = {name: value for name in ("PATH", "PYTHONPATH", "LANG") if (value := os.environ.get(name))}
        try:
            done = subprocess.run(  # noqa: S603 - our own module, with a number
                [*_COMMAND, f"{longest_s:g}"],
                input=audio,
                capture_output=True,
                timeout=WITHIN_S,
                env={**kept, **_THREADS},
                check=False,
            )
        except subprocess.TimeoutExpired:
            self._log.warning("sound_not_read", why="not in time", bytes=len(audio))
            raise UnreadableSound("it takes too long to read") from None
        if done.returncode != 0:
            why = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            self._log.warning("sound_not_read", status=done.returncode, bytes=len(audio), why=" ".join(why)[:200])
            raise UnreadableSound("it is no audio that can be read; send wav, flac, ogg or mp3")
        return done.stdout


def _read(answer: bytes) -> MasteredSound:
    line, _, rest = answer.partition(b"\n")
    head = json.loads(line)
    if "fault" in head:
        raise UnreadableSound(head["fault"])
    facts = SoundFacts(**{name: float(head["facts"][name]) for name in _FACTS})
    wav, master = rest[: head["wav"]], rest[head["wav"] : head["wav"] + head["master"]]
    return MasteredSound(facts, wav, master or None)
