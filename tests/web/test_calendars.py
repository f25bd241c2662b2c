"""Calendars over HTTP: by administrators alone, secrets never read back, what fails shown with its age (R1, R3, R4)."""

from dataclasses import replace

import httpx
import pytest

from switchboard.changes import CalendarChange, NewCalendar
from switchboard.web.server import WebServer
from tests.builders import ERIK
from tests.fakes.web_calendars import CALENDAR, FAILING, LIFTED
from tests.fakes.web_ports import FakeWebPorts
from tests.fakes.web_rows import ABSENCE, NOW
from tests.web.live_reader import live, next_message

ADDRESS, PASSWORD = "https://cal.norrby.example/secret-path/anna.ics", "app-pass-7731"
SHOWN = {
    "id": 8, "failure": "the server answers 500", "failing_since": "2026-08-12T09:00:00+02:00",
    "read_at": "2026-08-12T08:00:00+02:00",
}  # fmt: skip


async def test_they_are_listed_with_their_state_and_without_secrets(admin: httpx.AsyncClient) -> None:
    answers = [await admin.get("/api/v1/calendars"), await admin.get("/api/v1/people/4/calendars")]
    for answer in answers:
        (item,) = answer.json()["items"]
        assert item == {
            **SHOWN, "person_id": 4, "person": "Erik Lund", "kind": "caldav", "host": "cal.norrby.example",
            "has_login": True, "interval_s": None, "enabled": True, "absences": 3,
        }  # fmt: skip
    assert (await admin.get("/api/v1/people/99/calendars")).status_code == 422
    assert (await admin.get("/api/v1/calendars/9")).status_code == 404


@pytest.mark.requirement("R1")
async def test_one_is_added_and_its_secrets_never_read_back(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    order = {"kind": "caldav", "url": ADDRESS, "user": "anna", "password": PASSWORD, "interval_s": 20}
    answer = await admin.post("/api/v1/people/4/calendars", json=order)
    assert (answer.status_code, answer.json()["host"]) == (201, "cal.norrby.example")
    ((new, act),) = fakes.calendars.asked
    assert new == NewCalendar("#4", "caldav", ADDRESS, ("anna", PASSWORD), None, 20)
    assert act.actor == "token 1 (administration)"
    for secret in ("secret-path", PASSWORD):
        assert secret not in answer.text
        assert secret not in str(fakes.log.lines)
        assert secret not in repr(new)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"user": "anna"}, "password"),
        ({"password": PASSWORD}, "user"),
        ({"interval_s": 5}, "interval_s"),
        ({"kind": "exchange"}, "kind"),
        ({"url": "h" * 2001}, "url"),
        ({"credentials": "anna"}, "credentials"),
    ],
)
async def test_a_wrong_field_is_named_and_no_secret_repeated(
    admin: httpx.AsyncClient, fakes: FakeWebPorts, wrong: dict[str, object], field: str
) -> None:
    answer = await admin.post("/api/v1/people/4/calendars", json={"url": ADDRESS, **wrong})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert PASSWORD not in answer.text
    assert fakes.calendars.asked == []


@pytest.mark.parametrize(
    ("patch", "change"),
    [
        ({"enabled": False}, CalendarChange(enabled=False)),
        ({"url": ADDRESS}, CalendarChange(url=ADDRESS)),
        ({"user": None}, CalendarChange(without_login=True)),
        ({"user": "a", "password": "b"}, CalendarChange(login=("a", "b"))),
        ({"interval_s": None}, CalendarChange(usual_interval=True)),
        ({"interval_s": 60, "kind": "icalendar"}, CalendarChange(interval_s=60, kind="icalendar")),
    ],
)
async def test_what_is_left_out_stays(
    admin: httpx.AsyncClient, fakes: FakeWebPorts, patch: dict[str, object], change: CalendarChange
) -> None:
    assert (await admin.patch("/api/v1/calendars/8", json=patch)).status_code == 200
    assert [asked for asked, _ in fakes.calendars.asked] == [change]


async def test_removed_and_what_was_lifted_taken_back(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    assert (await admin.delete("/api/v1/calendars/8")).status_code == 204
    assert (await admin.delete("/api/v1/calendars/9")).status_code == 404
    (item,) = (await admin.get("/api/v1/calendars/8/lifted")).json()["items"]
    assert (item["id"], item["reason"], item["from"], item["lifted_by"]) == (
        2,
        "meeting",
        NOW.isoformat(),
        "phone erik",
    )
    assert (await admin.delete("/api/v1/calendars/8/lifted/2")).status_code == 204
    assert (await admin.delete("/api/v1/calendars/8/lifted/3")).status_code == 404
    assert [asked[0] for asked in fakes.liftings.asked] == [LIFTED.id]


@pytest.mark.parametrize("token", ["operator-token", "staff-token"])
async def test_nobody_else_may(anyone: httpx.AsyncClient, fakes: FakeWebPorts, token: str) -> None:
    anyone.headers["Authorization"] = f"Bearer {token}"
    answers = [
        await anyone.get("/api/v1/calendars"),
        await anyone.get("/api/v1/calendars/8"),
        await anyone.get("/api/v1/people/4/calendars"),
        await anyone.post("/api/v1/people/4/calendars", json={"url": ADDRESS}),
        await anyone.patch("/api/v1/calendars/8", json={"enabled": False}),
        await anyone.delete("/api/v1/calendars/8"),
        await anyone.get("/api/v1/calendars/8/lifted"),
        await anyone.delete("/api/v1/calendars/8/lifted/2"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 8
    assert (fakes.calendars.asked, fakes.liftings.asked) == ([], [])


@pytest.mark.requirement("R3", "R4")
async def test_a_calendar_that_fails_is_shown_with_its_age(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.failing_calendars.failing = {4: FAILING}
    given = replace(ABSENCE, source=f"calendar:{CALENDAR.id}")
    fakes.absences.rows = [given, replace(ABSENCE, id=6)]
    fakes.people.rows = [replace(fakes.people.rows[0], absence=given)]
    shown, other = (await admin.get("/api/v1/absences")).json()["items"]
    assert (shown["source"], shown["failing_calendar"]) == ("calendar:8", SHOWN)
    assert (other["source"], other["failing_calendar"]) == ("admin", None)
    (person,) = (await admin.get("/api/v1/people")).json()["items"]
    assert (person["failing_calendar"], person["absence"]["failing_calendar"]) == (SHOWN, SHOWN)


@pytest.mark.requirement("R3", "R4")
async def test_operators_see_it_live_and_in_the_search(
    live_server: WebServer, admin: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    fakes.people_search.ids = [ERIK.id]
    async with live(live_server) as reader:
        snapshot = await next_message(reader)
        assert {item["failing_calendar"] for item in snapshot["people"]} == {None}
        fakes.failing_calendars.failing = {ERIK.id: FAILING}
        fakes.changes.ring()
        (erik,) = (await next_message(reader))["people"]["changed"]
    assert (erik["id"], erik["failing_calendar"]) == (ERIK.id, SHOWN)
    (found,) = (await admin.get("/api/v1/people/search", params={"q": "lund"})).json()["items"]
    assert found["failing_calendar"] == SHOWN
