"""The units: systemd takes them, and they give the service no more than it needs."""

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "deploy"
UNITS = sorted(path.name for path in FOLDER.glob("switchboard*.*"))
SERVICES = [name for name in UNITS if name.endswith(".service")]
PROGRAM = "/opt/switchboard/.venv/bin/switchboard"
HARDENING = {
    "ProtectSystem": "strict",
    "ProtectHome": "true",
    "PrivateTmp": "true",
    "PrivateDevices": "true",
    "NoNewPrivileges": "true",
    "CapabilityBoundingSet": "",
    "RestrictNamespaces": "true",
    "RestrictSUIDSGID": "true",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
}
MOST_EXPOSURE = 20
"""Tenths, as `systemd-analyze security` counts: 100 is everything."""


def read_unit(name: str) -> Mapping[str, Sequence[str]]:
    found = defaultdict(list)
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found[key].append(value)
    return found


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_as_its_own_user_and_may_write_little(name: str) -> None:
    unit = read_unit(name)
    assert unit["User"] == unit["Group"] == ["switchboard"]
    assert {key: unit[key][-1] for key in HARDENING} == HARDENING
    written = {path for line in unit["ReadWritePaths"] for path in line.split()}
    assert written <= {"/var/lib/switchboard", "/var/backups/switchboard"}
    assert unit["EnvironmentFile"] == ["/etc/switchboard/environment"]
    commands = [line for key in ("ExecStartPre", "ExecStart") for line in unit[key]]
    assert all(line.startswith(f"{PROGRAM} ") for line in commands)


def test_a_stop_leaves_time_for_the_calls_in_progress() -> None:
    unit = read_unit("switchboard.service")
    assert int(unit["TimeoutStopSec"][0]) > 15
    assert unit["RestartPreventExitStatus"] == ["2"]


def _analyse(*words: str) -> subprocess.CompletedProcess[str]:
    """Of systemd's own tool, where there is one; the other tests read the units themselves."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return subprocess.CompletedProcess(words, 0, "", "")
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=60)


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """The program and its user are those of an installation: here any program and user stand for them."""
    for name in UNITS:
        text = (FOLDER / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(PROGRAM, "/bin/true").replace("=switchboard\n", "=root\n"))
    done = _analyse("verify", *(str(tmp_path / name) for name in UNITS))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_finds_it_well_closed(name: str) -> None:
    done = _analyse("security", "--offline=true", f"--threshold={MOST_EXPOSURE}", str(FOLDER / name))
    assert done.returncode == 0, done.stdout[-300:] + done.stderr
