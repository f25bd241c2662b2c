"""What the environment says."""

from pathlib import Path

import pytest

from switchboard.errors import SettingsFault
from switchboard.mail.address import parse_sieve_url
from switchboard.settings import Bind, Settings, ToolSettings, read_settings

SECRETS = {"SWITCHBOARD_ARI_PASSWORD": "ari-word-1", "SWITCHBOARD_AMI_PASSWORD": "ami-word-2"}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("SWITCHBOARD_")]:
        monkeypatch.delenv(name)


def _set(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_the_tools_need_nothing() -> None:
    settings = read_settings(ToolSettings)
    assert settings.database_url.get_secret_value() == "sqlite:///var/switchboard.sqlite3"
    assert settings.env == "production"


def test_each_missing_secret_is_named() -> None:
    with pytest.raises(SettingsFault) as caught:
        read_settings(Settings)
    assert set(caught.value.problems) == {f"{name} is not set" for name in SECRETS}


def test_an_empty_secret_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **SECRETS | {"SWITCHBOARD_AMI_PASSWORD": ""})
    with pytest.raises(SettingsFault, match="SWITCHBOARD_AMI_PASSWORD is not set"):
        read_settings(Settings)


def test_what_is_bound_is_bound_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **SECRETS)
    settings = read_settings(Settings)
    assert str(settings.http_bind) == "127.0.0.1:8080"
    assert str(settings.agi_bind) == "127.0.0.1:4573"
    assert settings.media_root == "http://127.0.0.1:8080/media"


def test_links_in_mail_lead_to_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **SECRETS)
    assert read_settings(Settings).link_root == "http://127.0.0.1:8080"
    _set(monkeypatch, SWITCHBOARD_PUBLIC_URL="https://vaxel.norrby.example/")
    assert read_settings(Settings).link_root == "https://vaxel.norrby.example"


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://switchboard:db-word-3@db.example/switchboard"
    mail = {
        "SWITCHBOARD_SMTP_URL": "smtp://a:mail-word-4@mail.example",
        "SWITCHBOARD_MAIL_FROM": "a@mail.example",
    }
    _set(monkeypatch, **SECRETS, SWITCHBOARD_DATABASE_URL=url, **mail)
    shown = repr(read_settings(Settings)) + str(read_settings(Settings))
    assert not any(word in shown for word in ("ari-word-1", "ami-word-2", "db-word-3", "mail-word-4"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SWITCHBOARD_HTTP_BIND", "secret-looking"),
        ("SWITCHBOARD_HTTP_BIND", "127.0.0.1:99999"),
        ("SWITCHBOARD_AMI_PORT", "secret-looking"),
        ("SWITCHBOARD_MOST_CALLS", "0"),
        ("SWITCHBOARD_MOST_TOLD", "-1"),
        ("SWITCHBOARD_ARI_URL", "secret-looking"),
        ("SWITCHBOARD_ARI_URL", "127.0.0.1:8088/ari"),
        ("SWITCHBOARD_ARI_URL", "http://127.0.0.1:88088/ari"),
        ("SWITCHBOARD_ENV", "secret-looking"),
        ("SWITCHBOARD_LOG_LEVEL", "secret-looking"),
        ("SWITCHBOARD_INSTANCE", "0"),
        ("SWITCHBOARD_MEDIA_PEERS", "secret-looking"),
        ("SWITCHBOARD_SMTP_URL", "secret-looking"),
        ("SWITCHBOARD_SMTP_URL", "smtp://secret-looking@mail.example"),
        ("SWITCHBOARD_SMTP_URL", "smtp://mail.example"),
        ("SWITCHBOARD_MAIL_FROM", "secret-looking"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    _set(monkeypatch, **SECRETS, **{name: value})
    with pytest.raises(SettingsFault, match=f"{name} cannot be used") as caught:
        read_settings(Settings)
    if value == "secret-looking":
        assert value not in str(caught.value).replace("'secret-looking' does not appear", "") or name.endswith("PEERS")


@pytest.mark.parametrize(
    ("written", "bind"),
    [
        ("0.0.0.0:80", Bind("0.0.0.0", 80)),  # noqa: S104
        ("[::1]:8080", Bind("::1", 8080)),
        (":0", Bind("0.0.0.0", 0)),  # noqa: S104
        ("localhost:8080", Bind("localhost", 8080)),
    ],
)
def test_an_address_is_read(monkeypatch: pytest.MonkeyPatch, written: str, bind: Bind) -> None:
    _set(monkeypatch, **SECRETS, SWITCHBOARD_HTTP_BIND=written)
    assert read_settings(Settings).http_bind == bind


def test_audio_is_fetched_where_the_service_listens_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **SECRETS, SWITCHBOARD_HTTP_BIND="0.0.0.0:9000")
    assert read_settings(Settings).media_root == "http://127.0.0.1:9000/media"
    _set(monkeypatch, SWITCHBOARD_MEDIA_URL="http://10.0.0.5:9000/media/")
    assert read_settings(Settings).media_root == "http://10.0.0.5:9000/media"


def test_networks_and_folders_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **SECRETS, SWITCHBOARD_MEDIA_PEERS="10.1.0.0/16, 192.0.2.7", SWITCHBOARD_AUDIO="/data/audio")
    settings = read_settings(Settings)
    assert [str(network) for network in settings.media_peers] == ["10.1.0.0/16", "192.0.2.7/32"]
    assert settings.recordings == Path("/data/audio")
    _set(monkeypatch, SWITCHBOARD_RECORDINGS="/data/recordings")
    assert read_settings(Settings).recordings == Path("/data/recordings")


class TestManageSieve:
    @pytest.fixture(autouse=True)
    def _secrets(self, monkeypatch: pytest.MonkeyPatch) -> None:
        _set(monkeypatch, **SECRETS)

    def test_the_password_comes_from_a_file(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        file.write_text("hem:ligt@1\n")
        monkeypatch.setenv("SWITCHBOARD_MANAGESIEVE_URL", "sieve://vaxel@mail.norrby.example")
        monkeypatch.setenv("SWITCHBOARD_MANAGESIEVE_PASSWORD_FILE", str(file))
        url = read_settings(Settings).managesieve_url
        assert url is not None
        server = parse_sieve_url(url.get_secret_value())
        assert (server.user, server.password, server.port, server.tls) == ("vaxel", "hem:ligt@1", 4190, False)

    @pytest.mark.parametrize(
        ("url", "problem"),
        [
            ("sieve://vaxel@mail.norrby.example", "a password is needed"),
            ("sieve://mail.norrby.example", "must name the login"),
            ("http://vaxel:hemligt-7@mail", "must be sieve://"),
        ],
    )
    def test_what_cannot_be_used_is_told_without_the_secret(
        self, monkeypatch: pytest.MonkeyPatch, url: str, problem: str
    ) -> None:
        monkeypatch.setenv("SWITCHBOARD_MANAGESIEVE_URL", url)
        with pytest.raises(SettingsFault, match=problem) as fault:
            read_settings(Settings)
        assert "hemligt-7" not in str(fault.value)

    def test_a_file_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SWITCHBOARD_MANAGESIEVE_URL", "sieve://vaxel@mail.norrby.example")
        monkeypatch.setenv("SWITCHBOARD_MANAGESIEVE_PASSWORD_FILE", "/no/such/file")
        with pytest.raises(SettingsFault, match="cannot be read"):
            read_settings(Settings)
