"""A callback task opened in one step; and bodies that are no orders."""

from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.callback import Mailbox
from switchboard.web.server import build_app
from tests.fakes.web_ports import FakeWebPorts
from tests.fakes.web_rows import CALL, CITIZEN, NOW, TASK


def _as(client: httpx.AsyncClient, role: str) -> httpx.AsyncClient:
    client.headers["Authorization"] = f"Bearer {role}-token"
    return client


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
