"""What the doctor knows when it judges. None: it could not be learnt, and another finding says why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from switchboard.domain.checks import Fault


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the rows say. `faults` are those of `switchboard check`; `accounts` of telephones that may register,
    `encrypted` those whose authority requires TLS of them."""

    faults: Sequence[Fault]
    admin_tokens: int
    accounts: frozenset[str]
    newest_call: datetime | None
    encrypted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """`fault`: why it does not answer. `ahead`: how far the database's own clock is before ours."""

    fault: str | None = None
    revision: str | None = None
    needed: str = ""
    writable: bool = True
    ahead: timedelta = timedelta(0)
    organisation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Exposure:
    """Addresses as Asterisk says them: where ARI, AMI and SIP listen, whom it takes for the trunk. `tls`: SIP over TLS
    is among them."""

    ari: str | None
    ami: str | None
    sip: Sequence[str]
    trunk: Sequence[str]
    identifier_order: str
    tls: bool = False


@dataclass(frozen=True, slots=True)
class AsteriskFacts:
    """`ari_status`: HTTP's, 0 where nothing answers. `phones`: whether each account is registered."""

    ari_fault: str | None = None
    ari_status: int = 200
    ami_fault: str | None = None
    exposure: Exposure | None = None
    phones: Mapping[str, bool] | None = None


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """`fault`: why nothing can be written there."""

    folder: Path
    fault: str | None
    free_bytes: int
    whole_bytes: int


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """`fault`: why there is no script at all. `missing`: a sentence for each prompt without its file."""

    folder: Path
    fault: str | None
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """`synchronised`: what the kernel says; None where it says nothing. `chosen`: SWITCHBOARD_NOW is set."""

    now: datetime
    synchronised: bool | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class WebFacts:
    """`asterisk_here`: it runs on this machine. `media_status`: HTTP's, 0 where nothing answers."""

    bind_host: str
    open_on_purpose: bool
    media_root: str
    media_host: str
    asterisk_here: bool
    media_status: int


@dataclass(frozen=True, slots=True)
class MailFacts:
    """`fault`: what the mail server did not take."""

    fault: str | None


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """`newest`: when the newest complete copy was made."""

    folder: Path
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """`settings`: a sentence for each variable that is missing or wrong; what depends on it is None then. `mail` and
    `backup` are None where nothing is set up."""

    settings: Sequence[str] = ()
    database: DatabaseFacts | None = None
    asterisk: AsteriskFacts | None = None
    disk: DiskFacts | None = None
    sounds: SoundFacts | None = None
    clock: ClockFacts | None = None
    web: WebFacts | None = None
    mail: MailFacts | None = None
    backup: BackupFacts | None = None
