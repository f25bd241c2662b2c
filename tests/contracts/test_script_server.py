"""Mailboxes that answer by scripts: the fake and a real Dovecot do the same."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import pytest

from switchboard.calls.ports.autoreply import ScriptServer, ScriptsRefused
from switchboard.domain.autoreply import MailState
from switchboard.domain.autoreply.scripts import NAME, Reply, Scripts, Steps, lift_reply, only_look, set_reply
from switchboard.mail.address import parse_sieve_url
from switchboard.mail.managesieve import SieveServer
from tests.fakes.scripts import FakeScriptServer
from tests.mail.dovecot import Dovecot, dovecot_server

pytestmark = pytest.mark.real_time
FILTER = 'require ["fileinto"];\r\nif header :contains "Subject" "faktura" { fileinto "Fakturor"; }\r\n'
OWN_REPLY = 'require ["vacation"];\r\nvacation "Jag är ute och reser.";\r\n'
REPLY = Reply(
    "Autosvar: Åsa Öberg är inte på plats",
    'Hej!\n\nJag har semester. "Citat" och \\ och ${namn}.\n.\n..\nVänliga hälsningar',
    "asa@norrby.example",
    'Åsa "Ö" Öberg',
    until=datetime(2030, 1, 7, tzinfo=UTC),
)


@dataclass
class Place:
    """A server, and how the owner of a mailbox comes by scripts of their own."""

    server: ScriptServer
    keep: Callable[[str, dict[str, str], str | None], Awaitable[None]]

    async def scripts(self, login: str) -> Scripts:
        seen: list[Scripts] = []

        def look(found: Scripts) -> Steps:
            seen.append(found)
            return only_look(found)

        await self.server.carry_out(login, look)
        return seen[0]


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    with dovecot_server(tmp_path_factory.mktemp("dovecot")) as box:
        yield box


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.dovecot)])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Place:
    if request.param == "fake":
        fake = FakeScriptServer()

        async def keep(login: str, scripts: dict[str, str], active: str | None) -> None:
            fake.keep(login, scripts, active)

        return Place(fake, keep)
    box: Dovecot = request.getfixturevalue("dovecot")
    monkeypatch.setenv("SSL_CERT_FILE", str(box.certificate))

    async def keep_there(login: str, scripts: dict[str, str], active: str | None) -> None:
        await asyncio.to_thread(box.keep_scripts, login, scripts, active)

    return Place(SieveServer(parse_sieve_url(box.url)), keep_there)


async def test_an_empty_mailbox_is_silent(place: Place) -> None:
    assert await place.server.carry_out("tom@norrby.example", only_look) == Steps(MailState.SILENT)


@pytest.mark.requirement("R9")
async def test_set_and_lifted_again(place: Place) -> None:
    login = "asa@norrby.example"
    assert (await place.server.carry_out(login, partial(set_reply, reply=REPLY))).state is MailState.OURS
    assert (await place.scripts(login)).active == NAME
    again = await place.server.carry_out(login, partial(set_reply, reply=REPLY))
    assert again.state is MailState.OURS
    assert (await place.server.carry_out(login, lift_reply)).state is MailState.SILENT
    left = await place.scripts(login)
    assert (left.active, dict(left.texts)) == (None, {})
    assert (await place.server.carry_out(login, lift_reply)).state is MailState.SILENT


@pytest.mark.parametrize("name", ["regler", "Mina regler för jobbet", "roundcube.sieve"])
async def test_the_person_s_own_script_is_active_again(place: Place, name: str) -> None:
    login = f"{len(name)}.erik@norrby.example"
    await place.keep(login, {name: FILTER, "annat": FILTER}, name)
    before = await place.scripts(login)
    assert before.active == name
    await place.server.carry_out(login, partial(set_reply, reply=REPLY))
    await place.server.carry_out(login, partial(set_reply, reply=REPLY))
    during = await place.scripts(login)
    assert during.active == NAME
    assert during.texts[name] == before.texts[name]
    await place.server.carry_out(login, lift_reply)
    after = await place.scripts(login)
    assert (after.active, after.texts) == (name, before.texts)


async def test_a_reply_of_the_person_s_own_stays(place: Place) -> None:
    login = "nils@norrby.example"
    await place.keep(login, {"mitt": OWN_REPLY}, "mitt")
    assert (await place.server.carry_out(login, partial(set_reply, reply=REPLY))).state is MailState.OWN
    left = await place.scripts(login)
    assert (left.active, set(left.texts)) == ("mitt", {"mitt"})


async def test_another_script_that_the_person_made_active_meanwhile_stays(place: Place) -> None:
    login = "maria@norrby.example"
    await place.server.carry_out(login, partial(set_reply, reply=REPLY))
    ours = (await place.scripts(login)).texts[NAME]
    await place.keep(login, {NAME: ours, "nytt": FILTER}, "nytt")
    assert (await place.server.carry_out(login, only_look)).state is MailState.SILENT
    await place.server.carry_out(login, lift_reply)
    left = await place.scripts(login)
    assert (left.active, set(left.texts)) == ("nytt", {"nytt"})


async def test_a_person_s_script_that_is_gone_meanwhile_is_not_missed(place: Place) -> None:
    login = "karin@norrby.example"
    await place.keep(login, {"regler": FILTER}, "regler")
    await place.server.carry_out(login, partial(set_reply, reply=REPLY))
    ours = (await place.scripts(login)).texts[NAME]
    await place.keep(login, {NAME: ours}, NAME)
    await place.server.carry_out(login, lift_reply)
    left = await place.scripts(login)
    assert (left.active, dict(left.texts)) == (None, {})


async def test_what_cannot_be_done_is_refused_and_changes_nothing(place: Place) -> None:
    login = "ulla@norrby.example"
    await place.keep(login, {"regler": FILTER}, "regler")

    def refuse(found: Scripts) -> Steps:
        return Steps(MailState.SILENT, put="keep;\r\n", refused="not today")

    with pytest.raises(ScriptsRefused, match="not today"):
        await place.server.carry_out(login, refuse)
    assert set((await place.scripts(login)).texts) == {"regler"}
