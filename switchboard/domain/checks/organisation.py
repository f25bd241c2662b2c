"""Authorities and their policies, units, groups, numbers and days off."""

from collections.abc import Iterator

from switchboard.domain.checks.fault import Checked, Fault, error, warning
from switchboard.domain.checks.loops import leading_into_loops
from switchboard.domain.deadline import policy_in_force
from switchboard.domain.directory import (
    LANGUAGES,
    Authority,
    DayOff,
    Extension,
    FunctionGroup,
    Greeting,
    Person,
    PhoneNumber,
    Policy,
    Unit,
)
from switchboard.domain.numbers import parse_number, short_digits
from switchboard.domain.working_days import local_date


def check_authorities(checked: Checked) -> Iterator[Fault]:
    if not any(checked.index.rows(Authority)):
        yield Fault("authority", "", None, "there is no authority: calls reach nobody")
    for authority in checked.index.rows(Authority):
        yield from _authority_problems(authority, checked)
        yield from _policy_problems(authority, checked)


def _authority_problems(authority: Authority, checked: Checked) -> Iterator[Fault]:
    group = checked.index.function_group(authority.operators_group_id or 0)
    if authority.operators_group_id is None:
        yield error(authority, "operators_group_id", "names no operators' group")
    elif group is not None and not group.operators:
        yield warning(authority, "operators_group_id", f"function group {group.id} is no operators' group")
    if not authority.languages:
        yield error(authority, "languages", "names no language")
    if parse_number(authority.main_number, authority.country_code) != authority.main_number:
        yield error(authority, "main_number", "is not in E.164 with +")
    elif checked.index.phone_number(authority.main_number) is None:
        yield warning(authority, "main_number", "has no row in phone_number, so it leads nowhere")


def _policy_problems(authority: Authority, checked: Checked) -> Iterator[Fault]:
    policies = checked.index.policies(authority.id)
    policy = policy_in_force(policies, local_date(checked.now))
    if policy is None:
        yield error(authority, None, "has no policy: no callback gets a term")
    elif policy.valid_from > local_date(checked.now):
        yield warning(policy, "valid_from", "no earlier version is in force, so this one counts before its time")
    for each in policies:
        if each.callback_working_days is not None and each.callback_working_days < 1:
            problem = f"{each.callback_working_days} is less than one working day; one is counted"
            yield error(each, "callback_working_days", problem)
        yield from _seconds(each)


def _seconds(policy: Policy) -> Iterator[Fault]:
    for column in ("message_max_seconds", "message_silence_seconds", "ring_seconds"):
        if getattr(policy, column) < 1:
            yield error(policy, column, "must be at least one second")


def check_languages(checked: Checked) -> Iterator[Fault]:
    for authority in checked.index.rows(Authority):
        for language in set(authority.languages) - set(LANGUAGES):
            yield error(authority, "languages", f"{language!r} is not spoken here; {', '.join(LANGUAGES)} are")
    speakers: tuple[Person | Greeting, ...] = (*checked.index.rows(Person), *checked.index.rows(Greeting))
    for row in speakers:
        if row.language not in LANGUAGES:
            yield error(row, "language", f"{row.language!r} is not spoken here; {', '.join(LANGUAGES)} are")


def check_units(checked: Checked) -> Iterator[Fault]:
    parents = {unit.id: unit.parent_id for unit in checked.index.rows(Unit) if unit.parent_id is not None}
    endless = leading_into_loops(parents)
    for unit in checked.index.rows(Unit):
        if unit.answering_point is None:
            yield warning(unit, "answering_kind", "has no answering point (R22): the operators answer for it")
        if unit.id in endless:
            yield error(unit, "parent_id", "the units above it form a loop")


def check_groups(checked: Checked) -> Iterator[Fault]:
    for group in checked.index.rows(FunctionGroup):
        members = {each.person_id for each in checked.index.members(group.id)}
        signed_in = checked.index.operator_sessions(group.id) if group.operators else ()
        if not members and not signed_in:
            yield error(group, None, "has no members")
        elif len(members) < group.minimum_staffing:
            problem = f"{group.minimum_staffing} must be present, but it has {len(members)} members (R21)"
            yield warning(group, "minimum_staffing", problem)
        if group.ring_seconds < 1:
            yield error(group, "ring_seconds", "must be at least one second")
        unit = None if group.unit_id is None else checked.index.unit(group.unit_id)
        if group.schedule_id is None and unit is not None and unit.schedule_id is not None:
            yield warning(group, "schedule_id", f"rings at all hours, though unit {unit.id} announces hours (R24)")


def check_numbers(checked: Checked) -> Iterator[Fault]:
    """Numbers in a form in which nobody is ever found by them."""
    for number in checked.index.rows(PhoneNumber):
        if parse_number(number.e164) != number.e164:
            yield error(number, "e164", "is not in E.164 with +, so no call finds it")
    for extension in checked.index.rows(Extension):
        if short_digits(extension.digits) != extension.digits:
            yield error(extension, "digits", "are not 1 to 8 digits, so no call finds them")


def check_days_off(checked: Checked) -> Iterator[Fault]:
    for day_off in checked.index.rows(DayOff):
        if day_off.rule == "date" and day_off.on is None:
            yield error(day_off, "on_date", "the rule date needs a date")
        if day_off.rule != "date" and day_off.on is not None:
            yield warning(day_off, "on_date", f"counts in addition to {day_off.rule}")
