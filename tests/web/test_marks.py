"""Marks, personal data and staffing gaps over HTTP."""

import httpx
import pytest

from switchboard.changes import Marking, ToRegistry
from switchboard.domain.keeping.marks import Mark
from switchboard.errors import Conflict
from tests.fakes.web_ports import FakeWebPorts

MARKS = "/api/v1/voicemail-messages/message-1/marks"
REASON = {"on": True, "reason": "uppgifter om hälsa"}


def as_role(role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {role}-token"}


@pytest.mark.requirement("R45")
@pytest.mark.requirement("R47")
async def test_operators_mark_and_administrators_alone_lift_a_threat(
    anyone: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    assert (await anyone.put(f"{MARKS}/secret", json=REASON, headers=as_role("operator"))).status_code == 200
    assert (await anyone.put(f"{MARKS}/threat", json=REASON, headers=as_role("operator"))).status_code == 200
    lift = {"on": False, "reason": "felmarkerat"}
    assert (await anyone.put(f"{MARKS}/secret", json=lift, headers=as_role("operator"))).status_code == 200
    assert (await anyone.put(f"{MARKS}/threat", json=lift, headers=as_role("operator"))).status_code == 403
    assert (await anyone.put(f"{MARKS}/threat", json=lift, headers=as_role("admin"))).status_code == 200
    assert (await anyone.put(f"{MARKS}/secret", json=REASON, headers=as_role("staff"))).status_code == 403
    done = [marking for _, marking, _ in fakes.marks.changed]
    assert [(each.mark, each.on) for each in done] == [
        (Mark.SECRET, True),
        (Mark.THREAT, True),
        (Mark.SECRET, False),
        (Mark.THREAT, False),
    ]
    assert done[0] == Marking(Mark.SECRET, True, "uppgifter om hälsa")


@pytest.mark.parametrize("body", [{}, {"on": True}, {"on": True, "reason": "x"}, {**REASON, "more": 1}])
async def test_a_mark_needs_a_reason(admin: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await admin.put(f"{MARKS}/secret", json=body)).status_code == 422
    assert (await admin.put(f"{MARKS}/loud", json=REASON)).status_code == 422


REGISTRY = "/api/v1/voicemail-messages/message-1/registry"
TO_REGISTRY = {"person": "211", "reference": "SN 2026/118", "registry": "socialnämnden", "sha256": "a" * 64}


@pytest.mark.requirement("R45")
async def test_a_named_person_hands_a_message_over_to_the_registry(
    anyone: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    assert (await anyone.post(REGISTRY, json=TO_REGISTRY, headers=as_role("staff"))).status_code == 403
    assert (await anyone.post(REGISTRY, json=TO_REGISTRY, headers=as_role("operator"))).status_code == 200
    ((id, to, act),) = fakes.registry_office.took
    assert (id, to) == ("message-1", ToRegistry("211", "SN 2026/118", "a" * 64, "socialnämnden"))
    assert act.actor == "token 2 (växeln)"
    fakes.registry_office.refusal = Conflict("a threat mark holds the message")
    refused = await anyone.post(REGISTRY, json=TO_REGISTRY, headers=as_role("admin"))
    assert (refused.status_code, refused.json()["detail"]) == (409, "a threat mark holds the message")


@pytest.mark.parametrize("left_out", ["person", "reference", "sha256"])
async def test_the_registry_needs_who_where_to_and_the_checksum(admin: httpx.AsyncClient, left_out: str) -> None:
    body = {name: value for name, value in TO_REGISTRY.items() if name != left_out}
    assert (await admin.post(REGISTRY, json=body)).status_code == 422
    assert (await admin.post(REGISTRY, json={**TO_REGISTRY, left_out: ""})).status_code == 422


@pytest.mark.requirement("R44")
async def test_personal_data_are_for_administrators_and_erased_when_confirmed(
    anyone: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    path, who = "/api/v1/person-data", {"who": "+46701740605"}
    assert (await anyone.post(f"{path}/export", json=who, headers=as_role("operator"))).status_code == 403
    assert (await anyone.post(f"{path}/export", json=who, headers=as_role("admin"))).status_code == 200
    assert (await anyone.post(f"{path}/erase", json=who, headers=as_role("admin"))).status_code == 409
    planned = await anyone.post(f"{path}/erase", json={**who, "dry_run": True}, headers=as_role("admin"))
    assert (planned.status_code, fakes.person_data.planned) == (200, ["+46701740605"])
    assert fakes.person_data.erased == []
    confirmed = {**who, "confirm": True}
    assert (await anyone.post(f"{path}/erase", json=confirmed, headers=as_role("admin"))).status_code == 200
    assert fakes.person_data.erased == ["+46701740605"]
    named = {**who, "names": ["Åsa Öhman"]}
    assert (await anyone.post(f"{path}/export", json=named, headers=as_role("admin"))).status_code == 200
    assert fakes.person_data.names == ["Åsa Öhman"]
    short = {**who, "names": ["Å"]}
    assert (await anyone.post(f"{path}/export", json=short, headers=as_role("admin"))).status_code == 422


@pytest.mark.requirement("R24")
async def test_staffing_gaps_are_listed(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/api/v1/staffing-gaps", params={"weeks": 4})
    assert answer.status_code == 200
    assert isinstance(answer.json()["items"], list)
    assert (await admin.get("/api/v1/staffing-gaps", params={"weeks": 99})).status_code == 422
