"""The database decides where a call goes; a committed change holds for the next call; no broken row costs a call."""

import json

import pytest

from tests.acceptance.house import House
from tests.acceptance.phones import CITIZEN, PhoneRoom

NEW = "+46980319230"


async def what_is_said(phones: PhoneRoom, called: str, *prompts: str, caller: str = CITIZEN) -> list[str]:
    call = await (await phones.caller(caller)).dial(called)
    heard = await call.hears_prompt(*prompts, within=12)
    await call.hangup()
    return heard.prompts


async def test_changes_by_plain_sql_hold_for_the_next_call(house: House, phones: PhoneRoom) -> None:
    """A number that nobody has; then it is Maria's, an extension's, an announcement's; then a rule refuses it."""
    await what_is_said(phones, NEW, "sv/unknown-number")

    norrby = house.one("SELECT id FROM authority WHERE name = 'Norrby kommun'")["id"]
    house.sql(
        "INSERT INTO phone_number (authority_id, e164, destination_kind, destination_key) VALUES (?, ?, 'person', ?)",
        *(norrby, NEW, str(house.person("Maria Berg"))),
    )
    await what_is_said(phones, NEW, "demo/sv/name-maria-berg", "sv/reason-meeting-back")
    await what_is_said(phones, NEW.removeprefix("+"), "sv/reason-meeting-back")
    await what_is_said(phones, "0980319230", "sv/reason-meeting-back")

    house.sql("UPDATE phone_number SET destination_kind = 'extension', destination_key = '214' WHERE e164 = ?", NEW)
    await what_is_said(phones, NEW, "demo/sv/name-asa-oberg", "sv/no-phone")

    house.sql(
        "UPDATE phone_number SET destination_kind = 'announcement', destination_key = 'announcement-website'"
        " WHERE e164 = ?",
        NEW,
    )
    await what_is_said(phones, NEW, "sv/announcement-website", "sv/menu-message")

    house.sql(
        "INSERT INTO routing_rule (authority_id, priority, called_pattern, caller_pattern, schedule_state, action)"
        " VALUES (?, 10, '+4698031923X', '+467012345.', 'always', 'refuse')",
        norrby,
    )
    refused = await (await phones.caller(CITIZEN)).dial(NEW)
    await refused.hears_prompt("sv/refused", within=8)
    await refused.ended(within=5)
    assert refused.code == 603
    await what_is_said(phones, NEW, "sv/announcement-website", caller="+46812345678")
    rows = await house.all_calls_ended(8)
    assert [row["outcome"] for row in rows].count("refused") == 1
    await house.nothing_left()


@pytest.mark.parametrize(
    ("breakage", "column"),
    [
        ("UPDATE phone_number SET destination_key = '99999' WHERE e164 = '+46980319211'", "destination_key"),
        ("UPDATE phone_number SET destination_kind = 'nonsense' WHERE e164 = '+46980319211'", "destination_kind"),
        (
            "INSERT INTO routing_rule (authority_id, priority, called_pattern, schedule_state, action,"
            " destination_kind, destination_key) VALUES (1, 1, '+4698[', 'always', 'route', 'person', '1')",
            "called_pattern",
        ),
    ],
)
async def test_a_broken_row_is_named_and_the_caller_gets_the_operators(
    house: House, phones: PhoneRoom, breakage: str, column: str
) -> None:
    op1 = await phones.colleague("op1")
    house.sql(breakage)
    call = await (await phones.caller()).dial("+46980319211")
    await op1.wait_incoming(within=10)
    await call.hangup()
    await house.all_calls_ended(1)
    checked = house.command("check", "--json")
    assert column in checked
    await house.nothing_left()


async def test_an_announcement_that_does_not_exist_goes_to_the_operators(house: House, phones: PhoneRoom) -> None:
    op1 = await phones.colleague("op1")
    house.sql(
        "UPDATE phone_number SET destination_kind = 'announcement', destination_key = 'no-such-file'"
        " WHERE e164 = '+46980319211'"
    )
    call = await (await phones.caller()).dial("+46980319211")
    await op1.wait_incoming(within=10)
    assert call.heard.prompts == []
    await call.hangup()
    (row,) = await house.all_calls_ended(1)
    faults = [detail for kind, detail in house.events(row["id"]) if kind == "fault"]
    assert faults[0]["table"] == "phone_number"
    assert "no_such_prompt" in house.log_file.read_text()


async def test_a_function_with_nobody_present_goes_to_the_operators(house: House, phones: PhoneRoom) -> None:
    op1 = await phones.colleague("op1")
    call = await (await phones.caller()).dial("+46980319220")
    rung = await op1.wait_incoming(within=10)
    await call.hangup()
    await rung.ended(within=5)
    (row,) = await house.all_calls_ended(1)
    kinds = [kind for kind, _ in house.events(row["id"])]
    assert kinds[0] == "arrived"
    assert "fault" in kinds
    assert kinds[-1] == "ended"


async def test_the_journal_tells_each_call_by_cli_and_explain_says_why(house: House, phones: PhoneRoom) -> None:
    await what_is_said(phones, "+46980319212", "sv/menu-message")
    (row,) = await house.all_calls_ended(1)
    shown = json.loads(house.command("calls", "show", row["id"], "--json"))
    kinds = [event["kind"] for event in shown["events"]]
    assert kinds[:2] == ["arrived", "routed"]
    assert {"answered", "played", "ended"} <= set(kinds)
    assert "+46980319212" in house.command("calls", "list")
    assert "phone_number" in house.command("explain", "+46980319212")
    log = house.log_file.read_text()
    assert row["id"] in log
    assert CITIZEN.removeprefix("+") not in log
    assert "Maria" not in log
