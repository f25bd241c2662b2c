"""Letters to a mail server: one connection for each, TLS as the URL says, and what its answer means.

A 5xx about this letter (sender, recipient, content) is final. A 5xx about ourselves (login, 530, 502) is a setting that
somebody will put right: tried again, like 4xx and a server that is away. Errors tell the code and never the server's
words: they may hold the address.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from switchboard.calls.ports.duties import Letter, MailDelayed, MailRefused
from switchboard.mail.address import MailServer

CONNECT_S, WHOLE_S = 15.0, 60.0
"""Less than the lease of a letter in the outbox."""
ABOUT_OURSELVES = {502, 503, 530, 534, 535, 538}
LONGEST_AUDIO = 10_000_000
Talk = Callable[[aiosmtplib.SMTP], Awaitable[None]]


class SmtpMailer:
    """The port `calls.ports.duties.Mailer`. `sender` is the address in From and in the envelope."""

    def __init__(self, server: MailServer, sender: str, trust: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._sender = sender
        self._trust = trust or ssl.create_default_context()

    async def send(self, letter: Letter, audio: bytes | None) -> None:
        message = build_message(letter, self._sender, audio)
        await self._converse(lambda client: _hand_in(client, message, self._sender, letter.recipient))

    async def try_out(self) -> None:
        """Log in and name the sender, without a letter. Raises what `send` does."""
        await self._converse(lambda client: _name_sender(client, self._sender))

    async def _converse(self, talk: Talk) -> None:
        try:
            async with asyncio.timeout(WHOLE_S):
                await self._connected(talk)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _meaning(error.recipients[0].code if error.recipients else 0) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _meaning(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise MailDelayed(f"no mail server to be had: {type(error).__name__}") from None

    async def _connected(self, talk: Talk) -> None:
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=CONNECT_S,
            use_tls=server.tls,
            # A password never goes over the wire in the clear; without one TLS is taken where it is offered.
            start_tls=True if server.user is not None and not server.tls else None,
            tls_context=self._trust,
        )
        try:
            await client.connect(username=server.user, password=server.password)
            await talk(client)
        finally:
            client.close()


async def _hand_in(client: aiosmtplib.SMTP, message: EmailMessage, sender: str, recipient: str) -> None:
    await client.send_message(message, sender=sender, recipients=[recipient])


async def _name_sender(client: aiosmtplib.SMTP, sender: str) -> None:
    await client.mail(sender)


def build_message(letter: Letter, sender: str, audio: bytes | None) -> EmailMessage:
    """Date and Message-ID are the same at each try."""
    message = EmailMessage()
    headers = dict(letter.headers)
    name, _, domain = sender.rpartition("@")
    message["From"] = Address(headers.pop("From-Name", ""), name, domain)
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = f"<{letter.message_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    if audio is not None and len(audio) <= LONGEST_AUDIO:
        message.add_attachment(audio, maintype="audio", subtype="wav", filename="meddelande.wav")
    # Last: what holds for the whole letter must not go down into its first part.
    for key, value in headers.items():
        message[key] = value
    return message


def _meaning(code: int) -> MailRefused | MailDelayed:
    said = f"the mail server answered {code}"
    return MailRefused(said) if 500 <= code < 600 and code not in ABOUT_OURSELVES else MailDelayed(said)
