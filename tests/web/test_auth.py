"""Who may do what."""

from collections.abc import Mapping

import httpx
import pytest

ALLOWED = {
    "GET /api/v1/people": "admin operator staff",
    "GET /api/v1/absences": "admin operator staff",
    "GET /api/v1/autoreplies": "admin operator staff",
    "GET /api/v1/people/4/autoreply": "admin operator staff",
    "GET /api/v1/operators": "admin operator staff",
    "GET /api/v1/greetings": "admin operator staff",
    "GET /api/v1/callback-tasks": "admin operator",
    "GET /api/v1/callback-tasks/task-1": "admin operator",
    "GET /api/v1/voicemail-messages": "admin operator",
    "GET /api/v1/voicemail-messages/message-1": "admin operator",
    "GET /api/v1/voicemail-messages/message-1/audio": "admin operator",
    "GET /api/v1/calls": "admin operator",
    "GET /api/v1/calls/call-1": "admin operator",
    "GET /api/v1/queue": "admin operator",
    "POST /api/v1/absences": "admin operator",
    "DELETE /api/v1/absences/7": "admin operator",
    "POST /api/v1/operators/sign-in": "admin operator",
    "POST /api/v1/operators/sign-out": "admin operator",
    "POST /api/v1/operators/pause": "admin operator",
    "POST /api/v1/operators/resume": "admin operator",
    "POST /api/v1/callback-tasks": "admin operator",
    "GET /api/v1/callback-tasks/task-1/events": "admin operator",
    "POST /api/v1/callback-tasks/task-1/take": "admin operator",
    "POST /api/v1/callback-tasks/task-1/release": "admin operator",
    "POST /api/v1/callback-tasks/task-1/attempts": "admin operator",
    "POST /api/v1/callback-tasks/task-1/promise": "admin operator",
    "POST /api/v1/callback-tasks/task-1/hand-over": "admin operator",
    "POST /api/v1/callback-tasks/task-1/done": "admin operator",
    "POST /api/v1/callback-tasks/task-1/close": "admin operator",
    "POST /api/v1/callback-tasks/task-1/call": "admin operator",
    "GET /api/v1/people/search": "admin operator staff",
    "GET /api/v1/answer-phrases": "admin operator staff",
    "POST /api/v1/greetings": "admin",
    "DELETE /api/v1/greetings": "admin",
    "POST /api/v1/greetings/restore": "admin",
    "GET /api/v1/greetings/lacking": "admin operator staff",
    "GET /api/v1/greetings/lacking-names": "admin operator staff",
    "GET /api/v1/greetings/history": "admin operator staff",
    "GET /api/v1/voicemail-messages/message-1/preface": "admin operator",
    "PUT /api/v1/voicemail-messages/message-1/marks/secret": "admin operator",
    "POST /api/v1/voicemail-messages/message-1/registry": "admin operator",
    "POST /api/v1/person-data/export": "admin",
    "POST /api/v1/person-data/erase": "admin",
    "GET /api/v1/staffing-gaps": "admin operator staff",
    "PUT /api/v1/people/4/pin": "admin",
    "DELETE /api/v1/people/4/pin-lock": "admin",
    "GET /api/v1/pin-locks": "admin",
    "DELETE /api/v1/pin-locks/5": "admin",
    "GET /api/v1/blocked-addresses": "admin",
    "DELETE /api/v1/blocked-addresses/3": "admin",
    "GET /api/v1/calendars": "admin",
    "GET /api/v1/people/4/calendars": "admin",
    "POST /api/v1/people/4/calendars": "admin",
    "GET /api/v1/calendars/8": "admin",
    "PATCH /api/v1/calendars/8": "admin",
    "DELETE /api/v1/calendars/8": "admin",
    "GET /api/v1/calendars/8/lifted": "admin",
    "DELETE /api/v1/calendars/8/lifted/2": "admin",
}
BODIES = {"/api/v1/absences": {"person": 4, "reason": "sick"}}


async def _status(client: httpx.AsyncClient, what: str, token: str | None) -> int:
    method, path = what.split()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = BODIES.get(path, {"person": 4}) if method == "POST" and "greetings" not in path else None
    return (await client.request(method, path, headers=headers, json=body)).status_code


@pytest.mark.parametrize("what", ALLOWED)
async def test_each_role_may_do_what_it_may_and_nothing_else(anyone: httpx.AsyncClient, what: str) -> None:
    allowed = {
        role
        for role in ("admin", "operator", "staff")
        if await _status(anyone, what, f"{role}-token") not in (401, 403)
    }
    assert allowed == set(ALLOWED[what].split())


@pytest.mark.parametrize("what", ALLOWED)
async def test_nothing_is_to_be_had_without_a_token(anyone: httpx.AsyncClient, what: str) -> None:
    assert await _status(anyone, what, None) == 401
    assert await _status(anyone, what, "wrong-token") == 401


def filled(path: str, examples: Mapping[str, str]) -> str:
    path = path.replace("{id}", examples.get(path.split("/")[3], ""))
    return path.replace("{lifted_id}", "2").replace("{mark}", "secret")


async def test_every_operation_of_the_api_is_in_the_table_above(anyone: httpx.AsyncClient) -> None:
    document = (await anyone.get("/api/v1/openapi.json")).json()
    examples = {
        "callback-tasks": "task-1",
        "voicemail-messages": "message-1",
        "calls": "call-1",
        "absences": "7",
        "people": "4",
        "pin-locks": "5",
        "blocked-addresses": "3",
        "calendars": "8",
    }
    served = {
        f"{method.upper()} {filled(path, examples)}"
        for path, operations in document["paths"].items()
        for method in operations
        if path.startswith("/api/v1/")
    }
    assert served == set(ALLOWED)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YWRtaW46YWRtaW4=", "admin-token", "Bearer admin-token x"]
)
async def test_another_header_is_no_token(anyone: httpx.AsyncClient, header: str) -> None:
    answer = await anyone.get("/api/v1/people", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 401


async def test_a_token_in_the_address_is_no_token(anyone: httpx.AsyncClient) -> None:
    assert (await anyone.get("/api/v1/people?access_token=admin-token")).status_code == 401


async def test_health_and_metrics_need_none(anyone: httpx.AsyncClient) -> None:
    assert (await anyone.get("/health")).status_code == 200
    assert (await anyone.get("/metrics")).status_code == 200
