"""What may stand in a log, and what never does."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from switchboard import logs
from switchboard.calls.duties.outages import Outage
from switchboard.logs import MASK, configure_logging, named_log

NUMBER = "+46701740605"


# Letters besides: what compares equal to s, k and i when case is ignored.
_LETTERS = "\u017f\u212a\u0130\u0131:=/@ '\"\n.-_"
_WORDS = "authorization Basic BEARER api_key Password passwd secret token :// user c3dpdGNoOnB3ZA== word@db"
_PIECES = st.sampled_from([*_LETTERS, *_WORDS.split()])
_SUSPICIOUS_TEXT = st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join)
_SECRETS = st.one_of(*(st.from_regex(pattern) for pattern, _ in logs._SECRETS_IN_TEXT))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    configure_logging("INFO", stream=stream)
    yield stream
    for handler in list(root.handlers):
        if handler not in handlers:
            root.removeHandler(handler)
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def _lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_its_fields(out: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(call_id="asterisk-1-1754380000.1")
    named_log("calls").info("routed", to="person")
    (line,) = _lines(out)
    assert (line["event"], line["to"], line["level"], line["logger"]) == ("routed", "person", "info", "calls")
    assert line["call_id"] == "asterisk-1-1754380000.1"
    assert line["at"].endswith("Z")


class Full(io.StringIO):
    """A disk with no room left."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


class Unspeakable:
    def __str__(self) -> str:
        raise ValueError("nothing can be said of it")


def test_a_line_that_cannot_be_written_or_told_costs_nobody_a_call(out: io.StringIO) -> None:
    named_log("calls").info("routed", to=Unspeakable())
    assert out.getvalue() == ""
    configure_logging("INFO", stream=Full())
    try:
        int("the story broke")
    except ValueError:
        named_log("calls").bind(call_id="c-1").exception("call_story_broke")
    named_log("calls").warning("fault")


def test_personal_data_is_masked_however_deep(out: io.StringIO) -> None:
    named_log("calls").info("arrived", pii_caller=NUMBER, detail={"pii_name": "Anna", "more": [{"pii_x": NUMBER}]})
    assert NUMBER not in out.getvalue()
    assert "Anna" not in out.getvalue()
    (line,) = _lines(out)
    assert line["pii_caller"] == line["detail"]["pii_name"] == line["detail"]["more"][0]["pii_x"] == MASK


def test_personal_data_is_shown_where_it_is_asked_for() -> None:
    stream = io.StringIO()
    configure_logging("INFO", show_pii=True, stream=stream)
    named_log("calls").info("arrived", pii_caller=NUMBER)
    assert NUMBER in stream.getvalue()


def test_an_exception_loses_its_numbers_and_keeps_its_traceback(out: io.StringIO) -> None:
    try:
        int(f"no row for {NUMBER}, channel 1754380000.12")
    except ValueError:
        named_log("calls").exception("failed")
    (line,) = _lines(out)
    assert NUMBER not in line["exception"]
    assert "no row for ***, channel 1754380000.12" in line["exception"]


def test_other_libraries_go_through_and_lose_numbers_and_secrets(out: io.StringIO) -> None:
    log = logging.getLogger("somebody.else")
    log.warning("call from %s to 0701740605 failed", NUMBER)
    log.warning("GET ws://asterisk/ari?api_key=switchboard:word1 headers={'Authorization': 'Basic c3dpdGNoOnB3ZA=='}")
    log.error("Authorization: Bearer swb_0123456789abcdef and postgresql://switchboard:word2@db/x")
    text = out.getvalue()
    leaks = (NUMBER, "0701740605", "word1", "c3dpdGNo", "swb_0123", "word2")
    assert [part for part in leaks if part in text] == [], text
    assert [line["logger"] for line in _lines(out)] == ["somebody.else"] * 3


def test_secrets_are_masked_in_fields_of_ours_too(out: io.StringIO) -> None:
    headers = {"Authorization": "Basic c3dpdGNoOnB3ZA==", "Accept": "json"}
    named_log("ari").warning("handshake failed", headers=headers, ari_password="word1", pair=("token=word2",))
    text = out.getvalue()
    assert not any(part in text for part in ("c3dpdGNo", "word1", "word2"))
    assert _lines(out)[0]["headers"]["Accept"] == "json"


def _masked_without_a_look_before(text: str) -> str:
    for pattern, masked in logs._SECRETS_IN_TEXT:
        text = pattern.sub(masked, text)
    return text


@given(st.text() | _SUSPICIOUS_TEXT | _SECRETS)
def test_the_look_before_masking_lets_no_secret_through(text: str) -> None:
    assert logs._mask_secrets_in(text) == _masked_without_a_look_before(text)


@pytest.mark.parametrize(
    "secret",
    [
        *("Authorization: x", "AUTHORIZATION='x'", "basic c3dpdGNo", "BeaRer swb_0123", "api_key=x", "Password=x"),
        *("passwd=x", "\u017fecret=x", "to\u212aen=x", "postgresql://switchboard:word@db/x", "://:x@"),
    ],
)
def test_each_kind_of_secret_is_masked(secret: str) -> None:
    assert MASK in logs._mask_secrets_in(secret)


@given(_SECRETS)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    assert MASK in logs._mask_secrets_in(text)


@given(st.text(), st.text())
def test_nothing_begins_a_new_line(event: str, value: str) -> None:
    for stream in (io.StringIO(), Terminal()):
        configure_logging("INFO", show_pii=True, stream=stream)
        named_log("calls").info(event, pii_caller=value, field=value)
        assert len(stream.getvalue().splitlines()) == 1


def test_a_terminal_s_escapes_are_made_visible() -> None:
    stream = Terminal()
    configure_logging("INFO", show_pii=True, stream=stream)
    named_log("calls").info("arrived", pii_caller="\x1b[2J\x9b31m")
    assert "\x1b[2J" not in stream.getvalue()
    assert "\x9b" not in stream.getvalue()


def test_a_caller_id_that_is_no_utf_8_and_a_very_long_one_cost_no_line(out: io.StringIO) -> None:
    named_log("calls").info("arrived", raw="\udcff\udcfe", long="x" * 100_000)
    (line,) = _lines(out)
    assert line["raw"] == "\udcff\udcfe"
    assert len(line["long"]) == 2000


def test_configured_twice_each_line_comes_once(out: io.StringIO) -> None:
    configure_logging("INFO", stream=out)
    named_log("calls").info("arrived")
    assert len(_lines(out)) == 1


@pytest.mark.parametrize(
    ("error", "level"), [(OperationalError("INSERT", None, OSError("locked")), "warning"), (KeyError("x"), "error")]
)
def test_a_database_that_is_away_is_a_warning_and_a_fault_of_ours_a_traceback(
    out: io.StringIO, error: Exception, level: str
) -> None:
    outage = Outage(named_log("duties"), "jobs_not_looked_at", "jobs_looked_at_again")
    for _ in range(3):
        with outage.trying():
            raise error
    (line,) = _lines(out)
    assert (line["event"], line["level"]) == ("jobs_not_looked_at", level)
    assert ("exception" in line) == (level == "error")
