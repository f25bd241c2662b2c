"""The one collection of all tables, and the columns that many of them share."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Identity, Integer, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def own_id() -> Column[int]:
    return Column("id", Integer, Identity(), primary_key=True, comment="Row number, given by the database")


def of_authority() -> Column[int]:
    """No cascade: an authority that still owns rows cannot be deleted by mistake."""
    return Column(
        "authority_id",
        ForeignKey("authority.id"),
        nullable=False,
        index=True,
        comment="The authority it belongs to",
    )


def mailbox_columns() -> tuple[Column[Any], ...]:
    """For whom a message is. No foreign keys: what was kept must outlive the row it was kept for."""
    return (
        Column("authority_id", Integer, nullable=False, comment="The authority whose rules hold"),
        Column("person_id", Integer, comment="The person it is for, if a person"),
        Column("unit_id", Integer, comment="The unit it is for, if a unit"),
        Column("group_id", Integer, comment="The function group it is for, if a group"),
    )


def destination_columns(prefix: str, required: bool) -> tuple[Column[Any], ...]:
    """Kind and key as text, so that a wrong destination can be stored, reported and routed around."""
    kinds = "person, function_group, operators, announcement, extension, unit, keypad or refuse"
    return (
        Column(f"{prefix}_kind", Text, nullable=not required, comment=f"Where it leads: {kinds}"),
        Column(
            f"{prefix}_key",
            Text,
            comment="Id of the person, group or unit, the prompt id, or the digits; else empty",
        ),
    )
