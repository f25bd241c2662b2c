"""Calendars at the keyboard: added, listed, tried out, changed; what fails told with its age; liftings taken back."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from switchboard.calendars.looking import Found
from switchboard.cli import app
from switchboard.db.calendars import CalendarSources, DatabaseCalendarBook
from switchboard.db.engine import Database
from switchboard.domain.calendar import CalendarAbsence, SourceState
from switchboard.domain.directory import AbsenceReason
from tests.calendars.calendar_texts import calendar, event
from tests.cli.conftest import Command
from tests.demo_house import NOW

ADDRESS = "https://cal.example/secret-path/asa.ics"
HOUR = timedelta(hours=1)


def _work(folder: Path, *, absences: tuple[CalendarAbsence, ...] = (), state: SourceState | None = None) -> None:
    """As the service does for calendar 1."""

    async def work() -> None:
        database = Database(f"sqlite:///{folder / 'cli.sqlite3'}")
        book = DatabaseCalendarBook(database)
        await book.keep(await CalendarSources(database).source(1), Found(absences), NOW)
        if state is not None:
            await book.note({1: state})
        await database.close()

    asyncio.run(work())


class _Serves(BaseHTTPRequestHandler):
    body = calendar(
        event("DTSTART:20260812T100000Z", "DURATION:PT1H", "SUMMARY:;LUN >210"), event("DTSTART:soon", uid="bad")
    )

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/asa.ics" else 404)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test's output is for people."""


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Serves) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{found.server_port}"
        found.shutdown()


def test_added_listed_changed_and_removed_and_the_address_never_shown(switchboard: Command) -> None:
    added = switchboard("calendar", "add", "214", ADDRESS)
    assert (added.status, added.out) == (0, "calendar 1 of Åsa Öberg added\n")
    listed = switchboard("calendar", "list")
    assert "cal.example" in listed.out
    assert "secret-path" not in listed.out
    (item,) = switchboard("calendar", "list", "--json").document["items"]
    assert (item["person"], item["kind"], item["host"], item["has_login"], item["interval_s"]) == (
        "Åsa Öberg", "icalendar", "cal.example", False, None,
    )  # fmt: skip
    changed = switchboard("calendar", "change", "1", "--off", "--interval", "60", "--json").document
    assert (changed["enabled"], changed["interval_s"]) == (False, 60)
    assert switchboard("calendar", "remove", "1").out == "calendar 1 removed\n"
    assert switchboard("calendar", "remove", "1").status == 1
    assert switchboard("calendar", "list").out == "No calendars.\n"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("add", "999", ADDRESS), "person"),
        (("add", "214", "ftp://cal.example/"), "url"),
        (("add", "214", ADDRESS, "--interval", "5"), "interval"),
        (("test", "7"), "no calendar 7"),
        (("change", "7", "--on"), "no calendar 7"),
        (("restore", "7"), "no lifted absence 7"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(switchboard: Command, words: tuple[str, ...], named: str) -> None:
    said = switchboard("calendar", *words)
    assert said.status != 0
    assert named in said.err


def test_a_password_is_asked_for_and_not_shown(switchboard: Command) -> None:
    words = ["calendar", "add", "214", "https://dav.example/asa/", "--kind", "caldav", "--user", "asa"]
    done = CliRunner().invoke(app, words, input="app-pass-7731\n")
    assert done.exit_code == 0
    assert "app-pass-7731" not in done.output
    (item,) = switchboard("calendar", "list", "--json").document["items"]
    assert (item["kind"], item["has_login"]) == ("caldav", True)
    assert "app-pass" not in switchboard("calendar", "list", "--json").out


def test_tried_out_by_the_authority_s_codes(switchboard: Command, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    switchboard("calendar", "add", "214", f"{server}/asa.ics")
    refused = switchboard("calendar", "test", "1")
    assert (refused.status, refused.err) == (1, "The calendar cannot be used: its address is in a private network\n")
    monkeypatch.setenv("SWITCHBOARD_CALENDAR_NETWORKS", "127.0.0.0/8")
    tried = switchboard("calendar", "test", "1", "--json").document
    assert tried == {
        "items": [
            {"reason": "lunch", "from": "2026-08-12T12:00:00+02:00", "until": "2026-08-12T13:00:00+02:00", "open": True,
             "deputy": "210"}
        ],
        "events_not_understood": 1,
    }  # fmt: skip
    assert "1 event(s) cannot be worked out" in switchboard("calendar", "test", "1").err
    switchboard("calendar", "change", "1", "--url", f"{server}/nothing")
    assert "the server answers 404" in switchboard("calendar", "test", "1").err


@pytest.mark.requirement("R3")
def test_what_fails_is_told_with_its_age(switchboard: Command, environment: Path) -> None:
    switchboard("calendar", "add", "214", ADDRESS)
    _work(environment, state=SourceState(NOW - 26 * HOUR, NOW - 25 * HOUR, "the server answers 500"))
    (fault,) = [each for each in switchboard("check", "--json").document["items"] if each["table"] == "calendar_source"]
    assert (fault["key"], fault["column"], fault["severity"]) == ("1", "failure", "warning")
    assert fault["problem"] == (
        "the server answers 500 since 2026-08-11 09:00; it was last read 2026-08-11 08:00 (1 day ago)"
    )
    assert "the server answers 500" in switchboard("calendar", "list").out
    _work(environment, state=SourceState(NOW - 3 * HOUR))
    assert "was last read 2026-08-12 07:00 (3 hours ago); is the service running?" in switchboard("check").out
    _work(environment, state=SourceState(NOW - HOUR))
    assert "calendar_source" not in switchboard("check").out


@pytest.mark.requirement("R1")
def test_a_cleared_absence_stays_cleared_and_can_be_taken_back(switchboard: Command, environment: Path) -> None:
    switchboard("calendar", "add", "214", ADDRESS)
    meeting = CalendarAbsence(AbsenceReason.MEETING, NOW - HOUR, NOW + HOUR, series="m")
    _work(environment, absences=(meeting,))
    assert switchboard("absence", "clear", "214").status == 0
    _work(environment, absences=(meeting,))
    assert switchboard("person", "show", "214", "--json").document["absence"] is None
    (lifted,) = switchboard("calendar", "lifted", "--json").document["items"]
    assert (lifted["person"], lifted["reason"]) == ("Åsa Öberg", "meeting")
    assert "meeting" in switchboard("calendar", "lifted").out
    assert switchboard("calendar", "restore", str(lifted["id"])).status == 0
    assert switchboard("person", "show", "214", "--json").document["absence"]["reason"] == "meeting"
    assert switchboard("calendar", "lifted").out == "Nothing was lifted.\n"
