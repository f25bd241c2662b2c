"""Letters to real mail servers: TLS, login, refusals, delays, silence."""

import email
import email.policy
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from switchboard.calls.ports.duties import Letter, MailDelayed, MailRefused
from switchboard.domain.working_days import STOCKHOLM
from switchboard.mail import smtp
from switchboard.mail.address import MailServer, parse_mail_url
from switchboard.mail.smtp import SmtpMailer
from tests.mail.servers import PASSWORD, Post, mail_server, make_certificate

AT = datetime(2026, 8, 12, 10, 0, tzinfo=STOCKHOLM)
LETTER = Letter(
    id=1,
    message_id="0123456789abcdef",
    created_at=AT,
    recipient="asa.oberg@norrby.example",
    subject="Någon väntar på att bli uppringd, senast torsdag 13 augusti",
    body="Hej Åsa!\n\nNågon har sökt dig och vill bli uppringd.\n",
    headers={"From-Name": "Norrby kommun, telefonväxeln", "Content-Language": "sv"},
)
SENDER = "vaxel@norrby.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trust(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


async def test_a_letter_arrives_as_it_was_written() -> None:
    post = Post()
    async with mail_server(post) as port:
        await SmtpMailer(MailServer("localhost", port, tls=False), SENDER).send(LETTER, b"RIFFsound")
    message = email.message_from_bytes(post.took[0], policy=email.policy.default)
    assert post.recipients == [LETTER.recipient]
    assert message["Subject"] == LETTER.subject
    assert message["From"] == '"Norrby kommun, telefonväxeln" <vaxel@norrby.example>'
    assert message["Message-ID"] == "<0123456789abcdef@norrby.example>"
    assert message["Date"] == "Wed, 12 Aug 2026 10:00:00 +0200"
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", "sv")
    text, audio = message.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == LETTER.body
    assert (audio.get_content_type(), audio.get_content()) == ("audio/wav", b"RIFFsound")


@pytest.mark.parametrize("tls", [True, False], ids=["smtps", "starttls"])
async def test_a_login_goes_over_tls_only(certificate: Path, trust: ssl.SSLContext, tls: bool) -> None:
    post = Post()
    async with mail_server(post, certificate, tls=tls, login=True) as port:
        server = MailServer("localhost", port, tls, "vaxel@norrby", PASSWORD)
        await SmtpMailer(server, SENDER, trust).send(LETTER, None)
        assert post.encrypted == [True]
        with pytest.raises(MailDelayed, match="535"):
            await SmtpMailer(replace(server, password="wrong-0042"), SENDER, trust).send(LETTER, None)
        with pytest.raises(MailDelayed, match="no mail server"):
            await SmtpMailer(server, SENDER).send(LETTER, None)
    assert len(post.took) == 1


async def test_a_password_is_never_sent_in_the_clear() -> None:
    post = Post()
    async with mail_server(post, login=True) as port:
        with pytest.raises(MailDelayed):
            await SmtpMailer(MailServer("localhost", port, False, "vaxel@norrby", PASSWORD), SENDER).send(LETTER, None)
    assert post.took == []


@pytest.mark.parametrize(
    ("post", "error"),
    [
        (Post(to_recipient="550 no asa.oberg here"), MailRefused),
        (Post(to_letter="554 not from you"), MailRefused),
        (Post(to_recipient="450 greylisted, come back"), MailDelayed),
        (Post(to_letter="451 disk full"), MailDelayed),
        (Post(to_letter="530 log in first"), MailDelayed),
    ],
    ids=lambda value: value.to_recipient if isinstance(value, Post) else "",
)
async def test_what_a_refusal_means(post: Post, error: type[Exception]) -> None:
    async with mail_server(post) as port:
        with pytest.raises(error) as raised:
            await SmtpMailer(MailServer("localhost", port, tls=False), SENDER).send(LETTER, None)
    assert "asa" not in str(raised.value)


async def test_a_server_that_hangs_or_is_away_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "CONNECT_S", 0.2)
    async with mail_server(Post(hangs=True)) as port:
        mailer = SmtpMailer(MailServer("localhost", port, tls=False), SENDER)
        with pytest.raises(MailDelayed, match="Timeout"):
            await mailer.send(LETTER, None)
    with pytest.raises(MailDelayed, match="no mail server"):
        await mailer.send(LETTER, None)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.norrby.example", MailServer("mail.norrby.example", 25, False)),
        ("smtps://mail.norrby.example", MailServer("mail.norrby.example", 465, True)),
        ("smtp://vaxel%40norrby:p%3Aw@10.0.0.5:587/", MailServer("10.0.0.5", 587, False, "vaxel@norrby", "p:w")),
    ],
)
def test_a_url(url: str, server: MailServer) -> None:
    assert parse_mail_url(url) == server


@pytest.mark.parametrize(
    "url", ["mail.norrby.example", "http://x", "smtp://", "smtp://user@host", "smtp://h:99999", "smtp://h/path"]
)
def test_a_url_that_cannot_be_used_is_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match=r"smtp://user:password@|both a user") as raised:
        parse_mail_url(url)
    known: Callable[[str], bool] = lambda text: "host:" in text or "both" in text  # noqa: E731
    assert known(str(raised.value))
