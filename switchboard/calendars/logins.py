"""The login to a calendar's server: beside its address in the database, or in a file that the administrator keeps."""

from pathlib import Path

from switchboard.calendars.failures import CalendarFailure
from switchboard.domain.calendar import CalendarSource


def login_of(source: CalendarSource, secrets: Path | None) -> tuple[str, str] | None:
    """User and password; None: the server asks for none. Reads the file that is named."""
    return read_login(secrets, source.credentials) if source.credentials else source.login


def read_login(secrets: Path | None, name: str) -> tuple[str, str]:
    """The file's first line is `user:password`. A name with a path in it would read any file of the machine."""
    if secrets is None or not name.replace("-", "").replace("_", "").isalnum():
        raise CalendarFailure("its credentials name no file in the folder of secrets")
    try:
        text = (secrets / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise CalendarFailure("its credentials cannot be read") from None
    user, colon, password = text.partition("\n")[0].rstrip("\r").partition(":")
    if not user or not colon:
        raise CalendarFailure("its credentials are not user:password")
    return user, password
