"""The command on real parts: a database, a folder, servers that answer as the service and Asterisk do."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from switchboard.cli.doctor.asking_asterisk import ask_asterisk
from switchboard.cli.doctor.asking_servers import ask_mail, ask_web
from switchboard.cli.doctor.gathering import is_synchronised, look_at_backups, look_at_disk
from switchboard.clock import SystemClock
from switchboard.settings import Settings, read_settings
from tests.cli.conftest import Command
from tests.mail.servers import Post, mail_server
from tests.ports import free_port

Handler = Callable[[web.Request], web.Response]


@pytest.fixture
def nobody(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are set, and neither Asterisk nor the service runs."""
    monkeypatch.setenv("SWITCHBOARD_ARI_PASSWORD", "ari-word")
    monkeypatch.setenv("SWITCHBOARD_AMI_PASSWORD", "ami-word")
    monkeypatch.setenv("SWITCHBOARD_ARI_URL", f"http://127.0.0.1:{free_port()}/ari")
    monkeypatch.setenv("SWITCHBOARD_AMI_PORT", str(free_port()))
    monkeypatch.setenv("SWITCHBOARD_HTTP_BIND", f"127.0.0.1:{free_port()}")


@asynccontextmanager
async def answering(handler: Handler) -> AsyncIterator[str]:
    """Gives `host:port` of a server that answers everything with `handler`."""
    app = web.Application()

    async def handle(request: web.Request) -> web.Response:
        return handler(request)

    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def test_nothing_is_set_up(command: Command) -> None:
    said = command("doctor", "--json")
    assert said.status == 1
    assert {item["check"] for item in said.document["items"]} >= {"settings", "database"}
    assert said.document["errors"] == 3


@pytest.mark.usefixtures("nobody")
def test_a_house_without_asterisk_and_service(switchboard: Command, environment: Path) -> None:
    said = switchboard("doctor", "--json")
    found = [(item["check"], item["severity"]) for item in said.document["items"]]
    assert said.status == 1
    assert found[:3] == [("asterisk", "error"), ("asterisk", "error"), ("media", "error")]
    assert ("admin token", "warning") in found
    assert "database" not in dict(found)
    assert "    remedy: run: switchboard token create --role admin\n" in switchboard("doctor").out
    assert switchboard("token", "create", "--role", "admin").status == 0
    assert "admin token" not in switchboard("doctor").out


@pytest.mark.usefixtures("nobody")
def test_a_copy_is_asked_for_where_a_folder_is_set(
    switchboard: Command, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_BACKUP_FOLDER", str(environment / "copies"))
    assert "error: backup: there is no copy" in switchboard("doctor").out
    assert switchboard("backup").status == 0
    assert "backup" not in switchboard("doctor").out
    monkeypatch.setenv("SWITCHBOARD_NOW", "2026-08-13T12:01")
    assert "warning: backup: the newest copy is of 2026-08-12 10:00" in switchboard("doctor").out


@pytest.mark.usefixtures("nobody")
def test_a_setting_that_cannot_be_read_is_a_finding(switchboard: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_SMTP_URL", "smtp://mail.norrby.example")
    said = switchboard("doctor")
    assert said.status == 1
    assert said.out.startswith("error: settings: SWITCHBOARD_SMTP_URL cannot be used: SWITCHBOARD_MAIL_FROM")


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize(("status", "expected"), [(404, 404), (403, 403), (200, 200)])
async def test_the_address_of_audio_is_asked(monkeypatch: pytest.MonkeyPatch, status: int, expected: int) -> None:
    async with answering(lambda _request: web.Response(status=status)) as address:
        monkeypatch.setenv("SWITCHBOARD_MEDIA_URL", f"http://{address}/media")
        seen = await ask_web(read_settings(Settings))
    assert (seen.media_status, seen.asterisk_here) == (expected, True)


@pytest.mark.usefixtures("nobody")
async def test_an_asterisk_elsewhere_is_told_from_one_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_ARI_URL", "http://192.0.2.7:8088/ari")
    assert not (await ask_web(read_settings(Settings))).asterisk_here


@pytest.mark.usefixtures("nobody")
async def test_a_wrong_password_of_ari_is_told_from_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = await ask_asterisk(read_settings(Settings))
    assert (silent.ari_status, silent.phones, silent.exposure) == (0, None, None)
    assert silent.ari_fault
    assert silent.ami_fault
    async with answering(lambda _request: web.Response(status=401)) as address:
        monkeypatch.setenv("SWITCHBOARD_ARI_URL", f"http://{address}/ari")
        assert (await ask_asterisk(read_settings(Settings))).ari_status == 401
    async with answering(lambda _request: web.json_response(["surprise"])) as address:
        monkeypatch.setenv("SWITCHBOARD_ARI_URL", f"http://{address}/ari")
        assert (await ask_asterisk(read_settings(Settings))).ari_fault == "what answers there is not ARI"


@pytest.mark.usefixtures("nobody")
async def test_the_mail_server_is_tried_without_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await ask_mail(read_settings(Settings)) is None
    post = Post()
    monkeypatch.setenv("SWITCHBOARD_MAIL_FROM", "vaxel@norrby.example")
    async with mail_server(post) as port:
        monkeypatch.setenv("SWITCHBOARD_SMTP_URL", f"smtp://127.0.0.1:{port}")
        facts = await ask_mail(read_settings(Settings))
    assert facts is not None
    assert facts.fault is None
    assert post.took == []
    facts = await ask_mail(read_settings(Settings))
    assert facts is not None
    assert facts.fault is not None


def test_a_folder_that_cannot_be_written_to_is_noticed(tmp_path: Path) -> None:
    well = look_at_disk(tmp_path / "not" / "made" / "yet")
    assert well.fault is None
    assert 0 < well.free_bytes <= well.whole_bytes
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    assert look_at_disk(tmp_path / "file").fault is not None


def test_a_folder_without_copies_has_no_newest(tmp_path: Path) -> None:
    assert look_at_backups(tmp_path, SystemClock().now()).newest is None


def test_the_kernel_is_asked_about_its_clock() -> None:
    assert isinstance(is_synchronised(), bool)
