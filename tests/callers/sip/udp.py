"""One UDP port that speaks SIP: requests sent again until they are answered, answers sent again on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.callers.sip.message import Header, SipMessage, build, echoed, parse, token
from tests.callers.sip.rtp import Address

T1 = 0.5
_LONGEST_WAIT_S = 4.0
_KEPT_S = 5.0

OnResponse = Callable[[SipMessage | None], None]
OnRequest = Callable[[SipMessage, Address], None]


@dataclass(slots=True)
class _Sent:
    """A request of ours. `answered` is called for every response, and with None when none came in time."""

    data: bytes
    to: Address
    answered: OnResponse
    deadline: float
    is_invite: bool
    wait: float = T1
    timer: asyncio.TimerHandle | None = None


class SipSocket(asyncio.DatagramProtocol):
    """`address` is ours once `open` has returned; `host` is one of this machine's."""

    def __init__(self, on_request: OnRequest, host: str = "127.0.0.1") -> None:
        self.address: Address = (host, 0)
        self._on_request = on_request
        self._transport: asyncio.DatagramTransport | None = None
        self._sent: dict[tuple[str, str], _Sent] = {}
        self._answers: dict[tuple[str, str], bytes] = {}

    async def open(self, port: int = 0) -> None:
        """Any free port for 0."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.address[0], port))
        self.address = self._transport.get_extra_info("sockname")[:2]

    def close(self) -> None:
        for sent in self._sent.values():
            if sent.timer:
                sent.timer.cancel()
        self._sent.clear()
        if self._transport:
            self._transport.close()
            self._transport = None

    @property
    def host_port(self) -> str:
        return f"{self.address[0]}:{self.address[1]}"

    def send(self, data: bytes, to: Address) -> None:
        """Any bytes at all."""
        if self._transport:
            self._transport.sendto(data, to)

    def request(self, data: bytes, to: Address, answered: OnResponse, within: float = 32.0) -> None:
        """Sends a request and repeats it, at growing intervals, until something comes back."""
        message = parse(data)
        if message is None:
            raise ValueError("a request needs a first line that ends in SIP/2.0")
        loop = asyncio.get_running_loop()
        key = (message.branch, message.method)
        sent = _Sent(data, to, answered, loop.time() + within, message.method == "INVITE")
        self._sent[key] = sent
        self._transmit(key, sent)

    def _transmit(self, key: tuple[str, str], sent: _Sent) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() >= sent.deadline:
            self._sent.pop(key, None)
            sent.answered(None)
            return
        self.send(sent.data, sent.to)
        sent.timer = loop.call_later(sent.wait, self._transmit, key, sent)
        sent.wait = 2 * sent.wait if sent.is_invite else min(2 * sent.wait, _LONGEST_WAIT_S)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        message = parse(data)
        if message is None:
            return
        if message.status:
            self._receive_response(message)
        else:
            self._receive_request(message, addr)

    def _receive_response(self, message: SipMessage) -> None:
        key = (message.branch, message.method)
        sent = self._sent.get(key)
        if sent is None:
            return
        if sent.timer and (sent.is_invite or message.status >= 200):
            sent.timer.cancel()
        if message.status >= 200:
            asyncio.get_running_loop().call_later(_KEPT_S, self._sent.pop, key, None)
        sent.answered(message)

    def _receive_request(self, message: SipMessage, addr: Address) -> None:
        key = (message.branch, message.method)
        if message.method != "ACK" and key in self._answers:
            if self._answers[key]:
                self.send(self._answers[key], addr)
            return
        self._answers[key] = b""
        asyncio.get_running_loop().call_later(8 * _KEPT_S, self._answers.pop, key, None)
        self._on_request(message, addr)

    async def exchange(self, data: bytes, to: Address) -> SipMessage | None:
        """Sends a request other than INVITE and returns its final answer; None when there was none."""
        answered: asyncio.Future[SipMessage | None] = asyncio.get_running_loop().create_future()

        def on_answer(answer: SipMessage | None) -> None:
            if not answered.done() and (answer is None or answer.status >= 200):
                answered.set_result(answer)

        self.request(data, to, on_answer)
        return await answered

    def respond(
        self,
        request: SipMessage,
        status: tuple[int, str],
        to: Address,
        headers: Sequence[Header] = (),
        body: bytes = b"",
    ) -> None:
        """Answers; the same answer goes out again when the request is repeated."""
        data = build(f"SIP/2.0 {status[0]} {status[1]}", [*_copied(request, status[0]), *headers], body)
        self._answers[request.branch, request.method] = data
        self.send(data, to)


def _copied(request: SipMessage, code: int) -> list[Header]:
    copied: list[Header] = [("Via", echoed(via)) for via in request.all("via")]
    copied += [("Record-Route", echoed(route)) for route in request.all("record-route")]
    to = request.get("to")
    if code > 100 and not request.tag:
        to += f";tag={token(4)}"
    copied += [("From", echoed(request.get("from"))), ("To", echoed(to))]
    copied += [("Call-ID", echoed(request.get("call-id"))), ("CSeq", request.get("cseq"))]
    return copied
