"""A process that has read the service's code before anybody needs it: reading it takes longer than starting does."""

import atexit
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_READ_AND_WAIT = """
import json, os, sys
import switchboard.app.service, switchboard.cli
told = sys.stdin.readline()
if not told:
    sys.exit()
told = json.loads(told)
os.environ.clear()
os.environ.update(told["environment"])
log, nothing = os.open(told["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT), os.open(os.devnull, os.O_RDONLY)
for stream, file in enumerate((nothing, log, log)):
    os.dup2(file, stream)
os.close(log)
os.close(nothing)
sys.argv = ["switchboard", *told["words"]]
switchboard.cli.main()
"""
_spare: list[subprocess.Popen[bytes]] = []


def begin(environment: Mapping[str, str], log: Path, *words: str) -> subprocess.Popen[bytes]:
    """`switchboard WORDS` in that environment; what it prints goes to the end of `log`."""
    process = _spare.pop() if _spare else _new()
    assert process.stdin is not None
    told = {"environment": dict(environment), "log": str(log), "words": words}
    process.stdin.write(json.dumps(told).encode() + b"\n")
    process.stdin.close()
    return process


def prepare() -> None:
    """While a test runs, for the next start: its house's own, or the next test's."""
    if not _spare:
        _spare.append(_new())


def _new() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _READ_AND_WAIT], stdin=subprocess.PIPE)


@atexit.register
def _dismiss() -> None:
    """With nothing to read, it ends."""
    for process in _spare:
        process.communicate()
