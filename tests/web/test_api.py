"""The resources: names, filters, pages, refusals."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from switchboard.changes import NewAbsence
from switchboard.domain.call import Outcome
from switchboard.domain.diversion import PhoneState
from switchboard.domain.working_days import STOCKHOLM
from switchboard.errors import BadValue, Unavailable
from switchboard.views import Filter, HealthPart
from tests.fakes.web_ports import FakeWebPorts
from tests.fakes.web_rows import CITIZEN, NOW, TASK

CONTRACT: Mapping[str, str] = {
    "callback-tasks": "id authority unit person caller source voicemail_message_id call_id received_at deadline_date "
    "deadline promised_at status rule",
    "voicemail-messages": "id call_id person unit caller received_at duration_s sha256 secret heard",
    "calls": "id authority called caller arrived_at answered_at ended_at outcome route_reason events",
    "absences": "id person reason from until open deputy source",
    "people": "id authority unit name title extension state absence",
}


@pytest.mark.parametrize("resource", CONTRACT)
async def test_a_list_has_the_fields_of_the_contract(admin: httpx.AsyncClient, resource: str) -> None:
    answer = await admin.get(f"/api/v1/{resource}")
    assert answer.status_code == 200
    document = answer.json()
    assert set(document) == {"items", "next"}
    assert document["next"] is None
    assert set(CONTRACT[resource].split()) <= set(document["items"][0])


@pytest.mark.parametrize("resource", ["queue", "operators", "greetings"])
async def test_the_other_lists_have_their_form(admin: httpx.AsyncClient, resource: str) -> None:
    document = (await admin.get(f"/api/v1/{resource}")).json()
    assert set(document) == {"items", "next"}


@pytest.mark.requirement("R14")
async def test_a_task_is_told_with_local_times_and_its_rule(admin: httpx.AsyncClient) -> None:
    (task,) = (await admin.get("/api/v1/callback-tasks")).json()["items"]
    assert task["received_at"] == "2026-08-12T10:00:00+02:00"
    assert task["deadline_date"] == "2026-08-13"
    assert task["deadline"] == "2026-08-13T23:59:59+02:00"
    assert task["promised_at"] is None
    assert (task["caller"], task["status"], task["source"]) == (CITIZEN, "open", "voicemail")
    assert (await admin.get("/api/v1/callback-tasks/task-1")).json() == task


async def test_events_of_a_call_stand_in_it(admin: httpx.AsyncClient) -> None:
    (call,) = (await admin.get("/api/v1/calls")).json()["items"]
    arrived = {"at": "2026-08-12T10:00:00+02:00", "kind": "arrived", "detail": {"pii_caller": CITIZEN}}
    assert call["events"] == [arrived]
    assert (await admin.get("/api/v1/calls/call-1")).json() == call


async def test_pages_are_walked_by_their_cursor(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.callback_tasks.rows = [replace(TASK, id=f"task-{number}") for number in range(5)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        document = (await admin.get("/api/v1/callback-tasks", params={"limit": 2, "cursor": cursor})).json()
        seen += [item["id"] for item in document["items"]]
        cursor = document["next"]
    assert seen == [f"task-{number}" for number in range(5)]


@pytest.mark.parametrize("cursor", ["x", "!!!!", "bnVsbA", "eyJhIjoxfQ", "W1tdXQ", "WzEuNV0", "W3RydWVd", "W" * 999])
async def test_a_cursor_of_nobody_s_making_is_refused_by_name(admin: httpx.AsyncClient, cursor: str) -> None:
    answer = await admin.get("/api/v1/calls", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "cursor", "message": "is not a cursor of this list"}]


async def test_filters_arrive_as_values(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    params = {"authority": "Norrby kommun", "person": "4", "status": "open", "since": "2026-08-12", "limit": "7"}
    assert (await admin.get("/api/v1/callback-tasks", params=params)).status_code == 200
    ((narrow, part),) = fakes.callback_tasks.asked
    since = datetime(2026, 8, 12, tzinfo=STOCKHOLM)
    assert narrow == Filter(authority="Norrby kommun", person="4", status="open", since=since)
    assert part.limit == 7


async def test_a_plus_that_became_a_blank_is_read_as_it_was_meant(
    admin: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    assert (await admin.get("/api/v1/calls?since=2026-08-12T10:00:00+02:00")).status_code == 200
    ((narrow, _),) = fakes.calls.asked
    assert narrow.since == NOW


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("callback-tasks?status=sleeping", "status"),
        ("callback-tasks?since=yesterday", "since"),
        ("callback-tasks?limit=0", "limit"),
        ("callback-tasks?limit=501", "limit"),
        ("calls?limit=many", "limit"),
        ("calls?status=nothing", "status"),
        ("calls?before=2026-03-29T02:30", "before"),
        ("absences?status=gone", "status"),
        ("people?extension=abc", "extension"),
        ("greetings?owner_kind=person", "owner_id"),
        ("greetings?owner_id=1", "owner_kind"),
    ],
)
async def test_a_parameter_that_cannot_be_read_is_named(admin: httpx.AsyncClient, path: str, field: str) -> None:
    answer = await admin.get(f"/api/v1/{path}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["type"], problem["title"]) == (422, "about:blank", "Unprocessable Content")
    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize(
    "path", ["callback-tasks/x", "calls/x", "voicemail-messages/x", "voicemail-messages/x/audio", "x"]
)
async def test_what_does_not_exist_is_a_problem_document(admin: httpx.AsyncClient, path: str) -> None:
    answer = await admin.get(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_method_that_is_not_there_is_one_too(admin: httpx.AsyncClient) -> None:
    answer = await admin.put("/api/v1/people")
    assert (answer.status_code, answer.json()["status"]) == (405, 405)
    assert "GET" in answer.headers["allow"]


@pytest.mark.requirement("R1")
@pytest.mark.parametrize(
    ("who", "meant"), [(4, "#4"), ("211", "211"), ("Erik Lund", "Erik Lund"), ("+46980319211", "+46980319211")]
)
async def test_an_absence_is_set(admin: httpx.AsyncClient, fakes: FakeWebPorts, who: object, meant: str) -> None:
    body = {"person": who, "reason": "vacation", "from": "2026-08-12T10:00", "until": "2026-08-17T10:00:00+02:00"}
    answer = await admin.post("/api/v1/absences", json={**body, "deputy": 3})
    assert answer.status_code == 201
    assert answer.json()["from"] == "2026-08-12T10:00:00+02:00"
    ((new, act),) = fakes.absences.asked
    until = NOW + timedelta(days=5)
    assert new == NewAbsence(meant, "vacation", NOW, until, False, "#3", "api")
    assert (act.actor, act.at) == ("token 1 (administration)", NOW)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "vacation"}, "person"),
        ({"person": 4}, "reason"),
        ({"person": [4], "reason": "sick"}, "person"),
        ({"person": True, "reason": "sick"}, "person"),
        ({"person": 4, "deputy": {}, "reason": "sick"}, "deputy"),
        ({"person": 4, "reason": "holiday"}, "reason"),
        ({"person": 4, "reason": "sick", "until": "soon"}, "until"),
        ({"person": 4, "reason": "sick", "from": {}}, "from"),
        ({"person": 4, "reason": "sick", "open": "maybe"}, "open"),
        ({"person": 4, "reason": "sick", "untli": None}, "untli"),
    ],
)
async def test_an_absence_that_cannot_be_read_is_refused_by_field(
    admin: httpx.AsyncClient, fakes: FakeWebPorts, body: dict[str, Any], field: str
) -> None:
    answer = await admin.post("/api/v1/absences", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert fakes.absences.asked == []


async def test_what_the_database_refuses_is_told_by_field(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.absences.refusal = BadValue("person", "nobody is meant by 999")
    answer = await admin.post("/api/v1/absences", json={"person": "999", "reason": "sick"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "person", "message": "nobody is meant by 999"}]


async def test_an_absence_is_taken_back(admin: httpx.AsyncClient) -> None:
    assert (await admin.delete("/api/v1/absences/7")).status_code == 204
    assert (await admin.delete("/api/v1/absences/8")).status_code == 404
    assert (await admin.delete("/api/v1/absences/x")).status_code == 422


async def test_nobody_is_free_on_a_guess(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.phones.states = {"erik": PhoneState.FREE}
    fakes.people.rows = [replace(fakes.people.rows[0], absence=None)]
    assert (await admin.get("/api/v1/people")).json()["items"][0]["state"] == "free"
    fakes.health.states = [HealthPart("ari", False, "no connection"), HealthPart("database", True)]
    assert (await admin.get("/api/v1/people")).json()["items"][0]["state"] == "unregistered"


@pytest.mark.parametrize(
    ("away", "phones", "state"),
    [
        (True, {"erik": PhoneState.FREE}, "absent"),
        (False, {"erik": PhoneState.FREE}, "free"),
        (False, {"erik": PhoneState.BUSY}, "talking"),
        (False, {}, "unregistered"),
    ],
)
async def test_a_person_s_state_is_that_of_absence_and_phones(
    admin: httpx.AsyncClient, fakes: FakeWebPorts, away: bool, phones: dict[str, PhoneState], state: str
) -> None:
    fakes.phones.states = phones
    if not away:
        fakes.people.rows = [replace(fakes.people.rows[0], absence=None)]
    (person,) = (await admin.get("/api/v1/people", params={"q": "lund"})).json()["items"]
    assert person["state"] == state
    assert (person["absence"] is not None) == away
    if away:
        assert person["absence"]["until"] == "2026-08-17T10:00:00+02:00"


async def test_one_phone_that_talks_is_talking_and_one_that_is_free_is_free(
    admin: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    fakes.people.rows = [replace(fakes.people.rows[0], absence=None, accounts=("a", "b"))]
    fakes.phones.states = {"a": PhoneState.FREE, "b": PhoneState.BUSY}
    assert (await admin.get("/api/v1/people")).json()["items"][0]["state"] == "talking"
    fakes.phones.states = {"b": PhoneState.FREE}
    assert (await admin.get("/api/v1/people")).json()["items"][0]["state"] == "free"


async def test_what_is_away_is_unavailable_and_what_breaks_is_logged_and_not_told(
    admin: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    fakes.calls.refusal = Unavailable("the database does not answer")
    assert (await admin.get("/api/v1/calls")).status_code == 503
    fakes.calls.refusal = RuntimeError("secret inside")
    answer = await admin.get("/api/v1/calls")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret inside" not in answer.text
    assert fakes.log.events("exception") == ["request failed"]
    assert str(fakes.log.lines[-1][2]["route"]).endswith("/calls")


async def test_every_outcome_of_a_call_can_be_asked_for(admin: httpx.AsyncClient) -> None:
    for status in (*Outcome, "going_on"):
        assert (await admin.get("/api/v1/calls", params={"status": str(status)})).status_code == 200
