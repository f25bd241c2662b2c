"""What the environment says, read once. Every variable begins with SWITCHBOARD_; no secret has a default."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import quote, urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from switchboard.errors import SettingsFault
from switchboard.mail.address import parse_mail_url, parse_sieve_url

PREFIX = "SWITCHBOARD_"


@dataclass(frozen=True, slots=True)
class Bind:
    """An address to listen on or to connect to. Port 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_bind(value: object) -> object:
    """`127.0.0.1:8080`, `[::1]:8080`, `:8080` (every address) as a Bind."""
    if not isinstance(value, str):
        return value
    host, colon, port = value.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError("must be host:port")
    return Bind(host.removeprefix("[").removesuffix("]") or "0.0.0.0", int(port))  # noqa: S104  asked for by ":8080"


def parse_networks(value: object) -> object:
    """Comma-separated addresses or networks."""
    if not isinstance(value, str):
        return value
    return tuple(ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())


def parse_names(value: object) -> object:
    """Comma-separated."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def check_web_address(value: str) -> str:
    """`http://127.0.0.1:8088/ari` as it is."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or not value.isascii() or parts.port == 0:
        raise ValueError("must be http://host:port/path")
    return value


def check_mail_address(value: str) -> str:
    name, _, domain = value.strip().rpartition("@")
    if not name or not domain or not value.isascii() or any(character.isspace() for character in value.strip()):
        raise ValueError("must be an address such as vaxel@norrby.example")
    return value.strip()


def check_mail_url(value: SecretStr) -> SecretStr:
    parse_mail_url(value.get_secret_value())
    return value


def check_sieve_url(value: SecretStr) -> SecretStr:
    parse_sieve_url(value.get_secret_value())
    return value


SieveUrl = Annotated[SecretStr, AfterValidator(check_sieve_url)]
MailUrl = Annotated[SecretStr, AfterValidator(check_mail_url)]
BindSetting = Annotated[Bind, NoDecode, BeforeValidator(parse_bind)]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(parse_networks)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(parse_names)]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class ToolSettings(BaseSettings):
    """What every command needs; nothing here is required."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: SecretStr = SecretStr("sqlite:///var/switchboard.sqlite3")
    recordings: Path = Field(
        default=Path("var/recordings"),
        validation_alias=AliasChoices(f"{PREFIX}RECORDINGS", f"{PREFIX}AUDIO"),
        description="the folder of the audio store: messages and greetings by their checksum",
    )
    backup_folder: Path | None = Field(default=None, description="where `switchboard backup` puts its copies")
    sounds: Path = Field(default=Path("sounds"), description="the prompts, as this service sees them")
    calendar_secrets: Path | None = Field(default=None, description="the folder of the logins to calendars")
    calendar_hosts: Names = Field(default=(), description="hosts whose calendars may be read wherever they are")
    calendar_networks: Networks = Field(default=(), description="private networks whose calendars may be read")
    calendar_interval: float = Field(default=30.0, ge=1, le=3600, description="seconds between looks at a calendar")
    env: Literal["production", "demo", "test"] = "production"
    now: str | None = None
    log_level: Annotated[LogLevel, BeforeValidator(lambda value: str(value).upper())] = "INFO"
    log_pii: bool = False


class Settings(ToolSettings):
    """What the service needs besides."""

    ari_url: Annotated[str, AfterValidator(check_web_address)] = "http://127.0.0.1:8088/ari"
    ari_user: str = "switchboard"
    ari_password: SecretStr
    ami_host: str = "127.0.0.1"
    ami_port: int = Field(default=5038, ge=1, le=65535)
    ami_user: str = "switchboard"
    ami_password: SecretStr
    agi_bind: BindSetting = Bind("127.0.0.1", 4573)
    http_bind: BindSetting = Bind("127.0.0.1", 8080)
    mail_from: Annotated[str, AfterValidator(check_mail_address)] | None = Field(
        default=None, description="the sender of all e-mail; needed where smtp_url is set"
    )
    smtp_url: MailUrl | None = Field(default=None, description="smtp://user:password@host:587, or smtps://…")
    managesieve_password_file: Path | None = Field(
        default=None, description="a file with the password of managesieve_url, where that has none"
    )
    managesieve_url: SieveUrl | None = Field(
        default=None, description="sieve://master@host:4190: where autoreplies are set; none: they are not"
    )
    public_url: Annotated[str, AfterValidator(check_web_address)] | None = Field(
        default=None, description="where people reach the API, for links in e-mail; None: http_bind"
    )
    block_after: int = Field(default=10, ge=0, le=1000, description="failed sign-ins that block; 0: none ever do")
    block_within: float = Field(default=60.0, ge=1, le=86400, description="seconds in which they count")
    block_seconds: float = Field(default=300.0, ge=1, le=604800, description="the first block; then twice as long")
    block_longest: float = Field(default=86400.0, ge=1, le=604800, description="seconds, the longest block")
    block_never: Networks = Field(
        default=(ip_network("127.0.0.0/8"), ip_network("::1/128")),
        description="addresses and networks that are never blocked",
    )
    most_calls: int = Field(default=250, ge=1, le=100_000, description="calls at the same time; see Overload")
    most_told: int = Field(default=25, ge=0, le=10_000, description="callers who hear at once that lines are busy")
    phone_transfers: bool = Field(default=True, description="whether a phone's own transfer button is heard")
    phone_encryption: bool = Field(default=False, description="whether phones' calls must be encrypted (SRTP)")
    instance: int = Field(default=1, ge=1, le=9999)
    sounds_uri: str = Field(default="sound:/sounds", description="the prompts, as Asterisk sees them")
    media_url: str | None = Field(default=None, description="where Asterisk fetches stored audio; None: http_bind")
    media_peers: Networks = ()
    media_address: str | None = Field(default=None, description="Asterisk's for phones' sound; None: it chooses")

    @field_validator("smtp_url")
    @classmethod
    def _mail_has_a_sender(cls, value: SecretStr | None, known: ValidationInfo) -> SecretStr | None:
        if value is not None and known.data.get("mail_from") is None:
            raise ValueError("SWITCHBOARD_MAIL_FROM, the sender of all e-mail, is needed with it")
        return value

    @field_validator("managesieve_url")
    @classmethod
    def _sieve_has_a_password(cls, value: SecretStr | None, known: ValidationInfo) -> SecretStr | None:
        """The URL with its password, wherever that came from."""
        if value is None or parse_sieve_url(value.get_secret_value()).password is not None:
            return value
        file = known.data.get("managesieve_password_file")
        if file is None:
            raise ValueError("a password is needed, in it or in SWITCHBOARD_MANAGESIEVE_PASSWORD_FILE")
        return SecretStr(_with_password(value.get_secret_value(), _read_secret(file)))

    @property
    def spool(self) -> Path:
        """This service's own file, beside the audio store, for what the database is to be told when it is back."""
        return self.recordings.parent / f"spool-{self.instance}.sqlite3"

    @property
    def link_root(self) -> str:
        """Before `/api/v1/…` in e-mail, without a slash at its end."""
        return (self.public_url or f"http://{self.http_bind}").rstrip("/")

    @property
    def media_root(self) -> str:
        """The address under which Asterisk fetches `{sha256}.wav`, without a slash at its end."""
        if self.media_url is not None:
            return self.media_url.rstrip("/")
        host = self.http_bind.host
        reachable = "127.0.0.1" if _is_every_address(host) else host
        return f"http://{Bind(reachable, self.http_bind.port)}/media"


def _read_secret(file: Path) -> str:
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the file with its password cannot be read ({type(error).__name__})") from None
    if not secret:
        raise ValueError("the file with its password is empty")
    return secret


def _with_password(url: str, password: str) -> str:
    before, _, host = url.rpartition("@")
    return f"{before}:{quote(password, safe='')}@{host}"


def _is_every_address(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


Kind = TypeVar("Kind", bound=ToolSettings)


def read_settings(kind: type[Kind]) -> Kind:
    """The settings of the process's environment. SettingsFault names each variable that is missing or wrong and never
    shows a value."""
    try:
        return kind()
    except ValidationError as fault:
        raise SettingsFault([_problem(error) for error in fault.errors(include_input=False)]) from None


def _problem(error: ErrorDetails) -> str:
    place = str(error["loc"][0]) if error["loc"] else "settings"
    variable = place if place.startswith(PREFIX) else PREFIX + place.upper()
    if error["type"] == "missing":
        return f"{variable} is not set"
    return f"{variable} cannot be used: {str(error['msg']).removeprefix('Value error, ')}"
