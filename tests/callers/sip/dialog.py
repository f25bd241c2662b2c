"""One SIP dialog: which tags, numbers and addresses its requests carry; and its session descriptions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.callers.sip.message import Header, SipMessage, address, build, echoed, parameter, token
from tests.callers.sip.rtp import EVENTS, PCMA, Address

ALLOW: Header = ("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, UPDATE, INFO, REFER")


@dataclass(frozen=True, slots=True)
class Invitation:
    """An INVITE in the caller's own bytes. `caller` is the From header without its tag."""

    uri: bytes
    caller: bytes
    called: bytes = b""
    """The To header; made of `uri` when empty."""
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Media:
    """What a session description says: where to send, and whether the other side listens."""

    remote: Address
    held: bool
    events: int
    """The payload type that the other side gave to telephone events."""


@dataclass(slots=True)
class Dialog:
    here: str
    """host:port of our SIP socket."""
    user: bytes
    """Of our Contact."""
    local: bytes
    remote: bytes
    target: bytes
    """The URI of our requests within the dialog."""
    call_id: bytes = field(default_factory=lambda: token().encode())
    sequence: int = 0
    routes: tuple[bytes, ...] = ()

    @classmethod
    def invited(cls, invitation: Invitation, here: str, user: str) -> Dialog:
        called = invitation.called or b"<" + invitation.uri + b">"
        local = invitation.caller + b";tag=" + token(4).encode()
        return cls(here, user.encode(), local, called, invitation.uri)

    @classmethod
    def incoming(cls, invite: SipMessage, here: str, user: str) -> Dialog:
        local = echoed(invite.get("to")) + b";tag=" + token(4).encode()
        dialog = cls(here, user.encode(), local, echoed(invite.get("from")), echoed(invite.contact))
        dialog.call_id = echoed(invite.get("call-id"))
        dialog.routes = tuple(echoed(route) for route in invite.all("record-route"))
        return dialog

    def confirmed(self, answer: SipMessage) -> None:
        """Takes tag, address and route of the other side from its answer."""
        self.remote = echoed(answer.get("to"))
        if answer.contact:
            self.target = echoed(answer.contact)
        self.routes = tuple(echoed(route) for route in reversed(answer.all("record-route")))

    @property
    def contact(self) -> Header:
        return ("Contact", b"<sip:" + self.user + b"@" + self.here.encode() + b">")

    def request(self, method: str, headers: Sequence[Header] = (), body: bytes = b"") -> bytes:
        """A new request with the next number."""
        self.sequence += 1
        return self._build(method, f"z9hG4bK{token()}", self.sequence, (self.contact, *headers), body)

    def within(self, invite: bytes, method: str) -> bytes:
        """The ACK of a refusal, or the CANCEL: same branch, number and URI as the INVITE sent."""
        head = invite.partition(b"\r\n\r\n")[0].split(b"\r\n")
        uri = head[0].split(b" ", 1)[1].rsplit(b" ", 1)[0]
        branch = parameter(_line(head, b"Via").decode("latin-1"), "branch")
        number = int(_line(head, b"CSeq").split(b" ")[0])
        to = self.remote if method == "ACK" else _line(head, b"To")
        return self._build(method, branch, number, (), b"", uri=uri, to=to)

    def ack(self, invite: bytes) -> bytes:
        """The ACK of a 200."""
        number = int(_line(invite.split(b"\r\n"), b"CSeq").split(b" ")[0])
        return self._build("ACK", f"z9hG4bK{token()}", number, (self.contact,), b"")

    def _build(
        self,
        method: str,
        branch: str,
        number: int,
        headers: Sequence[Header],
        body: bytes,
        *,
        uri: bytes = b"",
        to: bytes = b"",
    ) -> bytes:
        fixed: list[Header] = [("Via", f"SIP/2.0/UDP {self.here};branch={branch};rport"), ("Max-Forwards", "70")]
        fixed += [("Route", route) for route in self.routes]
        fixed += [("From", self.local), ("To", to or self.remote)]
        fixed += [("Call-ID", self.call_id), ("CSeq", f"{number} {method}")]
        if body and not any(name == "Content-Type" for name, _ in headers):
            headers = [*headers, ("Content-Type", "application/sdp")]
        return build(method.encode() + b" " + (uri or self.target) + b" SIP/2.0", [*fixed, *headers], body)

    def replaces(self) -> str:
        """This dialog as the value of a Replaces header, from the other side's point of view (RFC 3891)."""
        local, remote = (parameter(side.decode("latin-1"), "tag") for side in (self.local, self.remote))
        return f"{self.call_id.decode()};to-tag={remote};from-tag={local}"

    def remote_uri(self) -> str:
        return address(self.remote.decode("latin-1"))


def _line(lines: Sequence[bytes], name: bytes) -> bytes:
    return next(line for line in lines if line.startswith(name + b": ")).split(b": ", 1)[1]


def describe(port: int, version: int, direction: str = "sendrecv") -> bytes:
    """A-law and telephone events on this port of 127.0.0.1."""
    lines = (
        "v=0",
        f"o=- {port} {version} IN IP4 127.0.0.1",
        "s=-",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        f"m=audio {port} RTP/AVP {PCMA} {EVENTS}",
        f"a=rtpmap:{PCMA} PCMA/8000",
        f"a=rtpmap:{EVENTS} telephone-event/8000",
        f"a=fmtp:{EVENTS} 0-16",
        "a=ptime:20",
        f"a={direction}",
        "",
    )
    return "\r\n".join(lines).encode()


def media_of(body: bytes) -> Media | None:
    """None when the body describes no sound."""
    text = body.decode("latin-1")
    audio = re.search(r"^m=audio (\d+)", text, re.MULTILINE)
    host = re.search(r"^c=IN IP4 (\S+)", text, re.MULTILINE)
    if not audio or not host:
        return None
    held = bool(re.search(r"^a=(sendonly|inactive)\s*$", text, re.MULTILINE)) or host[1] == "0.0.0.0"  # noqa: S104
    events = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", text, re.MULTILINE)
    return Media((host[1], int(audio[1])), held, int(events[1]) if events else EVENTS)
