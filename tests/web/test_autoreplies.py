"""Autoreplies over HTTP (R8, R9)."""

import httpx
import pytest

from switchboard.views import Filter, Slice
from tests.fakes.web_autoreplies import REPLY, STATE
from tests.fakes.web_ports import FakeWebPorts
from tests.fakes.web_rows import NOW


@pytest.mark.requirement("R8")
async def test_the_texts_of_a_person(admin: httpx.AsyncClient) -> None:
    [document] = (await admin.get("/api/v1/people/11/autoreply")).json()["items"]
    assert document["subject"] == REPLY.subject
    assert (document["swedish"], document["english"], document["body"]) == (REPLY.swedish, REPLY.english, REPLY.body)
    assert document["from"] == REPLY.start.isoformat()
    assert document["referral"] == {
        "kind": "deputy",
        "name": "Anna Andersson",
        "number": "+46980319210",
        "email": None,
    }


async def test_of_nobody(admin: httpx.AsyncClient) -> None:
    assert (await admin.get("/api/v1/people/99/autoreply")).status_code == 422


@pytest.mark.requirement("R9")
async def test_who_is_absent_by_phone_or_by_mail_alone(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    answer = (await admin.get("/api/v1/autoreplies", params={"authority": "Norrby kommun", "status": "all"})).json()
    assert [each["disparity"] for each in answer["items"]] == [STATE.disparity]
    assert fakes.autoreplies.asked == [(Filter(authority="Norrby kommun", status="all"), Slice(100), NOW)]
    assert (await admin.get("/api/v1/autoreplies", params={"status": "sunny"})).status_code == 422


@pytest.mark.parametrize("path", ["/api/v1/people/11/autoreply", "/api/v1/autoreplies"])
async def test_a_token_is_needed(anyone: httpx.AsyncClient, path: str) -> None:
    assert (await anyone.get(path)).status_code == 401
    assert (await anyone.get(path, headers={"Authorization": "Bearer staff-token"})).status_code == 200
