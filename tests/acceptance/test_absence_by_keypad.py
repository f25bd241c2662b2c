"""Absence by keypad with real telephones: codes, the spoken menu, wrong keys, silence, hang-up at each step."""

import asyncio
import sys
from collections.abc import Callable
from time import monotonic

import pytest

from tests.acceptance.house import House
from tests.acceptance.keypad import absences, hears_in_turn, press_at
from tests.acceptance.operators.api import new_api
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.wait import until
from tests.callers.phone import PhoneCall
from tests.hearing.noise import tone

ASA, ANNA = "+46980319214", "+46980319210"
ASA_NAME, ANNA_NAME, MARIA_NAME = "Åsa Öberg", "Anna Andersson", "Maria Berg"
IN_FORCE_WITHIN_S = 1.0
"""From the arrival of a code to the next caller being told."""


async def _set_is(house: House, name: str, reason: str) -> None:
    async def there() -> bool:
        return (reason, "phone") in absences(house, name)

    await until(there, 10, f"{name} is away ({reason})")


@pytest.mark.requirement("R1", "R2")
async def test_a_code_holds_for_the_very_next_call(
    house: House, phones: PhoneRoom, record_property: Callable[[str, object], None]
) -> None:
    """What is said back is what the next caller hears; how long that took is recorded."""
    asa, caller = await phones.colleague("asa"), await phones.caller()
    began = monotonic()
    code = await asa.dial("*23*2*1300#")
    await _set_is(house, ASA_NAME, "lunch")
    in_force = monotonic() - began
    citizen = await caller.dial(ASA)
    await hears_in_turn(citizen, "reason-lunch-back")
    next_caller = monotonic() - began
    await hears_in_turn(code, "absence-callers-hear", "reason-lunch-back", "absence-keep-or-undo")
    await code.dtmf("1")
    await hears_in_turn(code, "absence-kept")
    await code.ended(within=10)
    said_back, told = code.heard.prompts, citizen.heard.prompts
    greeting = said_back[said_back.index("sv/absence-callers-hear") + 1 : said_back.index("sv/absence-keep-or-undo")]
    assert told[: len(greeting)] == greeting
    await citizen.hangup()
    assert asa.rung == []
    rows = await house.all_calls_ended(2)
    spans = {
        row["called"]: [at for kind, at in _times(house, row["id"]) if kind in ("arrived", "not_rung", "desk")]
        for row in rows
    }
    by_journal = max(spans["*23*2*1300#"]) - min(spans["*23*2*1300#"])
    assert by_journal < IN_FORCE_WITHIN_S
    record_property("seconds from the code's arrival to the absence being in force", round(by_journal, 3))
    record_property("seconds from dialling the code to its row being seen", round(in_force, 3))
    record_property("seconds from dialling the code to the next caller having heard the reason", round(next_caller, 3))
    sys.stdout.write(
        f"code to in force {by_journal:.3f} s; row seen {in_force:.3f} s; next caller told {next_caller:.3f} s\n"
    )
    await house.nothing_left()


def _times(house: House, call_id: str) -> list[tuple[str, float]]:
    rows = house.sql("SELECT kind, julianday(at) * 86400 AS at FROM call_event WHERE call_id = ? ORDER BY id", call_id)
    return [(row["kind"], row["at"]) for row in rows]


async def test_undone_lifted_heard_and_a_moment_that_has_passed(house: House, phones: PhoneRoom) -> None:
    asa = await phones.colleague("asa")
    undone = await asa.dial("*23*1*0900#")
    await hears_in_turn(undone, "absence-next-day", "absence-callers-hear", "reason-meeting-back", "tomorrow")
    await press_at(undone, "absence-keep-or-undo", "2")
    await hears_in_turn(undone, "absence-undone")
    await undone.ended(within=10)
    assert absences(house, ASA_NAME) == []
    kept = await asa.dial("*23*0")
    await hears_in_turn(kept, "reason-temporarily_out-back", "absence-keep-or-undo", "absence-kept", within=40)
    await kept.ended(within=10)
    heard = await asa.dial("*23#")
    await hears_in_turn(heard, "absence-callers-hear", "reason-temporarily_out-back")
    await heard.ended(within=10)
    lifted = await asa.dial("#23#")
    await hears_in_turn(lifted, "absence-lifted", "absence-was", "reason-temporarily_out-back")
    await lifted.ended(within=10)
    nothing = await asa.dial("*23#")
    await hears_in_turn(nothing, "absence-none")
    await nothing.ended(within=10)
    citizen = await (await phones.caller()).dial(ASA)
    rung = await asa.wait_incoming(within=10)
    await rung.answer()
    await rung.play_on(tone(900, 1))
    await citizen.hears(lambda heard: heard.tone(900), within=5, what="the colleague's voice")
    await citizen.hangup()
    rows = await house.all_calls_ended(6)
    assert [row["outcome"] for row in rows] == ["served"] * 5 + ["connected"]
    await house.nothing_left()


async def test_impossible_digits_are_told(house: House, phones: PhoneRoom) -> None:
    asa = await phones.colleague("asa")
    for code, why in (("*23*1*2561#", "wrong-time"), ("*23*4*1301#", "wrong-date"), ("*23*12#", "unknown-reason")):
        call = await asa.dial(code)
        await hears_in_turn(call, f"absence-{why}", "absence-not-set")
        await call.ended(within=10)
    assert absences(house, ASA_NAME) == []
    await house.nothing_left()


@pytest.mark.requirement("R1")
async def test_what_a_key_means_is_data_and_holds_for_the_next_code(house: House, phones: PhoneRoom) -> None:
    """Key 1 becomes a course of a whole day, with four digits for a date; six are one whatever the key."""
    asa = await phones.colleague("asa")
    house.sql(
        "UPDATE absence_reason_code SET reason = 'course', four_digits = 'date', default_length = 'ask' "
        "WHERE digit = '1'"
    )
    for code, back in (("*23*1*0824#", "2026-08-23T22"), ("*23*2*260825#", "2026-08-24T22")):
        call = await asa.dial(code)
        await hears_in_turn(call, "absence-callers-hear")
        await call.hangup()
        row = house.one("SELECT until FROM absence WHERE person_id = ?", house.person(ASA_NAME))
        assert row["until"].replace(" ", "T").startswith(back)
    assert absences(house, ASA_NAME) == [("lunch", "phone")]
    asked = await asa.dial("*23*1#")
    await hears_in_turn(asked, "absence-enter-date")
    await asked.hangup()
    await house.all_calls_ended(3)
    await house.nothing_left()


async def test_the_spoken_menu_with_wrong_keys_and_silence(house: House, phones: PhoneRoom) -> None:
    asa = await phones.colleague("asa")
    call = await asa.dial("299")
    await press_at(call, "keypad-menu", "9")
    await hears_in_turn(call, "invalid-choice")
    await press_at(call, "keypad-menu", "1", times=2)
    await hears_in_turn(call, "absence-choose-reason", "absence-press", "digit-1", "absence-for-meeting")
    await call.dtmf("2")
    await press_at(call, "absence-or-usual", "2570")
    await hears_in_turn(call, "absence-wrong-time")
    await press_at(call, "absence-or-usual", "1300", times=2)
    await press_at(call, "absence-keep-or-undo", "1")
    await hears_in_turn(call, "absence-kept", "keypad-menu")
    await hears_in_turn(call, "keypad-goodbye", within=60)
    await call.ended(within=10)
    assert absences(house, ASA_NAME) == [("lunch", "phone")]
    await house.all_calls_ended(1)
    await house.nothing_left()


async def test_silence_at_each_question_sets_nothing(house: House, phones: PhoneRoom) -> None:
    asa, anna = await phones.colleague("asa"), await phones.colleague("anna")
    reason, until_when = await asa.dial("*23"), await anna.dial("*23*4#")
    await hears_in_turn(until_when, "absence-enter-date", "absence-enter-date", "absence-not-set", within=60)
    await until_when.ended(within=10)
    await hears_in_turn(reason, "absence-choose-reason", "absence-choose-reason", "absence-not-set", within=140)
    await reason.ended(within=10)
    assert (absences(house, ASA_NAME), absences(house, ANNA_NAME)) == ([], [])
    await house.all_calls_ended(2)
    await house.nothing_left()


@pytest.mark.parametrize(
    ("code", "last_heard", "reasons"),
    [
        ("*23", "absence-choose-reason", []),
        ("*23*4", "absence-enter-date", []),
        ("*23*1*1300#", "absence-callers-hear", ["meeting"]),
        ("*23*1*1300#", "absence-keep-or-undo", ["meeting"]),
        ("299", "keypad-menu", []),
    ],
)
async def test_a_hang_up_at_each_step(
    house: House, phones: PhoneRoom, code: str, last_heard: str, reasons: list[str]
) -> None:
    call = await (await phones.colleague("asa")).dial(code)
    await hears_in_turn(call, last_heard)
    await call.hangup()
    (row,) = await house.all_calls_ended(1)
    assert row["outcome"] == "served"
    assert [reason for reason, _ in absences(house, ASA_NAME)] == reasons
    await house.nothing_left()


@pytest.mark.requirement("R10", "R21")
async def test_the_last_one_of_a_function_insists_or_names_a_deputy(house: House, phones: PhoneRoom) -> None:
    """Erik is on holiday, and Bygglov's hours are not over."""
    anna = await phones.colleague("anna")
    silent = await anna.dial("*23*2*1300#")
    await hears_in_turn(silent, "absence-understaffed")
    await silent.hangup()
    await house.all_calls_ended(1)
    assert absences(house, ANNA_NAME) == []
    with_deputy = await anna.dial("*23*2*1300#")
    await press_at(with_deputy, "absence-understaffed", "2")
    await press_at(with_deputy, "absence-enter-deputy", "214#")
    await hears_in_turn(with_deputy, "absence-callers-hear", "reason-lunch-back")
    await with_deputy.hangup()
    await house.all_calls_ended(2)
    row = house.one("SELECT * FROM absence WHERE person_id = ?", house.person(ANNA_NAME))
    assert row["deputy_id"] == house.person(ASA_NAME)
    insists = await anna.dial("*23*1*1400#")
    await press_at(insists, "absence-understaffed", "1")
    await hears_in_turn(insists, "absence-callers-hear", "reason-meeting-back")
    await insists.hangup()
    await house.all_calls_ended(3)
    assert absences(house, ANNA_NAME) == [("meeting", "phone")]
    lifted = await anna.dial("#23#")
    await lifted.ended(within=10)
    order = {"person": "210", "reason": "lunch", "until": "2026-08-12T13:00"}
    api = await asyncio.to_thread(new_api, house, "operator")
    status, problem = await api.post("absences", **order)
    assert status == 409
    assert "would be left in function_group" in problem["detail"]
    assert (await api.post("absences", **order, confirm=True))[0] == 201
    await house.nothing_left()


async def _ends(call: PhoneCall, *prompts: str) -> None:
    await hears_in_turn(call, *prompts)
    await call.ended(within=40)


async def test_an_operator_sets_and_lifts_another_s_and_nobody_else_does(house: House, phones: PhoneRoom) -> None:
    op1, asa = await phones.colleague("op1"), await phones.colleague("asa")
    await _ends(await op1.dial("*230*214*2*1300#"), "absence-callers-hear", "reason-lunch-back", "absence-kept")
    assert absences(house, ASA_NAME) == [("lunch", "phone")]
    await _ends(await op1.dial("#230*214#"), "absence-lifted")
    await _ends(await asa.dial("*230*212*2#"), "absence-not-operator")
    await _ends(await op1.dial("*230*999*2#"), "desk-unknown-extension")
    assert absences(house, ASA_NAME) == []
    assert ("lunch", "phone") not in absences(house, MARIA_NAME)
    actors = house.sql("SELECT DISTINCT actor FROM audit_log WHERE action LIKE 'absence.%'")
    assert [row["actor"] for row in actors] == ["phone op1"]
    await house.nothing_left()
