"""A real Dovecot answers who writes to somebody who is away, and stops when they are back (R8, R9)."""

import asyncio
import email
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default

import pytest

from switchboard.calls.ports.autoreply import ScriptServerAway, ScriptsRefused
from switchboard.db.engine import Database
from switchboard.domain.autoreply.scripts import only_look
from switchboard.mail.address import MailServer, parse_sieve_url
from switchboard.mail.managesieve import SieveServer
from tests.autoreplies.house import ERIK, House, Service, build_house
from tests.mail.dovecot import Dovecot, dovecot_server
from tests.mail.servers import Post, mail_server

pytestmark = pytest.mark.dovecot
CITIZEN = "medborgare@exempel.se"
FILTER = (
    'require ["fileinto", "mailbox"];\nif header :contains "Subject" "faktura" { fileinto :create "Fakturor"; stop; }\n'
)


@dataclass
class MailHouse:
    """The house with a mail server that tells the time itself: so the house's clock is that of the wall."""

    house: House
    box: Dovecot
    post: Post

    @property
    def answers(self) -> list[EmailMessage]:
        """What was sent to citizens: Dovecot has handed an answer in before it says that it has the letter."""
        found = [email.message_from_bytes(each, policy=default) for each in self.post.took]
        return [each for each in found if isinstance(each, EmailMessage)]


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, new_database_url: Callable[[str], str]) -> str:
    """On one engine: Dovecot remembers for a day whom it has answered. test_keeping runs on both."""
    return new_database_url(request.param)


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    with dovecot_server(tmp_path_factory.mktemp("dovecot")) as box:
        yield box


@pytest.fixture
async def mail_house(database: Database, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MailHouse]:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    house = await build_house(database)
    house.clock.at = datetime.now(UTC)  # noqa: TID251  Dovecot reads the wall clock too
    real = Service(database, house.clock, SieveServer(parse_sieve_url(dovecot.url)), "real")
    await house.close()
    house.service = real
    await real.start()
    post = Post()
    async with mail_server(post, port=dovecot.smtp_port):
        yield MailHouse(house, dovecot, post)
    await house.close()


@pytest.mark.requirement("R8")
async def test_who_writes_is_answered_in_both_languages_and_not_twice(mail_house: MailHouse) -> None:
    house, box = mail_house.house, mail_house.box
    await asyncio.to_thread(box.keep_scripts, ERIK, {"regler": FILTER}, "regler")
    away = await house.away(house.erik, house.clock.at + timedelta(days=400), deputy=house.anna)
    await house.passes(timedelta(minutes=1))

    await box.deliver(ERIK, "Bygglov för altan")
    [answer] = mail_house.answers
    assert mail_house.post.recipients == [CITIZEN]
    assert answer["Subject"] == "Autosvar: Erik Lund är inte på plats"
    assert answer["From"] == "Erik Lund <erik.lund@norrby.example>"
    assert answer["Auto-Submitted"].startswith("auto-replied")
    said = answer.get_content()
    assert said.startswith("Hej!\r\n\r\nTack för ditt meddelande. Jag har semester och är åter ")
    assert "Vänd dig till min ersättare Anna Andersson, telefon 0980-31 92 10, e-post anna.andersson@" in said
    assert "Thank you for your message. I am on holiday and will be back on " in said

    await box.deliver(ERIK, "En gång till")
    await box.deliver(ERIK, "Din faktura", sender="ekonomi@exempel.se")
    assert mail_house.post.recipients == [CITIZEN, "ekonomi@exempel.se"], "nobody twice on a day"
    assert (box.mails_in(ERIK), box.mails_in(ERIK, "Fakturor")) == (2, 1), "the person's own rules go on"

    await house.back(away)
    await house.passes(timedelta(minutes=1))
    await box.deliver(ERIK, "Är du åter?", sender="granne@exempel.se")
    await box.deliver(ERIK, "Ny faktura")
    assert (box.mails_in(ERIK), box.mails_in(ERIK, "Fakturor")) == (3, 2)
    assert len(mail_house.post.took) == 2


async def test_spam_and_lists_are_not_answered(mail_house: MailHouse) -> None:
    house, box = mail_house.house, mail_house.box
    await asyncio.to_thread(box.keep_scripts, ERIK, {}, None)
    await house.away(house.erik, house.clock.at + timedelta(days=2))
    await house.passes(timedelta(minutes=1))
    await box.deliver(ERIK, "Vinn!", sender="vinst@exempel.se", X_Spam_Flag="YES")
    await box.deliver(ERIK, "Nyhetsbrev", sender="lista@exempel.se", List_Id="<nyheter.exempel.se>")
    await box.deliver(ERIK, "Fråga", sender="riktig@exempel.se")
    assert mail_house.post.recipients == ["riktig@exempel.se"]


async def test_the_reply_is_silent_from_its_end_on_though_nobody_takes_it_away(mail_house: MailHouse) -> None:
    house, box = mail_house.house, mail_house.box
    await asyncio.to_thread(box.keep_scripts, ERIK, {}, None)
    house.clock.at -= timedelta(days=2)
    await house.away(house.erik, house.clock.at + timedelta(days=1))
    await house.passes(timedelta(minutes=1))
    await box.deliver(ERIK, "Fråga", sender="sen@exempel.se")
    assert mail_house.post.took == []
    assert "switchboard-autoreply" in box.inside("ls", f"/mail/{ERIK}/sieve")


class TestTheWire:
    async def test_a_certificate_that_nobody_knows_is_refused(self, dovecot: Dovecot) -> None:
        with pytest.raises(ScriptServerAway, match="TLS failed"):
            await SieveServer(parse_sieve_url(dovecot.url)).carry_out(ERIK, only_look)

    async def test_a_wrong_password_is_refused(self, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
        wrong = MailServer("localhost", dovecot.sieve_port, False, "vaxel", "fel")
        with pytest.raises(ScriptsRefused, match="the login was refused"):
            await SieveServer(wrong).carry_out(ERIK, only_look)

    async def test_a_script_that_the_server_does_not_take(
        self, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
        server = SieveServer(parse_sieve_url(dovecot.url))
        with pytest.raises(ScriptsRefused, match="did not take the script"):
            await server.carry_out("fel@norrby.example", lambda found: replace(only_look(found), put="nonsense ;;"))

    async def test_a_name_with_a_quotation_mark_is_not_guessed_at(
        self, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
        login = "citat@norrby.example"
        await asyncio.to_thread(dovecot.keep_scripts, login, {'mina "bästa"': "keep;"}, 'mina "bästa"')
        with pytest.raises(ScriptsRefused, match="quotation mark"):
            await SieveServer(parse_sieve_url(dovecot.url)).carry_out(login, only_look)

    async def test_nobody_listens(self) -> None:
        with pytest.raises(ScriptServerAway, match="no server to be had"):
            await SieveServer(MailServer("localhost", 1, False, "vaxel", "x")).carry_out(ERIK, only_look)

    async def test_a_server_that_offers_no_tls_never_gets_the_password(self) -> None:
        heard: list[bytes] = []

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b'"IMPLEMENTATION" "plain"\r\n"SASL" "PLAIN"\r\n"SIEVE" "vacation"\r\nOK\r\n')
            heard.append(await reader.read(1000))
            writer.close()

        listening = await asyncio.start_server(talk, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(ScriptServerAway):
            await SieveServer(MailServer("127.0.0.1", port, False, "vaxel", "hemligt")).carry_out(ERIK, only_look)
        listening.close()
        assert not any(b"AUTHENTICATE" in each for each in heard)
