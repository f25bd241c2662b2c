"""From one's own messages out of the house: the caller is called back with the rights and the number of a colleague."""

import pytest

from tests.acceptance.operators.desk import Desk
from tests.acceptance.operators.floor import Floor
from tests.acceptance.operators.partings import farewell
from tests.acceptance.operators.party import Party, hear_each_other

CITIZEN, ABROAD = "+46701112277", "+4793912345"


def leave_message(desk: Desk, who: str, caller: str) -> None:
    """Its sound is not there: it can be told of, and not be played."""
    person = desk.person(who)
    id = f"message-{person}-{caller}"
    desk.house.sql(
        "INSERT INTO voicemail_message (id, recording_name, call_id, authority_id, person_id, caller, received_at, "
        "duration_s, sha256) VALUES (?, ?, 'c', ?, ?, ?, '2026-08-12 07:00:00.000000', 5, ?)",
        *(id, id, desk.authority, person, caller, "a" * 64),
    )


@pytest.mark.requirement("R14", "R16")
async def test_a_citizen_is_called_back_at_once_and_what_may_not_be_dialled_is_not(floor: Floor, desk: Desk) -> None:
    await desk.colleague("anna")
    leave_message(desk, "anna", ABROAD)
    anna = await desk.dial("anna", "*26")
    await anna.hears_prompt("message-unplayable", "message-menu")
    await anna.press("8")
    await anna.hears_prompt("call-not-allowed")
    await anna.hang_up()
    desk.house.sql("DELETE FROM voicemail_message WHERE person_id = ?", desk.person("anna"))
    leave_message(desk, "anna", CITIZEN)
    anna = await desk.dial("anna", "*26")
    await anna.hears_prompt("message-unplayable", "message-menu")
    await anna.press("8")
    rung = await floor.outside.ringing(CITIZEN)
    await anna.hears_ringing()
    await rung.answer()
    citizen = Party(rung, "outside")
    await citizen.speak()
    await hear_each_other(anna, citizen)
    assert citizen.call.shown[-1].number == desk.main
    assert "Anna" not in citizen.display
    await farewell(anna, citizen)
    assert (await desk.journal_of("anna"))["outcome"] == "connected"
