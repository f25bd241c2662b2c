"""What a process has used, from /proc: processor time with all its threads, and resident memory."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu_s` of all threads and of children that have ended; `memory_kib` resident now."""

    cpu_s: float
    memory_kib: int


def usage(pid: int) -> Usage:
    """Raises FileNotFoundError or ProcessLookupError when the process is no more."""
    folder = Path("/proc") / str(pid)
    return Usage(read_cpu_s((folder / "stat").read_text()), read_memory_kib((folder / "status").read_text()))


def read_cpu_s(stat: str) -> float:
    """utime, stime, cutime and cstime of proc_pid_stat(5); the name before them may hold spaces and brackets."""
    fields = stat.rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / TICKS


def read_memory_kib(status: str) -> int:
    """VmRSS of proc_pid_status(5)."""
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1])


def machine_busy_s() -> float:
    """Processor time that the whole machine has spent on anything."""
    return read_busy_s(Path("/proc/stat").read_text())


def read_busy_s(stat: str) -> float:
    """All columns of the first line of proc_stat(5) but idle, iowait and what guests count twice."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, stat.splitlines()[0].split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS
