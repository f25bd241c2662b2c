"""The sound of a raw call: its RTP port, what was agreed about it, and when it runs."""

from __future__ import annotations

from collections.abc import Callable

from tests.callers.recording import Recording
from tests.callers.sip.dialog import describe, media_of
from tests.callers.sip.message import SipMessage
from tests.callers.sip.rtp import Pacer, RtpStream


class CallMedia:
    def __init__(self, recording: Recording, pacer: Pacer, on_digit: Callable[[str], None]) -> None:
        self.stream = RtpStream(recording, on_digit)
        self.held = False
        self._pacer = pacer
        self._port = 0
        self._version = 0
        self._open = True

    async def open(self) -> None:
        """The call may end while the port is being taken."""
        self._port = await self.stream.open()
        if not self._open:
            self.stream.close()

    def description(self, direction: str = "sendrecv") -> bytes:
        self._version += 1
        return describe(self._port, self._version, direction)

    def agree(self, message: SipMessage) -> None:
        """Takes over what the message's session description says, if it has one."""
        media = media_of(message.body)
        if media:
            self.stream.remote, self.held = media.remote, media.held
            self.stream.events = media.events

    def run(self) -> None:
        """Sends from now on."""
        if self._open and self.stream.remote:
            self._pacer.add(self.stream)

    def close(self) -> None:
        self._open = False
        self._pacer.remove(self.stream)
        self.stream.close()
