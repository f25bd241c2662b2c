"""PINs over HTTP: chosen and unlocked by administrators alone, never shown (R41); absences that are missed (R21)."""

import httpx
import pytest

from switchboard.domain.directory import AbsenceReason
from tests.fakes.web_ports import FakeWebPorts

GOOD = "730518"
MEETING = {"person": "211", "reason": AbsenceReason.MEETING.value, "until": "2026-08-12T12:00"}


@pytest.mark.requirement("R41")
async def test_an_administrator_chooses_a_pin(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    answer = await admin.put("/api/v1/people/11/pin", json={"pin": GOOD})
    assert (answer.status_code, answer.content) == (204, b"")
    assert [(act.action, act.person_id, act.actor) for act in fakes.pins.acts] == [
        ("pin.choose", 11, "token 1 (administration)")
    ]


@pytest.mark.requirement("R41")
@pytest.mark.parametrize("pin", ["73051", "123456", "111111", "sexton", "", "9" * 65])
async def test_a_pin_that_is_refused_is_not_repeated(admin: httpx.AsyncClient, fakes: FakeWebPorts, pin: str) -> None:
    answer = await admin.put("/api/v1/people/11/pin", json={"pin": pin})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["pin"]
    assert not pin or pin not in answer.text
    assert fakes.pins.acts == []
    assert pin not in str(fakes.log.lines) or not pin


async def test_wrong_pins_are_listed_and_unlocked(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    (item,) = (await admin.get("/api/v1/pin-locks")).json()["items"]
    assert item == {
        "id": 5, "kind": "mailbox", "subject": "1:211", "failures": 5, "locked": True,
        "latest_at": "2026-08-12T10:00:00+02:00", "locked_until": "2026-08-12T11:00:00+02:00",
    }  # fmt: skip
    assert (await admin.delete("/api/v1/pin-locks/5")).status_code == 204
    assert (await admin.delete("/api/v1/pin-locks/6")).status_code == 404
    assert (await admin.delete("/api/v1/people/11/pin-lock")).status_code == 204
    assert fakes.pin_locks.asked[-1][0] == "#11"


@pytest.mark.requirement("R41")
@pytest.mark.parametrize("token", ["operator-token", "staff-token"])
async def test_nobody_else_may(anyone: httpx.AsyncClient, fakes: FakeWebPorts, token: str) -> None:
    anyone.headers["Authorization"] = f"Bearer {token}"
    answers = [
        await anyone.put("/api/v1/people/11/pin", json={"pin": GOOD}),
        await anyone.delete("/api/v1/people/11/pin-lock"),
        await anyone.get("/api/v1/pin-locks"),
        await anyone.delete("/api/v1/pin-locks/5"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert (fakes.pins.acts, fakes.pin_locks.asked) == ([], [])


@pytest.mark.requirement("R21", "R24")
async def test_an_absence_that_leaves_a_function_alone_is_refused(
    admin: httpx.AsyncClient, fakes: FakeWebPorts
) -> None:
    fakes.desk.missed = True
    answer = await admin.post("/api/v1/absences", json=MEETING)
    assert answer.status_code == 409
    assert answer.json()["detail"] == (
        "0 of 1 would be left in function_group 2 at 2026-08-12T10:00:00+02:00; "
        "set it all the same with confirm, or name a deputy who is there"
    )
    assert fakes.absences.asked == []


@pytest.mark.requirement("R21")
@pytest.mark.parametrize("more", [{"confirm": True}, {"deputy": 3}])
async def test_unless_it_is_confirmed_or_somebody_stands_in(
    admin: httpx.AsyncClient, fakes: FakeWebPorts, more: dict[str, object]
) -> None:
    fakes.desk.missed = True
    assert (await admin.post("/api/v1/absences", json={**MEETING, **more})).status_code == 201
    assert len(fakes.absences.asked) == 1


async def test_a_deputy_whom_nobody_knows_is_told_by_field(admin: httpx.AsyncClient, fakes: FakeWebPorts) -> None:
    answer = await admin.post("/api/v1/absences", json={**MEETING, "deputy": 99})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "deputy", "message": "nobody is meant by #99"}]
    assert fakes.absences.asked == []
