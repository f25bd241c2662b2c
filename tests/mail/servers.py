"""Real mail servers for tests: one that takes letters, refuses, delays, hangs; plain, STARTTLS or TLS; with a login."""

import asyncio
import ssl
import subprocess
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 OK"
PASSWORD = "hemligt-7731"


@dataclass
class Post:
    """What the server says, and what it took. `hangs`: it never answers."""

    to_recipient: str = OK
    to_letter: str = OK
    hangs: bool = False
    took: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient == OK:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hangs:
            await asyncio.sleep(3600)
        if self.to_letter == OK:
            self.took.append(bytes(envelope.original_content or b""))
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(session.ssl is not None or server._tls_context_used)  # type: ignore[attr-defined]
        return self.to_letter


class _Server(SMTP):
    _tls_context_used = False


def make_certificate(folder: Path) -> Path:
    """For localhost, its own authority; key and certificate in one file."""
    file = folder / "mail.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, *names, "-keyout", file, "-out", folder / "c.pem"], check=True, capture_output=True)
    file.write_text(file.read_text() + (folder / "c.pem").read_text())
    return file


def check_login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.login == b"vaxel@norrby" and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


@asynccontextmanager
async def mail_server(
    post: Post, certificate: Path | None = None, *, tls: bool = False, login: bool = False, port: int = 0
) -> AsyncIterator[int]:
    """Its port on localhost, where 0 is a free one. With a certificate it offers STARTTLS, or speaks TLS from the first
    byte (`tls`)."""
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)

    def protocol() -> SMTP:
        settings: dict[str, Any] = {"authenticator": check_login, "auth_required": True} if login else {}
        if login and (tls or context is None):
            settings["auth_require_tls"] = False
        with warnings.catch_warnings():
            # It warns of a login without STARTTLS, also where all of it is TLS.
            warnings.simplefilter("ignore")
            server = _Server(post, hostname="localhost", tls_context=None if tls else context, **settings)
        server._tls_context_used = tls
        servers.append(server)
        return server

    servers: list[SMTP] = []
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(protocol, "127.0.0.1", port, ssl=context if tls else None)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        handling = [each._handler_coroutine for each in servers if each._handler_coroutine is not None]
        for each in servers:
            if isinstance(each.transport, asyncio.Transport):
                each.transport.abort()
        if handling:
            await asyncio.wait([asyncio.ensure_future(each) for each in handling], timeout=5)
