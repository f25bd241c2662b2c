"""Whoever adds a column decides whether it holds personal data, and what takes it away (R44)."""

import pytest
from sqlalchemy import JSON, Column, Table, Text

from switchboard.db.retention.inventory import HELD, PERSONAL, Beside
from switchboard.db.retention.subjects import Subject
from switchboard.db.retention.whereabouts import whereabouts
from switchboard.db.tables import call_class, metadata, policy
from switchboard.domain.keeping.retention import Kind
from tests.administration_page import PAGE

NOBODY_S = {
    "api_token": "name role sha256",
    "audit_log": "action table_name row_key",
    "authority": "name main_number languages country_code area_code private_prefix caller_id overload_answer",
    "call": "id source outcome outcome_reason route_reason",
    "call_class": "name",
    "call_event": "call_id kind",
    "change_log": "table_name row_key",
    "erasure_log": "kind rule row_keys",
    "greeting": "owner_kind kind language reason situation",
    "greeting_version": "owner_kind kind language situation reason",
    "job": "kind key arguments state locked_by error",
    "pending_recording": "name call_id task_id",
    "pin_lock": "kind",
    "queue_place": "call_id kind called language left_how",
    "voicemail_message": "id recording_name call_id person_id forwarded_from task_id registered_as",
    "absence": "source",
    "autoreply": "absences wanted",
    "calendar_source": "kind",
    "policy": "autoreply_refers_to",
    "absence_reason_code": "digit reason name four_digits default_length",
    "authority_day_off": "rule",
    "callback_task": "id person_id source call_id voicemail_message_id rule status",
    "callback_event": "task_id kind",
    "extension": "destination_kind",
    "phone_number": "destination_kind",
    "schedule": "name",
    "notice": "task_id kind person_id state about message_id",
    "routing_rule": "called_pattern schedule_state action destination_kind destination_key",
    "unit": "name answering_kind answering_key",
    "function_group": "name ring_order",
    "outbox": "message_id attachment_of state locked_by",
    "operator_queue": "distribution",
    "overflow_rule": "situation action action_key",
    "spool_mark": "spool",
}
"""Text that tells of nobody, or of a mailbox alone: kinds, words, ids, names of what is no person."""
NAMES_A_PERSON = ("person_id", "manager_id", "substitute_id", "deputy_id", "taken_by_id", "forwarded_by", "owner_id")


def may_be_personal(column: Column[object]) -> bool:
    """Text, JSON, and whatever refers to a person."""
    refers = any(key.column.table.name == "person" for key in column.foreign_keys)
    named = column.name in NAMES_A_PERSON or column.name.endswith(("_by", "_by_id", "person_id"))
    return isinstance(column.type, Text | JSON) or refers or named


def undecided(tables: list[Table]) -> list[str]:
    return [
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
        if may_be_personal(column)
        and (table.name not in PERSONAL or column.name not in PERSONAL[table.name].columns)
        and column.name not in NOBODY_S.get(table.name, "").split()
    ]


@pytest.mark.requirement("R44")
def test_of_every_column_it_is_decided_whether_it_is_personal() -> None:
    assert undecided(metadata.sorted_tables) == [], "say so in db/retention/inventory.py, and see to its erasure"


@pytest.mark.requirement("R44")
def test_a_new_column_is_found_out() -> None:
    mine = Table("person_diary", metadata.__class__(), Column("words", Text), Column("told_by", call_class.c.id.type))
    assert undecided([mine]) == ["person_diary.words", "person_diary.told_by"]


@pytest.mark.requirement("R44")
def test_the_inventory_names_what_there_is_and_nothing_twice() -> None:
    for name, personal in PERSONAL.items():
        columns = set(metadata.tables[name].columns.keys())
        assert set(personal.columns) <= columns, name
        assert not set(personal.columns) & set(NOBODY_S.get(name, "").split()), name
    for name, nobody_s in NOBODY_S.items():
        assert set(nobody_s.split()) <= set(metadata.tables[name].columns.keys()), name


@pytest.mark.requirement("R44")
def test_what_is_kept_of_a_person_is_handed_out() -> None:
    patterns_of_numbers_to_dial = {"outgoing_rule"}
    where = {each.table.name for each in whereabouts(Subject(("+46701740605",), 4))}
    assert where >= set(PERSONAL) - patterns_of_numbers_to_dial


@pytest.mark.requirement("R44")
def test_every_kind_has_its_limit_and_the_page_says_so() -> None:
    limited = {kind for kind in Kind if f"keep_{kind.value}_days" in policy.c}
    assert limited == set(Kind) - {Kind.PINS}
    assert set(HELD) <= limited
    page = PAGE.read_text(encoding="utf-8")
    for name, personal in PERSONAL.items():
        assert any(line.startswith(f"| `{name}` |") and personal.columns[0] in line for line in page.splitlines()), name
    assert {each.how for each in PERSONAL.values()} == {*Kind, *Beside}
