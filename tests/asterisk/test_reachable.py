"""ARI, AMI and AGI are for the service alone: nobody reaches them where trunk and telephones come in."""

import re
import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Address

import pytest
import yaml

from tests.acceptance.asterisk_box import ROOT, AsteriskBox, start_asterisk

WORLD, HERE = "127.0.0.2", "127.0.0.1"
LISTENS = "0A"


@pytest.fixture(scope="module")
def box() -> Iterator[AsteriskBox]:
    """The world comes to another address than the service does."""
    started = start_asterisk(SWITCHBOARD_BIND=WORLD)
    yield started
    started.act("remove")


def _inside(box: AsteriskBox, line: str) -> str:
    words = ["docker", "exec", box.name, "sh", "-c", line]
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=30).stdout


def listening(box: AsteriskBox) -> set[tuple[str, int]]:
    """Every TCP socket of Asterisk's process that takes connections."""
    own = set(re.findall(r"socket:\[(\d+)\]", _inside(box, "ls -l /proc/1/fd")))
    found = set()
    for line in _inside(box, "cat /proc/net/tcp /proc/net/tcp6").splitlines():
        fields = line.split()
        if len(fields) > 9 and fields[3] == LISTENS and fields[9] in own:
            address, port = fields[1].split(":")
            found.add((_readable(address), int(port, 16)))
    return found


def _readable(address: str) -> str:
    """As the kernel writes it: four bytes in the machine's own order."""
    return str(IPv4Address(bytes.fromhex(address)[::-1])) if len(address) == 8 else f"[{address}]"


@pytest.mark.asterisk
def test_the_world_reaches_sip_alone(box: AsteriskBox) -> None:
    assert listening(box) == {(WORLD, box.sip_port), (HERE, box.http_port), (HERE, box.ami_port)}


def test_what_is_shipped_binds_nothing_to_every_address() -> None:
    bound = {
        (path.name, value.strip())
        for path in (ROOT / "dialplan").glob("*.conf")
        for value in re.findall(r"^(?:tls)?bind(?:addr)?\s*=\s*(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert bound == {
        ("http.conf", "@CONTROL_BIND@"),
        ("manager.conf", "@CONTROL_BIND@"),
        ("pjsip.conf", "@BIND@:@SIP_PORT@"),
        ("pjsip_tls.conf", "@BIND@:@SIP_TLS_PORT@"),
    }
    services = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["asterisk"]["environment"]["CONTROL_BIND"] == "${SWITCHBOARD_CONTROL_BIND:-127.0.0.1}"
    assert not any("ports" in service for service in services.values())
