"""Asterisk's manager interface in a loop that was held up for longer than an answer may take."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterable
from time import monotonic

import pytest
import uvloop

from switchboard.asterisk.ami import Ami, AmiAccess
from tests.fakes.world import FakeLog


class HurriedAsterisk:
    """Answers from a thread of its own. A ping: once `stall` holds up the loop."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.waking, self.woken = socket.socketpair()
        self.stalled, self.answered = threading.Event(), threading.Event()
        self.lines = 0
        self.pongs = 0
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.listener.accept()
                self.lines += 1
                with line, line.makefile("rb") as coming:
                    self.answer(line, coming)

    def answer(self, line: socket.socket, coming: Iterable[bytes]) -> None:
        line.sendall(b"Asterisk Call Manager/9.0.0\r\n")
        fields: dict[str, str] = {}
        for each in coming:
            if each.strip():
                name, value = each.decode().strip().split(": ", 1)
                fields[name] = value
                continue
            if fields["Action"] == "Ping" and not self.pongs:
                self.waking.send(b"x")
                self.stalled.wait(5)
            line.sendall(f"Response: Success\r\nActionID: {fields['ActionID']}\r\n\r\n".encode())
            self.pongs += fields["Action"] == "Ping"
            if self.pongs:
                self.answered.set()

    def stall(self, seconds: float) -> None:
        self.woken.recv(1)
        self.stalled.set()
        self.answered.wait(5)
        held_up = monotonic() + seconds
        while monotonic() < held_up:
            pass

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        for each in (self.listener, self.waking, self.woken):
            each.close()


def test_a_loop_that_was_held_up_reads_before_it_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    """uvloop goes to its timers first."""
    monkeypatch.setattr("switchboard.asterisk.ami.PING_EVERY_S", 0.05)
    asterisk, log = HurriedAsterisk(), FakeLog()

    async def hold_up() -> None:
        asyncio.get_running_loop().add_reader(asterisk.woken, asterisk.stall, 0.3)
        task = asyncio.create_task(ami.run())
        async with asyncio.timeout(8):
            while asterisk.pongs < 3 and not log.events("warning"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    ami = Ami(AmiAccess("127.0.0.1", asterisk.port, "user", "the-password"), log, timeout_s=0.2)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(hold_up())
    asterisk.close()
    assert not log.events("warning")
    assert asterisk.lines == 1
