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
_GRACE_S = 20
_ALAW_SILENCE = b"\xd5" * 160


@dataclass(frozen=True, slots=True)
class Load:
    """`calls` to `number`, `rate` of them a second, each listening `listen_ms` after the answer.

    Two at the same time need different `media_ports`.
    """

    number: str
    rate: int
    calls: int
    listen_ms: int
    media_ports: tuple[int, int] = (12000, 15998)

    @property
    def seconds(self) -> float:
        """How long it takes if nothing is late."""
        return self.calls / self.rate + self.listen_ms / 1000


@dataclass(frozen=True, slots=True)
class LoadResult:
    counts: Counts
    setup_ms: list[float]
    last_words: str


class Sipp:
    """One run of SIPp. Leaving the `with` block ends it, whatever happened."""

    def __init__(self, sip_port: int, load: Load) -> None:
        self.load = load
        self.name = f"switchboard-sipp-{secrets.token_hex(4)}"
        self._folder = Path(tempfile.mkdtemp(prefix="switchboard-sipp-"))
        scenario = SCENARIO.read_text().replace("@LISTEN_MS@", str(load.listen_ms))
        (self._folder / "call.xml").write_text(scenario)
        (self._folder / "hello.alaw").write_bytes(_ALAW_SILENCE)
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
        run = self.name.rpartition("-")[2]
        return [
            *("-key", "run", run, "-cid_str", f"%u-{run}@%s"),
            *("-nostdin", "-sf", "call.xml", "-s", load.number, "-i", "127.0.0.1", "-mi", "127.0.0.1"),
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
