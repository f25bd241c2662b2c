"""Where a person's calendar is read, and how reading it goes."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

LONGEST_ADDRESS = 2000
# Whoever else reads the address, the HTTP client too, must see the same host in it.
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
SHORTEST_INTERVAL_S, LONGEST_INTERVAL_S = 10, 3600


class SourceKind(StrEnum):
    ICALENDAR = "icalendar"
    CALDAV = "caldav"


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """`credentials` names a file in the folder of secrets; `login` is user and password, kept beside the address. The
    address is a secret too: who has it reads the calendar. `interval_s` None: as often as the service's setting says.
    """

    id: int
    person_id: int
    authority_id: int
    kind: SourceKind
    url: str = field(repr=False)
    credentials: str | None = None
    interval_s: int | None = None
    login: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SourceState:
    """`read_at`: when it was last read, with all its events or without some. `failure`: what is wrong now, since
    `failing_since`; None: nothing."""

    read_at: datetime | None = None
    failing_since: datetime | None = None
    failure: str | None = None

    def read(self, at: datetime, problem: str | None = None) -> "SourceState":
        """`problem`: what of it could not be worked out."""
        if problem is None:
            return SourceState(at)
        return SourceState(at, self.failing_since or at, problem)

    def failed(self, at: datetime, why: str) -> "SourceState":
        return replace(self, failing_since=self.failing_since or at, failure=why)


def source_name(id: int | str) -> str:
    """`source` of the absences that a calendar gave; of an empty id, what all of them begin with."""
    return f"calendar:{id}"


def source_of(name: str) -> int | None:
    """The calendar that gave an absence; None: no calendar that is followed here."""
    word, _, id = name.partition(":")
    return int(id) if word == "calendar" and id.isascii() and id.isdigit() and len(id) < 10 else None


def web_address(text: str) -> str:
    """The address to fetch: `webcal:` is how calendars offer https to programs. ValueError says what is wrong."""
    text = text.strip()
    scheme, colon, rest = text.partition(":")
    address = f"https:{rest}" if colon and scheme.lower() in ("webcal", "webcals") else text
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("cannot be read") from None
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        raise ValueError("is too long, or holds what no address holds")
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise ValueError("must begin with https://, http:// or webcal://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user and no password; give them apart")
    if not _HOST.fullmatch(host):
        raise ValueError("cannot be read")
    return address


def server_of(address: str) -> str:
    """Scheme, host and port: a password for one is for no other. An address that cannot be read has none."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname or ''}:{port}"


def host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
