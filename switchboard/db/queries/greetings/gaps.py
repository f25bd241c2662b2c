"""Who lacks a greeting of their own (R12, R13): with an extension and a mailbox, and in some language of the authority
neither the greeting for always nor those for present and absent together. One for a while, or for one reason, is none.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, and_, case, cast, func, literal, not_, or_, select

from switchboard.db.queries.names import authority_is
from switchboard.db.tables import authority, extension, greeting, person, unit
from switchboard.domain.directory import LANGUAGES
from switchboard.views import LackingGreetingView

LACKING_KEY = (person.c.id,)


def lacking_people(of_authority: str | None, now: datetime) -> Select[Any]:
    """`of_authority`: an id in digits or a name."""
    lacks = {language: and_(_spoken(language), not_(_covered(language, now))) for language in LANGUAGES}
    digits = (
        select(func.min(extension.c.digits))
        .where(extension.c.destination_kind == "person", extension.c.destination_key == cast(person.c.id, Text))
        .scalar_subquery()
    )
    named = person.join(authority, authority.c.id == person.c.authority_id).outerjoin(
        unit, unit.c.id == person.c.unit_id
    )
    statement = (
        select(
            person.c.id,
            person.c.name,
            authority.c.name.label("authority"),
            unit.c.name.label("unit"),
            digits.label("extension"),
            *(case((lacking, 1), else_=0).label(f"lacks_{language}") for language, lacking in lacks.items()),
        )
        .select_from(named)
        .where(person.c.mailbox.is_(True), digits.is_not(None), or_(*lacks.values()))
    )
    return statement.where(authority_is(person.c.authority_id, of_authority)) if of_authority else statement


def lacking_view(row: Row[Any]) -> LackingGreetingView:
    languages = tuple(language for language in LANGUAGES if getattr(row, f"lacks_{language}"))
    return LackingGreetingView(row.id, row.name, row.authority, row.unit, row.extension, languages)


def _spoken(language: str) -> ColumnElement[bool]:
    listed = literal(",") + func.replace(authority.c.languages, " ", "") + literal(",")
    return listed.like(f"%,{language},%")


def _covered(language: str, now: datetime) -> ColumnElement[bool]:
    always, present, absent = (_recorded(language, situation, now) for situation in ("always", "present", "absent"))
    return or_(always, and_(present, absent))


def _recorded(language: str, situation: str, now: datetime) -> ColumnElement[bool]:
    mine = greeting.alias(f"greeting_{language}_{situation}").c
    return (
        select(mine.id)
        .where(
            mine.owner_kind == "person",
            mine.owner_id == person.c.id,
            mine.kind == "personal",
            mine.language == language,
            mine.situation == situation,
            mine.reason.is_(None),
            or_(mine.valid_until.is_(None), mine.valid_until > now),
        )
        .exists()
    )
