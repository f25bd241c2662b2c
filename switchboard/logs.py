"""Logging: one JSON object a line (readable columns on a terminal), ours and other libraries' alike.

Personal data stands only in fields named `pii_…`, which are masked unless SWITCHBOARD_LOG_PII is set. Secrets are
masked always, wherever they stand. A line break cannot get into a line: JSON escapes it, and so do we for terminals.
Other libraries may put a number into a sentence or an exception: long numbers in those are masked too.
"""

import contextlib
import logging
import re
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TextIO

import structlog
from structlog.typing import BindableLogger, EventDict, Processor, WrappedLogger

from switchboard.calls.ports import Log
from switchboard.db.engine import DRIVER_ERRORS

MASK = "***"
LONGEST_VALUE = 2000
_NAME = "named"

_SECRET_NAMES = re.compile(r"authorization|password|passwd|secret|token|cookie|api_key|\bpin\b", re.IGNORECASE)
_SECRETS_IN_TEXT = (
    (re.compile(r"(authorization['\"]?\s*[:=,]\s*['\"]?)[^'\"\r\n)}\]]+", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"\b(basic|bearer)\s+[\w+/=.~-]{6,}", re.IGNORECASE), rf"\1 {MASK}"),
    (re.compile(r"\b(api_key|password|passwd|secret|token)=[^\s&'\"]+", re.IGNORECASE), rf"\1={MASK}"),
    (re.compile(r"(://[^\s/:@]*):[^\s/@]+@"), rf"\1:{MASK}@"),
)
# Every text that one of those could change holds one of these: a look at each costs a tenth of the four.
_SUSPECT = re.compile(r"authorization|basic|bearer|api_key|password|passwd|secret|token|://", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?<![\w.])\+?\d{7,15}(?!\w|\.\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_TALKATIVE = ("sqlalchemy", "aiosqlite", "asyncpg", "panoramisk", "aiohttp.access", "uvicorn.access", "multipart")


def configure_logging(level: str, show_pii: bool = False, stream: TextIO | None = None) -> None:
    """Send every log line of the process to `stream` (standard error unless given). May be called again."""
    out = sys.stderr if stream is None else stream
    first, last = _first_processors(show_pii), _last_processors(out.isatty())
    # Ours go straight to the stream: through the standard library each line costs three times as much, and calls wait.
    structlog.configure(
        processors=[tell_name, *first, *last],
        logger_factory=structlog.WriteLoggerFactory(out),
        wrapper_class=_never_raising(structlog.make_filtering_bound_logger(level)),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.PositionalArgumentsFormatter(),
                *first,
                mask_numbers_of_others,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    for old in tuple(root.handlers):
        if isinstance(old.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _never_raising(logger: type[BindableLogger]) -> type[BindableLogger]:
    """A line that cannot be written (a full disk, a closed pipe) costs nobody a call."""

    class NeverRaising(logger):  # type: ignore[misc, valid-type]
        def _proxy_to_logger(
            self, method_name: str, event: str | None = None, *words: object, **fields: object
        ) -> object:
            with contextlib.suppress(Exception):
                return super()._proxy_to_logger(method_name, event, *words, **fields)
            return None

    return NeverRaising


def named_log(name: str) -> Log:
    """A log that says where a line comes from."""
    log: Log = structlog.get_logger(**{_NAME: name})
    return log


def _first_processors(show_pii: bool) -> list[Processor]:
    masks: list[Processor] = [] if show_pii else [mask_personal_data]
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        tell_outage_in_a_line,
        structlog.processors.format_exc_info,
        *masks,
        mask_secrets,
    ]


def _last_processors(terminal: bool) -> list[Processor]:
    if terminal:
        return [
            escape_control_characters,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
    return [structlog.processors.JSONRenderer(default=str)]


def tell_outage_in_a_line(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """What is tried again because a database or a server is away is no fault of the program: a warning, without
    its traceback."""
    error = sys.exc_info()[1]
    if not line.get("retried") or not isinstance(error, DRIVER_ERRORS):
        return line
    line.pop("exc_info", None)
    return {**line, "level": "warning", "error": type(error).__name__}


def tell_name(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Under the same key as other libraries' lines; structlog itself takes an argument of that name."""
    line["logger"] = line.pop(_NAME, "")
    return line


def mask_personal_data(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Every `pii_…` field, however deep, becomes a mask, and so do long numbers in an exception's text."""
    masked = {key: _mask_fields(key, value) for key, value in line.items()}
    if masked.get("exception") is not None:
        masked["exception"] = _LONG_NUMBER.sub(MASK, str(masked["exception"]))
    return masked


def mask_numbers_of_others(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Long numbers in the sentences of other libraries."""
    return {**line, "event": _LONG_NUMBER.sub(MASK, str(line.get("event", "")))}


def mask_secrets(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Fields named like secrets, and secrets inside any text; values beyond 2,000 characters are cut (an exception's
    are not)."""
    return {key: value if key.startswith("_") else _mask_secret(key, value) for key, value in line.items()}


def escape_control_characters(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """For terminals: no field can begin a line or move the cursor."""
    return {
        key: _CONTROL.sub(_escaped, value) if isinstance(value, str) and key != "exception" else value
        for key, value in line.items()
    }


def _escaped(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode("ascii")


def _mask_fields(key: str, value: object) -> object:
    if key.startswith("pii_"):
        return None if value is None else MASK
    if isinstance(value, Mapping):
        return {str(inner): _mask_fields(str(inner), item) for inner, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_mask_fields("", item) for item in value]
    return value


def _mask_secret(key: str, value: object) -> object:
    if _names_secret(key):
        return None if value is None else MASK
    if isinstance(value, str):
        return _mask_secrets_in(value if key == "exception" else value[:LONGEST_VALUE])
    if isinstance(value, Mapping):
        return {str(inner): _mask_secret(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mask_secret("", item) for item in value]
    return (
        value
        if value is None or isinstance(value, bool | int | float)
        else _mask_secrets_in(str(value)[:LONGEST_VALUE])
    )


@lru_cache(1024)
def _names_secret(key: str) -> bool:
    return _SECRET_NAMES.search(key) is not None


def _mask_secrets_in(text: str) -> str:
    if _SUSPECT.search(text) is None:
        return text
    for pattern, masked in _SECRETS_IN_TEXT:
        text = pattern.sub(masked, text)
    return text
