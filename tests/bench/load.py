"""SIPp in a container: calls at a steady rate, or calls that are held."""

import os
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bench.sipp_files import Counts, NoResult, read_counts, read_response_times
from tests.ports import free_port

IMAGE = "switchboard-sipp:latest"
SCENARIO = Path(__file__).with_name("call.xml")
KEY = Path(__file__).with_name("key.xml")
_GRACE_S = 20
_ALAW_SILENCE = b"\xd5" * 160
SIGN_OF_LIFE_MS = 60_000
"""Well within the trunk's rtp_timeout, after which a caller who sends nothing is let go."""
KEY_AFTER_MS = 300
CALLER = "+46701740605"


@dataclass(frozen=True, slots=True)
class Load:
    """`calls` to `number`, or to each of `numbers` in turn, `rate` of them a second, each listening `listen_ms` after
    the answer. A single RTP packet goes out at once, because Answer() of the dialplan waits half a second for one.

    With `speech` (A-law) the caller presses 1 at once and speaks all the time instead. Two loads at the same time need
    different `media_ports`.
    """

    number: str
    rate: int
    calls: int
    listen_ms: int
    media_ports: tuple[int, int] = (12000, 15998)
    numbers: tuple[str, ...] = ()
    speech: bytes = b""

    @property
    def seconds(self) -> float:
        """How long it takes if nothing is late."""
        return self.calls / self.rate + self.listen_ms / 1000


@dataclass(frozen=True, slots=True)
class LoadResult:
    counts: Counts
    setup_ms: list[float]
    last_words: str


def scenario(load: Load, run: int = 0) -> str:
    """Who speaks has a number of their own, as a second message of the same caller joins the first one's task."""
    caller = f"+46701{run % 10_000:04d}[call_number]" if load.speech else CALLER
    lines = _speaking(load) if load.speech else _listening(load)
    text = SCENARIO.read_text().replace("@LISTENING@", "\n  ".join(lines)).replace("@CALLER@", caller)
    return text.replace("@CALLED@", "[field0]" if load.numbers else "[service]")


def _sound(times: int) -> str:
    return f'<nop><action><exec rtp_stream="/bench/sound.alaw,{times},8,PCMA/8000"/></action></nop>'


def _listening(load: Load) -> list[str]:
    """Who listens for long gives a sign of life every minute."""
    whole, rest = divmod(max(0, load.listen_ms - 1), SIGN_OF_LIFE_MS)
    lines = []
    for label in range(10, 10 + whole):
        wait = f'<recv request="BYE" next="3" timeout="{SIGN_OF_LIFE_MS}" ontimeout="{label}"/>'
        lines += [_sound(1), wait, f'<label id="{label}"/>']
    return [*lines, _sound(1), f'<recv request="BYE" timeout="{rest + 1}" ontimeout="1"/>']


def _speaking(load: Load) -> list[str]:
    wait = f'<recv request="BYE" timeout="{load.listen_ms - KEY_AFTER_MS}" ontimeout="1"/>'
    return [_sound(-1), f'<pause milliseconds="{KEY_AFTER_MS}"/>', KEY.read_text(), '<recv response="200"/>', wait]


class Sipp:
    """One run of SIPp. Leaving the `with` block ends it, whatever happened."""

    def __init__(self, sip_port: int, load: Load) -> None:
        self.load = load
        self._run = secrets.token_hex(4)
        self.name = f"switchboard-sipp-{self._run}"
        self._folder = Path(tempfile.mkdtemp(prefix="switchboard-sipp-"))
        (self._folder / "call.xml").write_text(scenario(load, int(self._run, 16)))
        (self._folder / "sound.alaw").write_bytes(load.speech or _ALAW_SILENCE)
        (self._folder / "numbers.csv").write_text("\n".join(["SEQUENTIAL", *load.numbers]) + "\n")
        self._process = subprocess.Popen(
            ["docker", "run", "--rm", "--name", self.name, "--network", "host",
             "--user", f"{os.getuid()}:{os.getgid()}", "-v", f"{self._folder}:/bench", IMAGE, *self._words(sip_port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )  # fmt: skip

    def _words(self, sip_port: int) -> list[str]:
        load, (first, last) = self.load, self.load.media_ports
        return [
            *("-key", "run", self._run, "-cid_str", f"%u-{self._run}@%s"),
            *("-nostdin", "-sf", "call.xml", "-s", load.number, "-i", "127.0.0.1", "-mi", "127.0.0.1"),
            *(("-inf", "numbers.csv") if load.numbers else ()),
            *("-r", str(load.rate), "-m", str(load.calls), "-l", str(load.calls), "-timer_resol", "1"),
            *("-trace_rtt", "-rtt_freq", "1", "-trace_stat", "-stf", "stat.csv", "-fd", "1", "-f", "60"),
            # Without -p it takes 5060, which may be a running demo's.
            *("-p", str(free_port()), "-min_rtp_port", str(first), "-max_rtp_port", str(last)),
            *("-timeout", str(round(load.seconds + _GRACE_S))),
            f"127.0.0.1:{sip_port}",
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            subprocess.run(["docker", "rm", "-f", self.name], capture_output=True, timeout=30)
            self._process.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def wait(self) -> LoadResult:
        """Raises NoResult, with SIPp's own words, when it measured nothing."""
        words, _ = self._process.communicate(timeout=self.load.seconds + _GRACE_S + 20)
        try:
            counts = read_counts((self._folder / "stat.csv").read_text())
        except (FileNotFoundError, NoResult) as fault:
            raise NoResult(f"SIPp measured nothing: {words[-600:]}") from fault
        times = next(self._folder.glob("call_*_rtt.csv"), None)
        return LoadResult(counts, read_response_times(times.read_text()) if times else [], words[-600:])
