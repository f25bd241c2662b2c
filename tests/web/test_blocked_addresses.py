"""Blocked addresses over HTTP: listed and lifted by administrators alone."""

import httpx
import pytest

from tests.fakes.web_ports import FakeWebPorts


async def test_they_are_listed_and_lifted(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    (item,) = (await admin.get("/api/v1/blocked-addresses")).json()["items"]
    assert item == {
        "id": 3, "address": "203.0.113.9", "times": 2, "blocked": True,
        "since": "2026-08-12T10:00:00+02:00", "until": "2026-08-12T10:10:00+02:00",
    }  # fmt: skip
    assert (await admin.delete("/api/v1/blocked-addresses/3")).status_code == 204
    assert (await admin.delete("/api/v1/blocked-addresses/4")).status_code == 404
    assert [each[0] for each in fakes.blocked_addresses.asked[1:]] == [3, 4]


@pytest.mark.parametrize("token", ["operator-token", "staff-token"])
async def test_nobody_else_may(anyone: httpx.AsyncClient, fakes: FakeWebPorts, token: str) -> None:
    anyone.headers["Authorization"] = f"Bearer {token}"
    answers = [await anyone.get("/api/v1/blocked-addresses"), await anyone.delete("/api/v1/blocked-addresses/3")]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert fakes.blocked_addresses.asked == []
