"""The service's own HTTP interface as Asterisk would ask it, and the mail server."""

import socket
from urllib.parse import urlsplit

import aiohttp

from switchboard.calls.ports.duties import MailDelayed, MailRefused
from switchboard.cli.doctor.facts import MailFacts, WebFacts
from switchboard.mail.address import parse_mail_url
from switchboard.mail.smtp import SmtpMailer
from switchboard.settings import Settings

PATIENCE_S = 5.0
NO_SUCH_AUDIO = "0" * 64 + ".wav"


async def ask_web(settings: Settings) -> WebFacts:
    return WebFacts(
        bind_host=settings.http_bind.host,
        open_on_purpose=bool(settings.public_url or settings.media_peers),
        media_root=settings.media_root,
        media_host=urlsplit(settings.media_root).hostname or "",
        asterisk_here=_is_here(urlsplit(settings.ari_url).hostname or ""),
        media_status=await _status(f"{settings.media_root}/{NO_SUCH_AUDIO}"),
    )


async def _status(url: str) -> int:
    limits = aiohttp.ClientTimeout(total=PATIENCE_S)
    try:
        async with aiohttp.ClientSession(timeout=limits) as session, session.get(url, allow_redirects=False) as answer:
            return answer.status
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return 0


def _is_here(host: str) -> bool:
    """An address of this machine's own can be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.bind(address)
    except OSError:
        return False
    return True


async def ask_mail(settings: Settings) -> MailFacts | None:
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    try:
        await SmtpMailer(parse_mail_url(settings.smtp_url.get_secret_value()), settings.mail_from).try_out()
    except (MailRefused, MailDelayed) as error:
        return MailFacts(str(error))
    return MailFacts(None)
