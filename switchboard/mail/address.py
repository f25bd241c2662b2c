"""Mail servers, as URLs say them: `smtp://user:password@host:587` (STARTTLS where it is offered, and always before a
password is sent), `smtps://host` (TLS from the first byte); `sieve://master@host` (STARTTLS always), `sieves://host`."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}
SIEVE_PORTS = {"sieve": 4190, "sieves": 4190}


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
    server = _parse(url, PORTS, "smtp://user:password@host:587")
    if (server.user is None) != (server.password is None):
        raise ValueError("a login needs both a user and a password")
    return server


def parse_sieve_url(url: str) -> MailServer:
    """ManageSieve with a login that may act for everybody; the password may come from elsewhere."""
    server = _parse(url, SIEVE_PORTS, "sieve://master@host:4190")
    if not server.user:
        raise ValueError("it must name the login that may act for everybody, such as sieve://master@host:4190")
    return server


def _parse(url: str, ports: Mapping[str, int], example: str) -> MailServer:
    tls = f"{example.partition(':')[0]}s"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(f"it is no URL such as {example}") from None
    if parts.scheme not in ports or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"it must be {example.replace(':587', ':port')}, or {tls}://… for TLS from the first byte")
    user = unquote(parts.username) if parts.username is not None else None
    password = unquote(parts.password) if parts.password is not None else None
    return MailServer(parts.hostname, port or ports[parts.scheme], parts.scheme == tls, user, password)
