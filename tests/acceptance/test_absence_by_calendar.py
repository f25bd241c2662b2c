"""A calendar's event is what the next caller hears, within a minute of the change: a published file, and CalDAV."""

import asyncio
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest

from tests.acceptance.calendar_office import HOUR, appointment, published
from tests.acceptance.house import WEDNESDAY, House
from tests.acceptance.keypad import absences, hears_in_turn
from tests.acceptance.operators.api import new_api
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.wait import until
from tests.calendars.calendar_texts import calendar
from tests.calendars.radicale_server import PASSWORD, USER, radicale

ASA, ASA_NAME, ANNA_NAME = "+46980319214", "Åsa Öberg", "Anna Andersson"
WITHIN_S = 60.0
"""In effect this soon after the change at the source."""


@pytest.fixture
async def house(house: House) -> House:
    """Calendars on this machine may be read, and are every second."""
    await house.stop()
    house.environment["SWITCHBOARD_CALENDAR_HOSTS"] = "127.0.0.1"
    house.environment["SWITCHBOARD_CALENDAR_INTERVAL"] = "1"
    await house.start()
    return house


async def _becomes(house: House, expected: list[tuple[str, str]], name: str = ASA_NAME) -> float:
    """Wait until these are the person's absences by calendar; how long it took."""
    began = monotonic()

    async def there() -> bool:
        return [each for each in absences(house, name) if each[1].startswith("calendar")] == expected

    await until(there, WITHIN_S, f"{name}: {expected}")
    return monotonic() - began


async def _state(house: House) -> dict[str, Any]:
    api = await asyncio.to_thread(new_api, house, "staff")
    (asa,) = (await api.get("people?extension=214"))["items"]
    assert isinstance(asa, dict)
    return asa


@pytest.mark.requirement("R1", "R2", "R3")
async def test_a_published_file_is_what_the_caller_hears(
    house: House, phones: PhoneRoom, record_property: Callable[[str, object], None]
) -> None:
    asa, caller = await phones.colleague("asa"), await phones.caller()
    start, back_at_one = WEDNESDAY - HOUR, WEDNESDAY + 3 * HOUR
    async with published(calendar()) as file:
        house.command("calendar", "add", "214", file.url)
        api = await asyncio.to_thread(new_api, house, "admin")

        async def read() -> bool:
            return (await api.get("calendars/1"))["read_at"] is not None

        await until(read, 30, "the calendar has been read")
        file.body = appointment("LUN", start, back_at_one)
        took = await _becomes(house, [("lunch", "calendar:1")])
        record_property("seconds from the change at the source to the absence being in force", round(took, 3))
        sys.stdout.write(f"calendar's change in force after {took:.1f} s\n")
        citizen = await caller.dial(ASA)
        await hears_in_turn(citizen, "reason-lunch-back", "at-13")
        await citizen.hangup()
        assert asa.rung == []

        # What is set by hand wins while it lasts.
        house.command("absence", "set", "214", "--reason", "course", "--until", "2026-08-12T13:00")
        told = await caller.dial(ASA)
        await hears_in_turn(told, "reason-course-back", "at-13")
        await told.hangup()

        # Lifted by hand, it stays lifted, however often the calendar says so again.
        lifted = await asa.dial("#23#")
        await hears_in_turn(lifted, "absence-lifted")
        await lifted.ended(within=10)
        assert absences(house, ASA_NAME) == []
        before = (await api.get("calendars/1"))["read_at"]

        async def read_again() -> bool:
            return bool((await api.get("calendars/1"))["read_at"] > before)

        await until(read_again, 60, "the calendar has been read again")
        assert absences(house, ASA_NAME) == []
        rings = await caller.dial(ASA)
        rung = await asa.wait_incoming(within=10)
        await rings.hangup()
        await rung.ended(within=10)

        # Another event counts, and a server that fails erases nothing and is shown with its age.
        file.body = appointment("MÖT", start, back_at_one, uid="2")
        await _becomes(house, [("meeting", "calendar:1")])
        file.body = None

        async def failing() -> bool:
            return (await _state(house))["failing_calendar"] is not None

        await until(failing, WITHIN_S, "the failing calendar is shown")
        shown = await _state(house)
        assert shown["state"] == "absent"
        assert shown["failing_calendar"]["failure"] == "the server answers 500"
        assert shown["absence"]["failing_calendar"]["read_at"] is not None
        assert "the server answers 500" in house.command("check")
        assert absences(house, ASA_NAME)[0] == ("meeting", "calendar:1")

        # Turned off by SQL, as an administrator would: the very next call meets it.
        house.sql("UPDATE calendar_source SET enabled = 0")
        assert absences(house, ASA_NAME) == []
    await house.nothing_left()


@pytest.mark.requirement("R1", "R2")
async def test_a_caldav_account_is_what_the_caller_hears(house: House, phones: PhoneRoom) -> None:
    caller = await phones.caller()
    api = await asyncio.to_thread(new_api, house, "admin")
    folder = house.folder / "radicale"
    folder.mkdir()
    async with radicale(folder) as collection:
        order = {"kind": "caldav", "url": collection.url, "user": USER, "password": PASSWORD}
        status, made = await api.post(f"people/{house.person(ASA_NAME)}/calendars", **order)
        assert (status, made["has_login"]) == (201, True)
        assert PASSWORD not in str(made)
        meeting = appointment(":MÖT >210", WEDNESDAY - HOUR, WEDNESDAY + 4 * HOUR)
        await collection.put("1", meeting)
        await _becomes(house, [("meeting", "calendar:1")])
        row = house.one("SELECT * FROM absence WHERE source = 'calendar:1'")
        assert row["deputy_id"] == house.person(ANNA_NAME)
        citizen = await caller.dial(ASA)
        await hears_in_turn(citizen, "reason-meeting-back", "at-14")
        await citizen.hangup()
        await collection.put("1", appointment(":MÖT >210", WEDNESDAY - HOUR, WEDNESDAY + 5 * HOUR))

        async def moved() -> bool:
            rows = house.sql("SELECT until FROM absence WHERE source = 'calendar:1'")
            return [row["until"][:13] for row in rows] == ["2026-08-12T13"]

        await until(moved, WITHIN_S, "the moved end is known")
        told = await caller.dial(ASA)
        await hears_in_turn(told, "reason-meeting-back", "at-15")
        await told.hangup()
        await collection.delete("1")
        await _becomes(house, [])
    await house.nothing_left()
