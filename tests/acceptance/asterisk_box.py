"""One Asterisk container for a test run, on ports of its own, with every prompt replaced by its audible code."""

import base64
import contextlib
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hearing.sounds import mirror_sounds
from tests.ports import free_port, free_rtp_range, give_back_rtp_range

ROOT = Path(__file__).parents[2]
RUN = ROOT / "docker" / "asterisk" / "run.sh"


@dataclass(frozen=True, slots=True)
class AsteriskBox:
    """`sounds` says which prompt each audible code means; empty where the real prompts are mounted."""

    name: str
    sip_port: int
    http_port: int
    ami_port: int
    password: str
    environment: Mapping[str, str]
    sounds: Mapping[int, str]

    @property
    def sounds_folder(self) -> Path:
        """The prompts that Asterisk plays: codes, or the real ones."""
        return Path(self.environment.get("SWITCHBOARD_SOUNDS", str(ROOT / "sounds")))

    @property
    def server(self) -> str:
        return f"127.0.0.1:{self.sip_port}"

    @property
    def ari_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}/ari"

    def act(self, action: str) -> None:
        done = subprocess.run(
            [str(RUN), self.name, action],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            raise RuntimeError(f"asterisk {action} failed: {done.stdout}{done.stderr}")
        if action == "remove":
            give_back_rtp_range(int(self.environment["SWITCHBOARD_RTP_START"]))

    def cli(self, command: str) -> str:
        """What Asterisk's own console answers."""
        words = ["docker", "exec", self.name, "asterisk", "-rx", command]
        return subprocess.run(words, capture_output=True, text=True, timeout=30, check=True).stdout

    def last_words(self, lines: int = 25) -> str:
        """What Asterisk printed last, and whether it still runs: for the text of a failure."""
        words = ["docker", "inspect", "-f", "{{.State.Status}}, exit code {{.State.ExitCode}}", self.name]
        state = subprocess.run(words, capture_output=True, text=True, timeout=10)
        words = ["docker", "logs", "--tail", str(lines), self.name]
        log = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=10)
        return f"{state.stdout}{state.stderr}{log.stdout}{log.stderr}"

    def ari(self, path: str) -> Any:  # noqa: ANN401 - a list or an object, as the path has it
        """What Asterisk says of `path`."""
        return ask_ari(self.ari_url, self.password, path)

    def device_state(self, account: str) -> str:
        """Of a phone, in Asterisk's word: NOT_INUSE, UNAVAILABLE …"""
        return device_state(self.ari_url, self.password, account)

    def leftovers(self) -> list[str]:
        """Channels and bridges that exist now."""
        channels = [f"channel {each['name']}" for each in self.ari("channels")]
        return channels + [f"bridge {each['id']}" for each in self.ari("bridges")]

    def clear(self) -> None:
        """No channel and no bridge is left for the next test."""
        for kind in ("channels", "bridges"):
            for each in self.ari(kind):
                with contextlib.suppress(urllib.error.HTTPError):
                    ask_ari(self.ari_url, self.password, f"{kind}/{each['id']}", "DELETE")


def ask_ari(url: str, password: str, path: str, method: str = "GET") -> Any:  # noqa: ANN401 - as the path has it
    token = base64.b64encode(f"switchboard:{password}".encode()).decode()
    request = urllib.request.Request(f"{url}/{path}", headers={"Authorization": f"Basic {token}"}, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or b"null")


def device_state(url: str, password: str, account: str) -> str:
    """Of a phone, in Asterisk's word: NOT_INUSE, UNAVAILABLE …"""
    return str(ask_ari(url, password, f"deviceStates/PJSIP%2F{account}")["state"])


def start_asterisk(real_sounds: bool = False, tails: Mapping[str, float] | None = None, **settings: str) -> AsteriskBox:
    """A container of its own; `real_sounds` mounts the prompts as people hear them. `settings` go to run.sh.

    `tails` as in mirror_sounds: seconds of silence after a prompt's code, for tests that act in the middle of it.
    """
    name = f"switchboard-test-{secrets.token_hex(4)}"
    password = secrets.token_urlsafe(24)
    rtp_start, rtp_end = free_rtp_range()
    ports = {name: free_port() for name in ("sip", "http", "ami", "tls")}
    environment = {
        "SWITCHBOARD_ARI_PASSWORD": password,
        "SWITCHBOARD_AMI_PASSWORD": password,
        "SWITCHBOARD_SIP_PORT": str(ports["sip"]),
        "SWITCHBOARD_SIP_TLS_PORT": str(ports["tls"]),
        "SWITCHBOARD_ASTERISK_HTTP_PORT": str(ports["http"]),
        "SWITCHBOARD_AMI_PORT": str(ports["ami"]),
        "SWITCHBOARD_RTP_START": str(rtp_start),
        "SWITCHBOARD_RTP_END": str(rtp_end),
        "SWITCHBOARD_RESTART": "no",
        **settings,
    }
    sounds: dict[int, str] = {}
    if not real_sounds:
        folder = Path(tempfile.mkdtemp(prefix="switchboard-sounds-"))
        shutil.copytree(ROOT / "sounds", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.wav", "*.alaw"))
        folder.chmod(0o755)
        sounds = mirror_sounds(ROOT / "sounds", folder, tails or {})
        environment["SWITCHBOARD_SOUNDS"] = str(folder)
    box = AsteriskBox(name, ports["sip"], ports["http"], ports["ami"], password, environment, sounds)
    box.act("start")
    return box
