"""What is looked at every half minute, and how much of it is too much."""

import asyncio
import json
import os
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.acceptance.house import House
from tests.bench.processes import machine_busy_s, usage
from tests.bench.stand import asterisk_pid
from tests.soak.flat import Measure

MEASURES = (
    Measure("memory of the service", "KiB", floor=2048, share=0.05),
    Measure("memory of Asterisk", "KiB", floor=4096, share=0.05),
    Measure("descriptors of the service", "", floor=4, share=0.1),
    Measure("descriptors of Asterisk", "", floor=40, share=0.25),
    Measure("threads of the service", "", floor=2, share=0.05),
    Measure("tasks of the service", "", floor=15, share=0.25),
    Measure("channels", "", floor=10, share=0.3),
    Measure("bridges", "", floor=4, share=0.5),
    Measure("places in queues", "", floor=4, share=0.5),
    Measure("waiting in the spool", "", floor=0, share=0.0),
    Measure("recordings left with Asterisk", "", floor=4, share=0.5),
    Measure("database for a call", "bytes", floor=32, share=0.05),
    Measure("audio for a message", "bytes", floor=1024, share=0.1),
    Measure("write-ahead log", "bytes", floor=1_000_000, share=0.25),
    Measure("errors in the log", "", floor=0, share=0.0),
)
"""Numbers of what exists at the moment go up and down with the traffic; what is divided by calls or messages must
stay what it is."""
AT_REST = ("channels", "bridges", "places in queues", "waiting in the spool", "recordings left with Asterisk")
"""What must be none when the traffic is over."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`at_s` seconds after the traffic began; `busy` the share of the machine since the sample before."""

    at_s: float
    values: Mapping[str, float]
    calls: int
    messages: int
    busy: float


@dataclass
class LogReader:
    """Goes on where it stopped: counts lines by level, and remembers which events they were."""

    file: Path
    errors: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    _at: int = 0

    def read_on(self) -> None:
        with self.file.open("rb") as file:
            file.seek(self._at)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._at += len(line)
                self._take(line)

    def _take(self, line: bytes) -> None:
        """What is no line of JSON was written past the log: a traceback, a warning of the interpreter."""
        try:
            told = json.loads(line)
            level, event = told["level"], str(told["event"])
        except (ValueError, LookupError, TypeError):
            level, event = "error", line.decode(errors="replace")[:80].strip()
        if level in ("error", "critical"):
            self.errors[event] += 1
        elif level == "warning":
            self.warnings[event] += 1


class Sampler:
    """Of a house whose service and Asterisk run; the two must not be started anew meanwhile."""

    def __init__(self, house: House) -> None:
        assert house.process is not None
        self._house = house
        self._service = house.process.pid
        self._asterisk = asterisk_pid(house.box.name)
        self._busy = (0.0, machine_busy_s())
        self.log = LogReader(house.log_file)

    async def take(self, at_s: float) -> Sample:
        return await asyncio.to_thread(self._take, at_s)

    def _take(self, at_s: float) -> Sample:
        figures = self._figures()
        calls, messages = self._count("call"), self._count("voicemail_message")
        self.log.read_on()
        box, house = self._house.box, self._house
        values: dict[str, float] = {
            "memory of the service": usage(self._service).memory_kib,
            "memory of Asterisk": usage(self._asterisk).memory_kib,
            "descriptors of the service": entries(self._service, "fd"),
            "descriptors of Asterisk": entries(self._asterisk, "fd"),
            "threads of the service": entries(self._service, "task"),
            "tasks of the service": figures["switchboard_tasks"],
            "channels": len(box.ari("channels")),
            "bridges": len(box.ari("bridges")),
            "places in queues": self._count("queue_place WHERE left_at IS NULL"),
            "waiting in the spool": figures["switchboard_spooled_entries"],
            "recordings left with Asterisk": len(box.ari("recordings/stored")),
            "database for a call": house.database.stat().st_size / max(1, calls),
            "audio for a message": _size(house.audio) / max(1, messages),
            "write-ahead log": _file_size(house.database.with_name(f"{house.database.name}-wal")),
            "errors in the log": self.log.errors.total(),
        }
        return Sample(at_s, values, calls, messages, self._busy_since(at_s))

    def _busy_since(self, at_s: float) -> float:
        before, self._busy = self._busy, (at_s, machine_busy_s())
        spent = max(0.1, self._busy[0] - before[0])
        return (self._busy[1] - before[1]) / spent / len(os.sched_getaffinity(0))

    def _count(self, what: str) -> int:
        return int(self._house.one(f"SELECT count(*) AS n FROM {what}")["n"])  # noqa: S608 - words of ours

    def _figures(self) -> Mapping[str, float]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._house.http_port}/metrics", timeout=10) as answer:
            return read_figures(answer.read().decode())


def read_figures(text: str) -> Mapping[str, float]:
    """Prometheus' text format; of figures with labels none."""
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#") and "{" not in line]
    return {name: float(value) for name, value, *_ in lines}


def entries(pid: int, folder: str) -> int:
    """Of a process: `fd` are its descriptors, `task` its threads."""
    return len(os.listdir(f"/proc/{pid}/{folder}"))


def _size(folder: Path) -> int:
    return sum(_file_size(path) for path in folder.rglob("*"))


def _file_size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0
