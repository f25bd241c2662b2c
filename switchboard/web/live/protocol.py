"""A reader that does not read is dropped: nothing of ours waits for it, and nothing is heaped up for it."""

import asyncio
import contextlib

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

TOO_SLOW = 4408


class ImpatientProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, which makes a sender wait once the connection's buffer is full. Here the wait has an end: the reader
    is told with code 4408, if it ever reads again, and a little later the connection is cut."""

    patience_s = 5.0
    grace_s = 5.0
    _slow: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._slow is None:
            self._slow = self.loop.call_later(self.patience_s, self._drop)

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.close_sent:
            self._forget()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _drop(self) -> None:
        with contextlib.suppress(InvalidState):
            self.conn.send_close(TOO_SLOW, "the reader is too slow")
            self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._slow = self.loop.call_later(self.grace_s, self.transport.abort)
        self.transport.close()

    def _forget(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None
