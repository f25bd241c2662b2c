"""SIP messages as bytes: taken apart, put together, nothing corrected (RFC 3261)."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tests.callers.phone import Party

_SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}
_PHRASES = {
    180: "Ringing",
    200: "OK",
    302: "Moved Temporarily",
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    487: "Request Terminated",
    503: "Service Unavailable",
    603: "Decline",
}
Header = tuple[str, str | bytes]


@dataclass(frozen=True, slots=True)
class SipMessage:
    """Header values are text by latin-1, so that every byte survives; `Party` reads them as UTF-8."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def status(self) -> int:
        """0 for a request."""
        return int(self.start.split(" ")[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def phrase(self) -> str:
        return self.start.split(" ", 2)[2] if self.start.count(" ") > 1 else ""

    @property
    def method(self) -> str:
        """Of a response: the method of the request that it answers."""
        return self.get("cseq").split(" ")[-1] if self.status else self.start.split(" ")[0]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def get(self, name: str) -> str:
        """The first header of this name (in small letters), or nothing."""
        return next(iter(self.all(name)), "")

    @property
    def branch(self) -> str:
        return parameter(self.get("via"), "branch")

    @property
    def tag(self) -> str:
        """The tag of the To header."""
        return parameter(self.get("to"), "tag")

    @property
    def contact(self) -> str:
        return address(self.get("contact"))


def parse(data: bytes) -> SipMessage | None:
    """None for what is not a SIP message (a keep-alive)."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = re.sub(r"\r\n[ \t]+", " ", head.decode("latin-1")).split("\r\n")
    if "SIP/2.0" not in lines[0]:
        return None
    pairs = (line.partition(":") for line in lines[1:] if ":" in line)
    headers = ((name.strip().lower(), value.strip()) for name, _, value in pairs)
    return SipMessage(lines[0], tuple((_SHORT.get(name, name), value) for name, value in headers), body)


def build(start: str | bytes, headers: Sequence[Header], body: bytes = b"") -> bytes:
    """Text goes out as UTF-8, bytes as they are; Content-Length is added."""
    lines = [_bytes(start), *(_bytes(name) + b": " + _bytes(value) for name, value in headers)]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def echoed(value: str) -> bytes:
    """A parsed header value, with the bytes it had on the wire."""
    return value.encode("latin-1")


def parameter(value: str, name: str) -> str:
    found = re.search(rf"[;?]\s*{name}=([^;>\s,]+)", value, re.IGNORECASE)
    return found[1] if found else ""


def reason_of(message: SipMessage) -> str:
    """`Call completed elsewhere` of `Reason: SIP;cause=200;text="Call completed elsewhere"`."""
    found = re.search(r'text="([^"]*)"', message.get("reason"))
    return found[1] if found else message.get("reason") or message.method


def phrase_of(code: int) -> str:
    return _PHRASES.get(code, "Refused")


def with_to(request: SipMessage, to: bytes) -> SipMessage:
    """The request as its answers repeat it: the To header with our tag."""
    text = to.decode("latin-1")
    return replace(request, headers=tuple((name, text if name == "to" else value) for name, value in request.headers))


def address(value: str) -> str:
    """The URI of a name-addr or addr-spec."""
    found = re.search(r"<([^>]*)>", value)
    return found[1] if found else value.partition(";")[0].strip()


def party(message: SipMessage) -> Party | None:
    """Who the message says is at the other end: P-Asserted-Identity, else From of a request."""
    value = message.get("p-asserted-identity") or ("" if message.status else message.get("from"))
    if not value:
        return None
    text = echoed(value).decode("utf-8", "replace")
    found = re.match(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<', text)
    name = re.sub(r"\\(.)", r"\1", (found[1] or found[2] or "") if found else "")
    user = re.search(r"sips?:([^@;>]*)@", text)
    return Party(name, user[1] if user else "")


def token(length: int = 8) -> str:
    return secrets.token_hex(length)


def authorization(challenge: SipMessage, method: str, uri: str, account: tuple[str, str]) -> Header:
    """The answer to a 401 or 407 by digest with MD5 (RFC 2617), for (user, password)."""
    proxy = challenge.status == 407
    given = challenge.get("proxy-authenticate" if proxy else "www-authenticate")
    fields: Mapping[str, str] = {
        name.lower(): quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]*))', given)
    }
    user, password = account
    realm, nonce, cnonce = fields["realm"], fields["nonce"], token()
    secret, request = _md5(f"{user}:{realm}:{password}"), _md5(f"{method}:{uri}")
    qop = "auth" if "auth" in fields.get("qop", "").split(",") else ""
    middle = f"{nonce}:00000001:{cnonce}:auth" if qop else nonce
    answer = (
        f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm=MD5,'
        f' response="{_md5(f"{secret}:{middle}:{request}")}"'
    )
    if qop:
        answer += f', qop=auth, nc=00000001, cnonce="{cnonce}"'
    if "opaque" in fields:
        answer += f', opaque="{fields["opaque"]}"'
    return ("Proxy-Authorization" if proxy else "Authorization", answer)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
