"""The operators' desk over HTTP: who is at work, who waits, whom to find, a task in one step."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Absence, AbsenceReason, OperatorSession, PauseReason
from switchboard.domain.diversion import PhoneState
from switchboard.errors import Unavailable
from switchboard.views import CallEventView, WaitingCaller
from switchboard.web.documents import OperatorState, operator_state
from switchboard.web.server import build_app
from tests.builders import ERIK, OP1, OPERATOR_GROUP
from tests.fakes.web_ports import FakeWebPorts
from tests.fakes.web_rows import CALL, CITIZEN, NOW, TASK

SESSION = OperatorSession(1, OP1.id, OPERATOR_GROUP.id, since=NOW)


def _as(client: httpx.AsyncClient, role: str) -> httpx.AsyncClient:
    client.headers["Authorization"] = f"Bearer {role}-token"
    return client


# Who is at work


async def _op1(client: httpx.AsyncClient) -> dict[str, Any]:
    items = (await client.get("/api/v1/operators")).json()["items"]
    return next(item for item in items if item["person_id"] == OP1.id)


@pytest.mark.requirement("R26")
async def test_an_operator_is_shown_with_state_reason_and_since(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.phones.states = {"op1": PhoneState.FREE}
    paused = replace(SESSION, paused=True, pause_reason=PauseReason.NO_ANSWER, paused_since=NOW - timedelta(minutes=5))
    fakes.directory.index.put(paused)
    found = await _op1(admin)
    assert (found["person"], found["extension"], found["group"]) == ("Olivia Persson", "201", "Växeln")
    assert (found["state"], found["pause_reason"]) == ("paused", "no_answer")
    assert found["state_since"] == "2026-08-12T09:55:00+02:00"
    fakes.directory.index.put(replace(SESSION, wrap_up_until=NOW + timedelta(seconds=9)))
    found = await _op1(admin)
    assert (found["state"], found["wrap_up_until"]) == ("wrap_up", "2026-08-12T10:00:09+02:00")
    fakes.queue.rung = frozenset({OP1.id})
    assert (await _op1(admin))["state"] == "ringing"


LATER, BEFORE = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("session", "phone", "rung", "state"),
    [
        (None, PhoneState.FREE, False, OperatorState.SIGNED_OUT),
        (SESSION, PhoneState.FREE, False, OperatorState.FREE),
        (SESSION, PhoneState.UNREGISTERED, False, OperatorState.PAUSED),
        (SESSION, PhoneState.BUSY, False, OperatorState.TALKING),
        (SESSION, PhoneState.BUSY, True, OperatorState.RINGING),
        (replace(SESSION, paused=True), PhoneState.FREE, False, OperatorState.PAUSED),
        (replace(SESSION, paused=True), PhoneState.BUSY, False, OperatorState.TALKING),
        (replace(SESSION, wrap_up_until=LATER), PhoneState.FREE, False, OperatorState.WRAP_UP),
        (replace(SESSION, wrap_up_until=BEFORE), PhoneState.FREE, False, OperatorState.FREE),
    ],
)
def test_an_operator_s_state_is_what_they_do(
    session: OperatorSession | None, phone: PhoneState, rung: bool, state: OperatorState
) -> None:
    assert operator_state(session, phone, rung, NOW) is state


async def test_operators_of_one_authority_are_asked_for_by_name_or_id(admin: httpx.AsyncClient) -> None:
    for authority, count in (("Norrby kommun", 2), ("1", 2), ("Söderås kommunalteknik", 0), ("nowhere", 0)):
        answer = await admin.get("/api/v1/operators", params={"authority": authority})
        assert len(answer.json()["items"]) == count


@pytest.mark.requirement("R26")
async def test_operators_sign_out_and_in_pause_and_resume(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.phones.states = {"op1": PhoneState.FREE}
    out = await admin.post("/api/v1/operators/sign-out", json={"person": "201"})
    assert [item["state"] for item in out.json()["items"]] == ["signed_out"]
    back = await admin.post("/api/v1/operators/sign-in", json={"person": "201", "group": "Växeln"})
    assert [item["state"] for item in back.json()["items"]] == ["free"]
    paused = await admin.post("/api/v1/operators/pause", json={"person": "201", "reason": "lunch"})
    assert [item["pause_reason"] for item in paused.json()["items"]] == ["lunch"]
    for body in ("resume", {"person": "#1"}), ("pause", {"person": 1, "paused": False}):
        resumed = await admin.post(f"/api/v1/operators/{body[0]}", json=body[1])
        assert [item["state"] for item in resumed.json()["items"]] == ["free"]


@pytest.mark.requirement("R21")
async def test_a_sign_out_that_leaves_hours_unstaffed_is_refused_with_the_reason_unless_confirmed(
    admin: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    fakes.directory.index.remove("operator_session", 2)
    refused = await admin.post("/api/v1/operators/sign-out", json={"person": "201"})
    assert refused.status_code == 409
    assert "0 of 1 operators would be left" in refused.json()["detail"]
    assert fakes.directory.index.sessions_of(OP1.id)
    confirmed = await admin.post("/api/v1/operators/sign-out", json={"person": "201", "confirm": True})
    assert confirmed.json()["items"][0]["signed_in"] is False


async def test_what_does_not_fit_is_a_conflict_or_names_its_field(admin: httpx.AsyncClient) -> None:
    for path in ("sign-in", "pause", "resume"):
        answer = await admin.post(f"/api/v1/operators/{path}", json={"person": "211"})
        assert answer.status_code == 409, path
    answer = await admin.post("/api/v1/operators/sign-in", json={"person": "201", "group": "Bygglov"})
    assert [error["field"] for error in answer.json()["errors"]] == ["group"]
    answer = await admin.post("/api/v1/operators/pause", json={"person": "201", "reason": "no_answer"})
    assert [error["field"] for error in answer.json()["errors"]] == ["reason"]
    answer = await admin.post("/api/v1/operators/resume", json={"person": "999"})
    assert [error["field"] for error in answer.json()["errors"]] == ["person"]


# Who waits


@pytest.mark.requirement("R4")
async def test_the_queue_shows_who_waits_for_what_and_how_long(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    since = NOW - timedelta(seconds=90)
    fakes.queue.callers = [
        WaitingCaller("call-1", "Norrby kommun", "+46980319200", CITIZEN, since, 1, 1, "Växeln", "caller", "Åter", 2),
        WaitingCaller("call-2", "Norrby kommun", None, None, NOW, 2, 1, "Växeln", "callback"),
    ]
    first, second = (await admin.get("/api/v1/queue")).json()["items"]
    assert (first["call_id"], first["position"], first["group"], first["kind"]) == ("call-1", 1, "Växeln", "caller")
    assert (first["called"], first["why"], first["estimate_minutes"]) == ("+46980319200", "Åter", 2)
    assert (first["since"], first["waited_s"]) == ("2026-08-12T09:58:30+02:00", 90)
    assert (second["kind"], second["why"], second["estimate_minutes"]) == ("callback", None, None)


# Whom to find


@pytest.mark.requirement("R3", "R4")
async def test_who_is_found_is_told_with_return_source_and_age(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    for absence in list(fakes.directory.index.absences(ERIK.id)):
        fakes.directory.index.remove("absence", absence.id)
    said = NOW - timedelta(days=1)
    away = Absence(90, ERIK.id, AbsenceReason.VACATION, said, NOW + timedelta(days=5), source="phone", recorded_at=said)
    fakes.directory.index.put(away)
    fakes.phones.states = {"anna": PhoneState.BUSY}
    answer = await admin.get("/api/v1/people/search", params={"q": "lund erik", "limit": 2})
    erik, anna = answer.json()["items"]
    assert (erik["name"], erik["unit"], erik["extension"], erik["state"]) == ("Erik Lund", "Bygglov", "211", "absent")
    assert (erik["absence"]["reason"], erik["absence"]["source"]) == ("vacation", "phone")
    assert erik["absence"]["until"] == "2026-08-17T10:00:00+02:00"
    assert erik["absence"]["recorded_at"] == "2026-08-11T10:00:00+02:00"
    assert (anna["name"], anna["state"], anna["absence"]) == ("Anna Andersson", "talking", None)
    assert fakes.people_search.asked == [("lund erik", None, 2)]


async def test_a_search_can_be_narrowed_to_an_authority(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    for authority in ("1", "Norrby kommun"):
        await admin.get("/api/v1/people/search", params={"q": "x", "authority": authority})
    assert {asked[1] for asked in fakes.people_search.asked} == {1}
    answer = await admin.get("/api/v1/people/search", params={"q": "x", "authority": "nowhere"})
    assert [error["field"] for error in answer.json()["errors"]] == ["authority"]
    for params, field in (({}, "q"), ({"q": ""}, "q"), ({"q": "x", "limit": "101"}, "limit")):
        answer = await admin.get("/api/v1/people/search", params=params)
        assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_who_was_found_and_is_gone_meanwhile_is_left_out(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.people_search.ids = (999, ERIK.id)
    answer = await admin.get("/api/v1/people/search", params={"q": "x"})
    assert [item["id"] for item in answer.json()["items"]] == [ERIK.id]


@pytest.mark.requirement("R38")
@pytest.mark.parametrize("number", ["+46980319200", "0980-31 92 00", "+46980319210", " 46980319200"])
async def test_the_answer_phrase_is_that_of_the_authority_dialled(admin: httpx.AsyncClient, number: str) -> None:
    answer = (await admin.get("/api/v1/answer-phrases", params={"number": number})).json()
    assert (answer["authority"], answer["authority_id"]) == ("Norrby kommun", 1)
    assert [(each["language"], each["text"]) for each in answer["phrases"]] == [
        ("sv", "AnswerPhrase"),
        ("en", "AnswerPhrase"),
    ]


async def test_a_number_of_nobody_s_has_no_phrase(admin: httpx.AsyncClient) -> None:
    assert (await admin.get("/api/v1/answer-phrases", params={"number": "+46701740605"})).status_code == 404
    for number in ("abc", "", "+", "1" * 50):
        answer = await admin.get("/api/v1/answer-phrases", params={"number": number})
        assert [error["field"] for error in answer.json()["errors"]] == ["number"], number


# A task in one step


@pytest.mark.requirement("R20", "R30")
async def test_a_task_is_opened_in_one_step(anyone: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    body = {
        "person": "211",
        "caller": "070-174 06 05",
        "note": "Bygglov\nring efter tre",
        "promised_at": "2026-08-13T09:00",
    }
    answer = await _as(anyone, "operator").post("/api/v1/callback-tasks", json=body)
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["deadline"]) == (TASK.id, "2026-08-13T23:59:59+02:00")
    ((new, actor),) = fakes.desk.opened
    assert (new.mailbox, new.caller, new.note) == (Mailbox(1, person_id=11), CITIZEN, "Bygglov\nring efter tre")
    assert (new.received_at, new.promised_at) == (NOW, NOW.replace(day=13, hour=9))
    assert actor == "token 2 (växeln)"


async def test_a_task_may_be_for_a_unit_or_a_function_and_take_the_caller_from_the_call(
    admin: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    await admin.post("/api/v1/callback-tasks", json={"unit": "Bygglov", "call_id": CALL.id})
    await admin.post("/api/v1/callback-tasks", json={"group": 2, "caller": "211"})
    await admin.post("/api/v1/callback-tasks", json={"group": 2})
    assert [(new.mailbox, new.caller, new.call_id) for new, _ in fakes.desk.opened] == [
        (Mailbox(1, unit_id=1), CITIZEN, CALL.id),
        (Mailbox(1, unit_id=1, group_id=2), "211", None),
        (Mailbox(1, unit_id=1, group_id=2), None, None),
    ]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "body"),
        ({"person": "211", "unit": "Bygglov"}, 422, "body"),
        ({"person": "211", "note": "a\x00b"}, 422, "body"),
        ({"person": "nobody"}, 422, "person"),
        ({"unit": "nobody"}, 422, "unit"),
        ({"person": "211", "caller": "nothing"}, 422, "caller"),
        ({"person": "211", "promised_at": "2026-08-12T09:59"}, 422, "promised_at"),
        ({"person": "211", "promised_at": "later"}, 422, "promised_at"),
        ({"person": "211", "note": "x" * 2001}, 422, "note"),
        ({"person": "211", "source": "queue"}, 422, "source"),
        ({"person": "211", "call_id": "call-9"}, 404, None),
    ],
)
async def test_what_cannot_be_opened_names_the_field(
    admin: httpx.AsyncClient, fakes: FakeWebPorts, body: dict[str, Any], status: int, field: str | None
) -> None:
    answer = await admin.post("/api/v1/callback-tasks", json=body)
    assert answer.status_code == status
    assert [error["field"] for error in answer.json()["errors"]] == ([field] if field else [])
    assert fakes.desk.opened == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ORDER = ("person", "unit", "group", "authority", "caller", "note", "promised_at", "call_id")
MEMBERS = st.sampled_from([*ORDER, "confirm", "reason", "paused", "from", "until"])
PATHS = st.sampled_from(
    ["callback-tasks", *(f"operators/{each}" for each in ("sign-in", "sign-out", "pause", "resume"))]
)


@settings(max_examples=150)
@given(path=PATHS, body=VALUES | st.dictionaries(MEMBERS, VALUES | st.sampled_from(["211", "201"]), max_size=4))
async def test_no_body_breaks_anything(path: str, body: object) -> None:
    fakes = FakeWebPorts()
    transport = httpx.ASGITransport(build_app(fakes.ports()), client=("127.0.0.1", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://switchboard.test") as client:
        answer = await _as(client, "admin").post(f"/api/v1/{path}", json=body)
    assert answer.status_code in {200, 201, 404, 409, 422}
    assert fakes.log.events("exception") == []


@settings(max_examples=100)
@given(
    path=PATHS, raw=st.binary(max_size=60) | st.sampled_from([b'{"person": "\\ud800"}', b"[" * 900, b"NaN", b"1e999"])
)
async def test_no_bytes_break_anything(path: str, raw: bytes) -> None:
    fakes = FakeWebPorts()
    transport = httpx.ASGITransport(build_app(fakes.ports()), client=("127.0.0.1", 40000))
    headers = {"Authorization": "Bearer admin-token", "Content-Type": "application/json"}
    async with httpx.AsyncClient(transport=transport, base_url="http://switchboard.test", headers=headers) as client:
        answer = await client.post(f"/api/v1/{path}", content=raw)
    assert answer.status_code in {200, 201, 400, 404, 409, 422}
    assert fakes.log.events("exception") == []


# Private calls


@pytest.mark.requirement("R40")
async def test_with_whom_a_private_call_was_is_for_administrators_alone(
    anyone: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    arrived = CallEventView(NOW, "arrived", {"source": "phone", "pii_called": "*90701740605", "pii_caller": "211"})
    fakes.calls.rows = [replace(CALL, called="*90701740605", caller="211", private=True, events=(arrived,))]
    for path in ("calls", "calls/call-1"):
        for role, called in (("operator", None), ("admin", "*90701740605")):
            answer = (await _as(anyone, role).get(f"/api/v1/{path}")).json()
            call = answer["items"][0] if path == "calls" else answer
            assert (call["called"], call["private"], call["caller"]) == (called, True, "211")
            assert (call["route_reason"] is None, call["events"] == []) == (role != "admin", role != "admin")
            assert ("0701740605" in str(call)) == (role == "admin")


async def test_the_caller_of_a_call_that_is_not_private_is_seen_by_operators(anyone: httpx.AsyncClient) -> None:
    call = (await _as(anyone, "operator").get("/api/v1/calls/call-1")).json()
    assert (call["called"], call["events"][0]["detail"]) == ("+46980319211", {"pii_caller": CITIZEN})


async def test_a_directory_that_is_away_is_told(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    async def away(text: str, authority_id: int | None, limit: int) -> list[int]:
        raise Unavailable("the database does not answer")

    fakes.people_search.find = away  # type: ignore[method-assign]
    assert (await admin.get("/api/v1/people/search", params={"q": "x"})).status_code == 503
