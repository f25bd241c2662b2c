"""On what was measured: machine, versions, commit."""

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from tests.acceptance.asterisk_box import ROOT, AsteriskBox
from tests.bench.load import IMAGE

_PACKAGES = ("aiohttp", "httptools", "uvloop", "sqlalchemy", "aiosqlite", "structlog")


def machine_facts() -> dict[str, object]:
    return {
        "processor": _after(Path("/proc/cpuinfo").read_text(), "model name"),
        "processors": len(os.sched_getaffinity(0)),
        "memory_mib": int(_after(Path("/proc/meminfo").read_text(), "MemTotal").split()[0]) // 1024,
        "kernel": platform.release(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def versions(box: AsteriskBox) -> dict[str, str]:
    return {
        "commit": _said("git", "-C", str(ROOT), "describe", "--always", "--dirty"),
        "asterisk": box.cli("core show version").split(" built")[0].strip(),
        "sipp": _said("docker", "run", "--rm", IMAGE, "-v").splitlines()[0].strip(),
        "python": sys.version.split()[0],
        **{name: version(name) for name in _PACKAGES},
    }


def _said(*words: str) -> str:
    """SIPp's -v ends with a status of its own."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    return (done.stdout.strip() or done.stderr.strip()) or "unknown"


def _after(text: str, name: str) -> str:
    """The value of `name : value` lines in /proc."""
    lines = (line.partition(":") for line in text.splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == name), "unknown")
