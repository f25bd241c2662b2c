"""Health and figures."""

import httpx
from openapi_spec_validator import validate
from prometheus_client import Counter

from switchboard.views import HealthPart
from tests.fakes.web_ports import FakeWebPorts


async def test_healthy_means_every_part(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/health")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document["status"] == "ok"
    assert document["parts"]["ari"] == {"ok": True, "detail": "connected"}


async def test_one_part_that_is_ill_makes_the_whole_unavailable(anyone: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.health.states = [HealthPart("ari", True), HealthPart("schema", False, "run: switchboard migrate")]
    answer = await anyone.get("/health")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "parts": {"ari": {"ok": True, "detail": ""}, "schema": {"ok": False, "detail": "run: switchboard migrate"}},
    }


async def test_a_service_without_parts_is_not_healthy(anyone: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    fakes.health.states = []
    assert (await anyone.get("/health")).status_code == 503


async def test_figures_come_from_the_registry_that_was_given(anyone: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    Counter("switchboard_calls", "Calls", registry=fakes.registry).inc(3)
    answer = await anyone.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "switchboard_calls_total 3.0" in answer.text
    assert "python_info" not in answer.text


async def test_the_openapi_document_is_valid_and_describes_problems(anyone: httpx.AsyncClient) -> None:
    document = (await anyone.get("/api/v1/openapi.json")).json()
    validate(document)
    refused = document["paths"]["/api/v1/callback-tasks"]["get"]["responses"]["422"]["content"]
    assert refused == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert "HTTPValidationError" not in document["components"]["schemas"]
    task = document["components"]["schemas"]["CallbackTaskView"]["properties"]
    assert task["source"]["enum"] == [
        "voicemail",
        "operator",
        "queue",
        "abandoned",
        "fallback",
        "interrupted",
    ]
    assert "from" in document["components"]["schemas"]["AbsenceDocument"]["properties"]
    assert "/media/{sha256}.wav" not in document["paths"]


async def test_no_page_loads_anything_from_elsewhere(anyone: httpx.AsyncClient) -> None:
    for path in ("/docs", "/redoc"):
        assert (await anyone.get(path)).status_code == 404
