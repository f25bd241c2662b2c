"""Steps of callback tasks over HTTP (R14-R18)."""

from typing import Any

import httpx
import pytest

from switchboard.domain.callback import Mailbox
from switchboard.domain.tasks.life import (
    Attempt,
    Close,
    EmailProof,
    Finish,
    HandOver,
    Move,
    Promise,
    Release,
    StatementProof,
    Take,
)
from switchboard.errors import Conflict
from tests.fakes.web_ports import FakeWebPorts
from tests.fakes.web_rows import NOW, TASK

PATH = f"/api/v1/callback-tasks/{TASK.id}"
TOMORROW = NOW.replace(day=13, hour=9)
STEPS: tuple[tuple[str, dict[str, Any] | None, Move | None], ...] = (
    ("take", {"person": "211"}, Take(4)),
    ("take", {}, Take(None)),
    ("release", None, Release()),
    ("attempts", {"note": "svarade inte"}, Attempt("svarade inte")),
    ("promise", {"until": "2026-08-13T09:00", "how": "call"}, Promise(TOMORROW, "call")),
    ("hand-over", {"person": "211", "why": "kurs"}, HandOver(Mailbox(1, person_id=11), "kurs")),
    ("hand-over", {"unit": 1, "why": "kurs"}, HandOver(Mailbox(1, unit_id=1), "kurs")),
    ("done", {}, None),
    ("done", {"proof": "email", "reference": "Dnr 7"}, Finish(EmailProof("Dnr 7"))),
    ("done", {"proof": "statement", "person": "211", "reason": "besök"}, Finish(StatementProof(4, "besök"))),
    ("close", {"reason": "ringde igen"}, Close("ringde igen")),
)


@pytest.mark.requirement("R17")
@pytest.mark.requirement("R18")
@pytest.mark.parametrize(("step", "body", "move"), STEPS)
async def test_a_step(
    admin: httpx.AsyncClient, fakes: FakeWebPorts, step: str, body: dict[str, Any] | None, move: Move | None
) -> None:
    answer = await admin.post(f"{PATH}/{step}", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == TASK.id
    ((task_id, made, act),) = fakes.task_steps.asked
    assert (task_id, made) == (TASK.id, move)
    assert (act.actor, act.at) == ("token 1 (administration)", NOW)


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(("body", "person"), [({}, None), ({"person": "211"}, 4)])
async def test_a_call_back_is_begun(
    admin: httpx.AsyncClient, fakes: FakeWebPorts, body: dict[str, Any], person: int | None
) -> None:
    answer = await admin.post(f"{PATH}/call", json=body)
    assert (answer.status_code, answer.json()) == (202, {"call_id": "back-1"})
    assert fakes.calls_back.asked == [(TASK.id, person, "token 1 (administration)")]


async def test_a_call_back_that_cannot_be_made_says_why(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.calls_back.refusal = Conflict("no telephone of person 4 is free (busy)")
    answer = await admin.post(f"{PATH}/call", json={})
    assert (answer.status_code, answer.json()["detail"]) == (409, "no telephone of person 4 is free (busy)")
    admin.headers["Authorization"] = "Bearer staff-token"
    assert (await admin.post(f"{PATH}/call", json={})).status_code == 403


async def test_a_step_that_is_not_possible_says_why(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.task_steps.refusal = Conflict("callback task task-1 is done: take is not possible")
    answer = await admin.post(f"{PATH}/take", json={})
    assert answer.status_code == 409
    assert answer.json()["detail"] == "callback task task-1 is done: take is not possible"


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("promise", {"until": "2026-08-12T09:59"}),
        ("promise", {}),
        ("hand-over", {"why": "kurs"}),
        ("hand-over", {"person": "211", "unit": "Bygglov", "why": "kurs"}),
        ("hand-over", {"person": "211", "why": ""}),
        ("done", {"proof": "statement", "reason": "besök"}),
        ("done", {"proof": "word of honour"}),
        ("close", {"reason": ""}),
        ("close", {"reason": "a\u0007b"}),
    ],
)
async def test_what_cannot_be_understood_changes_nothing(
    admin: httpx.AsyncClient, fakes: FakeWebPorts, step: str, body: dict[str, Any]
) -> None:
    assert (await admin.post(f"{PATH}/{step}", json=body)).status_code == 422
    assert fakes.task_steps.asked == []


async def test_what_happened_to_a_task(admin: httpx.AsyncClient) -> None:
    answer = await admin.get(f"{PATH}/events")
    assert answer.status_code == 200
    assert [(each["kind"], each["detail"]) for each in answer.json()["items"]] == [("opened", {"actor": "service"})]
    assert (await admin.get("/api/v1/callback-tasks/none/events")).status_code == 404


async def test_who_may_not_open_tasks_may_not_end_them(anyone: httpx.AsyncClient) -> None:
    anyone.headers["Authorization"] = "Bearer staff-token"
    assert (await anyone.post(f"{PATH}/take", json={})).status_code == 403
