"""SIPp in a container that sends one request after another and waits for nothing."""

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bench.load import IMAGE
from tests.bench.sipp_files import read_counts
from tests.ports import free_port

_SCENARIO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="flood">
  <send>
    <![CDATA[
@METHOD@ sip:2999@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]-@RUN@
From: <sip:flood@[local_ip]>;tag=@RUN@-[call_number]
To: <sip:flood@[remote_ip]>
Call-ID: [call_id]
CSeq: 1 @METHOD@
Contact: <sip:flood@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Length: 0
    ]]>
  </send>
  <pause milliseconds="1"/>
</scenario>
"""


class Flood:
    """`rate` requests a second. Leaving the `with` block ends it."""

    def __init__(self, sip_port: int, at: str, method: str, rate: int, seconds: int) -> None:
        self._name = f"switchboard-flood-{secrets.token_hex(4)}"
        self._folder = Path(tempfile.mkdtemp(prefix="switchboard-flood-"))
        self._seconds = seconds
        scenario = _SCENARIO.replace("@METHOD@", method).replace("@RUN@", self._name[-8:])
        (self._folder / "flood.xml").write_text(scenario)
        words = [
            *("-nostdin", "-sf", "flood.xml", "-i", at, "-p", str(free_port()), "-r", str(rate)),
            *("-m", str(rate * seconds), "-trace_stat", "-stf", "stat.csv", "-fd", "1", "-timeout", "60"),
            f"127.0.0.1:{sip_port}",
        ]
        self._process = subprocess.Popen(
            ["docker", "run", "--rm", "--name", self._name, "--network", "host",
             "--user", f"{os.getuid()}:{os.getgid()}", "-v", f"{self._folder}:/bench", IMAGE, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            subprocess.run(["docker", "rm", "-f", self._name], capture_output=True, timeout=30)
            self._process.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)

    async def begins(self) -> bool:
        """The first line of its statistics is there."""
        file = self._folder / "stat.csv"
        return file.exists() and len(file.read_text().splitlines()) > 1

    def wait(self) -> int:
        """How many requests it sent."""
        self._process.wait(self._seconds + 60)
        return read_counts((self._folder / "stat.csv").read_text()).created
