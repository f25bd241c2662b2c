"""The operators' desk over HTTP: who is at work, who waits, whom to find; private calls."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from switchboard.domain.directory import Absence, AbsenceReason, OperatorSession, PauseReason
from switchboard.domain.diversion import PhoneState
from switchboard.errors import Unavailable
from switchboard.views import CallEventView, WaitingCaller
from switchboard.web.documents import OperatorState, operator_state
from tests.builders import ERIK, OP1, OPERATOR_GROUP
from tests.fakes.web_ports import FakeWebPorts
from tests.fakes.web_rows import CALL, CITIZEN, NOW

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
        WaitingCaller(
            "call-1",
            "Norrby kommun",
            "+46980319200",
            CITIZEN,
            since,
            1,
            1,
            "Växeln",
            why="Åter",
            estimate_minutes=2,
            authority_id=1,
        ),
        WaitingCaller("call-2", "Norrby kommun", None, None, NOW, 2, 1, "Växeln", "callback"),
    ]
    first, second = (await admin.get("/api/v1/queue")).json()["items"]
    assert (first["call_id"], first["position"], first["group"], first["kind"]) == ("call-1", 1, "Växeln", "caller")
    assert (first["called"], first["why"], first["estimate_minutes"]) == ("+46980319200", "Åter", 2)
    assert (first["since"], first["waited_s"]) == ("2026-08-12T09:58:30+02:00", 90)
    assert (second["kind"], second["why"], second["estimate_minutes"]) == ("callback", None, None)
    assert (first["answer_phrase"], second["answer_phrase"]) == ("AnswerPhrase", None)


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
