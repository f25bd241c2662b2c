"""From rows to values: authorities, units, people, numbers, phones and groups."""

from typing import cast

from switchboard.db.directory_store.fields import BrokenRow, Fields
from switchboard.domain.deadline.working_hours import DAY_ENDS, DAY_STARTS
from switchboard.domain.directory import (
    LANGUAGES,
    Authority,
    CallerIdRule,
    DayOff,
    Destination,
    DestinationKind,
    Device,
    EveRule,
    Extension,
    FunctionGroup,
    FunctionMember,
    Language,
    OverloadAnswer,
    Person,
    PhoneNumber,
    Policy,
    ReferralRule,
    RingOrder,
    Unit,
    Watcher,
)

TO_OPERATORS = Destination(DestinationKind.OPERATORS)
LONGEST_KEPT_DAYS = 36_500
LONGEST_TERM_DAYS = 250
"""Within the years that the calendar knows."""


def language(fields: Fields, column: str) -> Language:
    return cast("Language", fields.matching(column, "|".join(LANGUAGES), "language (sv or en)"))


def languages(fields: Fields) -> tuple[Language, ...]:
    names = [each.strip() for each in fields.text("languages").split(",") if each.strip()]
    if not names or not set(names) <= set(LANGUAGES):
        raise BrokenRow("languages", f"{','.join(names)[:80]!r} is no list of languages such as sv,en")
    return tuple(cast("list[Language]", list(dict.fromkeys(names))))


def e164(fields: Fields, column: str) -> str:
    return fields.matching(column, r"\+[1-9][0-9]{1,14}", "number in E.164 such as +46980319200")


def private_prefix(fields: Fields) -> str:
    return fields.matching("private_prefix", "[0-9*#]{1,8}|", "prefix that can be dialled, such as *9")


def caller_id(fields: Fields) -> CallerIdRule:
    return cast("CallerIdRule", fields.matching("caller_id", "main|own", "caller id rule (main or own)"))


def overload_answer(fields: Fields) -> OverloadAnswer:
    expected = "answer (spoken or refused)"
    return cast("OverloadAnswer", fields.matching("overload_answer", "spoken|refused", expected))


def referral_rule(fields: Fields) -> ReferralRule:
    expected = "rule (function, unit or switchboard)"
    return cast("ReferralRule", fields.matching("autoreply_refers_to", "function|unit|switchboard", expected))


def ring_seconds(fields: Fields) -> int:
    return fields.number("ring_seconds", 1, 600)


def authority(fields: Fields) -> Authority:
    return Authority(
        id=fields.number("id"),
        name=fields.name("name"),
        main_number=fields.salvage(lambda: e164(fields, "main_number"), ""),
        languages=fields.salvage(lambda: languages(fields), ("sv",)),
        operators_group_id=fields.salvage(lambda: fields.maybe_number("operators_group_id"), None),
        country_code=fields.matching("country_code", "[1-9][0-9]{0,2}", "country code without +, such as 46"),
        area_code=fields.matching("area_code", "[1-9][0-9]*|", "area code without the leading 0, such as 980"),
        private_prefix=fields.salvage(lambda: private_prefix(fields), "*9"),
        caller_id=fields.salvage(lambda: caller_id(fields), "main"),
        overload_answer=fields.salvage(lambda: overload_answer(fields), "spoken"),
        phone_encryption=fields.salvage(lambda: fields.flag("phone_encryption"), True),
    )


def keep_days(fields: Fields, column: str) -> int | None:
    """What cannot be read erases nothing."""
    return fields.salvage(lambda: fields.maybe_number(column, 1, LONGEST_KEPT_DAYS), None)


def policy(fields: Fields) -> Policy:
    return Policy(
        id=fields.number("id"),
        authority_id=fields.number("authority_id"),
        valid_from=fields.day("valid_from"),
        callback_working_days=fields.maybe_number("callback_working_days", 1, LONGEST_TERM_DAYS),
        email_counts=fields.flag("email_counts"),
        mailbox_without_greeting=fields.flag("mailbox_without_greeting"),
        speak_sick_reason=fields.flag("speak_sick_reason"),
        message_max_seconds=fields.number("message_max_seconds", 5, 3600),
        message_silence_seconds=fields.number("message_silence_seconds", 1, 60),
        ring_seconds=ring_seconds(fields),
        abandoned_opens_task=fields.salvage(lambda: fields.flag("abandoned_opens_task"), False),
        abandoned_after_seconds=fields.salvage(lambda: fields.number("abandoned_after_seconds", 0, 3600), 10),
        greeting_max_seconds=fields.salvage(lambda: fields.number("greeting_max_seconds", 2, 600), 60),
        proof_call_seconds=fields.salvage(lambda: fields.number("proof_call_seconds", 1, 3600), 20),
        remind_last_day=fields.salvage(lambda: fields.flag("remind_last_day"), True),
        remind_hours_before=fields.salvage(lambda: fields.number("remind_hours_before", 0, 23), 2),
        workday_start=fields.salvage(lambda: fields.time_of_day("workday_start"), DAY_STARTS),
        workday_end=fields.salvage(lambda: fields.time_of_day("workday_end"), DAY_ENDS),
        mail_audio=fields.salvage(lambda: fields.flag("mail_audio"), False),
        keep_audio_days=keep_days(fields, "keep_audio_days"),
        keep_calls_days=keep_days(fields, "keep_calls_days"),
        keep_tasks_days=keep_days(fields, "keep_tasks_days"),
        keep_letters_days=keep_days(fields, "keep_letters_days"),
        keep_audit_days=keep_days(fields, "keep_audit_days"),
        keep_absences_days=keep_days(fields, "keep_absences_days"),
        keep_greetings_days=keep_days(fields, "keep_greetings_days"),
        autoreply_mail=fields.salvage(lambda: fields.flag("autoreply_mail"), True),
        autoreply_refers_to=fields.salvage(lambda: referral_rule(fields), "function"),
        autoreply_min_hours=fields.salvage(lambda: fields.number("autoreply_min_hours", 0, 1000), 0),
        unanswered_calls=fields.salvage(lambda: fields.number("unanswered_calls", 0, 100), 3),
        unanswered_diverts=fields.salvage(lambda: fields.flag("unanswered_diverts"), False),
        greeting_reminder_days=fields.salvage(lambda: fields.number("greeting_reminder_days", 0, 3650), 30),
    )


def day_off(fields: Fields) -> DayOff:
    rule = fields.matching("rule", "midsummer_eve|christmas_eve|new_years_eve|date", "rule for a day off")
    return DayOff(
        id=fields.number("id"),
        authority_id=fields.number("authority_id"),
        rule=cast("EveRule", rule),
        on=fields.day("on_date") if rule == "date" else None,
    )


def unit(fields: Fields) -> Unit:
    return Unit(
        id=fields.number("id"),
        authority_id=fields.number("authority_id"),
        name=fields.salvage(lambda: fields.name("name"), ""),
        parent_id=fields.salvage(lambda: fields.maybe_number("parent_id"), None),
        schedule_id=fields.salvage(lambda: fields.maybe_number("schedule_id"), None),
        answering_point=fields.salvage(lambda: fields.maybe_destination("answering"), None),
        manager_id=fields.salvage(lambda: fields.maybe_number("manager_id"), None),
    )


def watcher(fields: Fields) -> Watcher:
    """A row that cannot be read watches nothing: better a gap that is shown than the wrong person."""
    return Watcher(
        id=fields.number("id"),
        person_id=fields.number("person_id"),
        unit_id=fields.maybe_number("unit_id"),
        group_id=fields.maybe_number("group_id"),
        weekday=fields.maybe_number("weekday", 0, 6),
        first=fields.maybe_day("first_date"),
        last=fields.maybe_day("last_date"),
        substitute_id=fields.salvage(lambda: fields.maybe_number("substitute_id"), None),
    )


def person(fields: Fields) -> Person:
    return Person(
        id=fields.number("id"),
        authority_id=fields.number("authority_id"),
        name=fields.salvage(lambda: fields.name("name"), ""),
        unit_id=fields.salvage(lambda: fields.maybe_number("unit_id"), None),
        title=fields.text("title"),
        language=fields.salvage(lambda: language(fields, "language"), "sv"),
        mailbox=fields.salvage(lambda: fields.flag("mailbox"), True),
        ring_seconds=fields.salvage(lambda: fields.maybe_number("ring_seconds", 1, 600), None),
        call_class_id=fields.salvage(lambda: fields.maybe_number("call_class_id"), None),
    )


def extension(fields: Fields) -> Extension:
    return Extension(
        id=fields.number("id"),
        authority_id=fields.number("authority_id"),
        digits=fields.matching("digits", "[0-9]{1,10}", "row of digits such as 211"),
        destination=fields.salvage(lambda: fields.destination("destination"), TO_OPERATORS),
    )


def phone_number(fields: Fields) -> PhoneNumber:
    return PhoneNumber(
        id=fields.number("id"),
        authority_id=fields.number("authority_id"),
        e164=e164(fields, "e164"),
        destination=fields.salvage(lambda: fields.destination("destination"), TO_OPERATORS),
    )


def device(fields: Fields) -> Device:
    return Device(
        id=fields.number("id"),
        person_id=fields.number("person_id"),
        account=fields.matching("account", "[A-Za-z0-9._-]{1,64}", "account (letters, digits, . _ -)"),
        enabled=fields.flag("enabled"),
    )


def function_group(fields: Fields) -> FunctionGroup:
    return FunctionGroup(
        id=fields.number("id"),
        authority_id=fields.number("authority_id"),
        name=fields.salvage(lambda: fields.name("name"), ""),
        unit_id=fields.salvage(lambda: fields.maybe_number("unit_id"), None),
        order=fields.salvage(lambda: fields.choice("ring_order", RingOrder), RingOrder.ALL),
        minimum_staffing=fields.salvage(lambda: fields.number("minimum_staffing", 0, 1000), 0),
        schedule_id=fields.salvage(lambda: fields.maybe_number("schedule_id"), None),
        ring_seconds=fields.salvage(lambda: ring_seconds(fields), 25),
        operators=fields.flag("operators"),
    )


def function_member(fields: Fields) -> FunctionMember:
    return FunctionMember(
        id=fields.number("id"),
        group_id=fields.number("group_id"),
        person_id=fields.number("person_id"),
        position=fields.salvage(lambda: fields.number("position"), 0),
    )
