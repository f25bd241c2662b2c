"""The mail server, as a URL says it: `smtp://user:password@host:587` (STARTTLS where it is offered, and always before
a password is sent), `smtps://host` (TLS from the first byte)."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """`user` None: no login."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = None


def parse_mail_url(url: str) -> MailServer:
    """ValueError, without the URL's text: it may hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("it is no URL such as smtp://user:password@host:587") from None
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("it must be smtp://user:password@host:port, or smtps://… for TLS from the first byte")
    if (parts.username is None) != (parts.password is None):
        raise ValueError("a login needs both a user and a password")
    user = unquote(parts.username) if parts.username is not None else None
    password = unquote(parts.password) if parts.password is not None else None
    return MailServer(parts.hostname, port or PORTS[parts.scheme], parts.scheme == "smtps", user, password)
