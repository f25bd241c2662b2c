"""Who there is and how they are reached: authorities, units, people, numbers, phones, groups."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text, UniqueConstraint, false, true

from switchboard.db.tables.columns import LocalDate
from switchboard.db.tables.registry import destination_columns, metadata, of_authority, own_id

authority = Table(
    "authority",
    metadata,
    own_id(),
    Column("name", Text, nullable=False, unique=True, comment="Name as it is shown and read, e.g. Norrby kommun"),
    Column("main_number", Text, nullable=False, comment="Main number in E.164, e.g. +46980319200"),
    Column(
        "languages",
        Text,
        nullable=False,
        server_default="sv,en",
        comment="Languages spoken, first one first: sv,en",
    ),
    Column("operators_group_id", Integer, comment="Id of the function group that answers for it"),
    Column("country_code", Text, nullable=False, server_default="46", comment="Country code without +"),
    Column(
        "area_code",
        Text,
        nullable=False,
        server_default="",
        comment="Area code without the leading 0, e.g. 980",
    ),
    Column(
        "private_prefix",
        Text,
        nullable=False,
        server_default="*9",
        comment="Dialled before a number it marks a private call; empty text: nothing does",
    ),
    Column(
        "caller_id",
        Text,
        nullable=False,
        server_default="main",
        comment="What is shown of outgoing calls: main number, or own",
    ),
    Column(
        "overload_answer",
        Text,
        nullable=False,
        server_default="spoken",
        comment="What its callers get when all lines are busy: spoken (a sentence), or refused (by SIP)",
    ),
    Column(
        "phone_encryption",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Its people's telephones call over TLS with SRTP, or not at all",
    ),
    comment="A kommun, kommunalförbund or bolag: everything else belongs to one",
    sqlite_autoincrement=True,
)

authority_day_off = Table(
    "authority_day_off",
    metadata,
    own_id(),
    of_authority(),
    Column("rule", Text, nullable=False, comment="midsummer_eve, christmas_eve, new_years_eve or date"),
    Column("on_date", LocalDate, comment="The day, where the rule is date"),
    UniqueConstraint("authority_id", "rule", "on_date"),
    comment="Days that are no working days of the authority, beside the public holidays",
    sqlite_autoincrement=True,
)

unit = Table(
    "unit",
    metadata,
    own_id(),
    of_authority(),
    Column("name", Text, nullable=False, comment="Name of the unit, e.g. Bygglov"),
    Column("parent_id", ForeignKey("unit.id", ondelete="SET NULL"), comment="The unit above it"),
    Column("schedule_id", ForeignKey("schedule.id", ondelete="SET NULL"), comment="Its opening hours"),
    *destination_columns("answering", required=False),
    Column("manager_id", Integer, comment="Id of the person who is responsible"),
    Column("email", Text, nullable=False, server_default="", comment="Function mailbox for messages to the unit"),
    UniqueConstraint("authority_id", "name"),
    comment="The organisation, as a tree",
    sqlite_autoincrement=True,
)

person = Table(
    "person",
    metadata,
    own_id(),
    of_authority(),
    Column("name", Text, nullable=False, index=True, comment="First name and surname"),
    Column("unit_id", ForeignKey("unit.id", ondelete="SET NULL"), index=True, comment="The unit where they work"),
    Column("title", Text, nullable=False, server_default="", comment="Title, e.g. handläggare"),
    Column("duties", Text, nullable=False, server_default="", comment="What they do, in words to search for"),
    Column("keywords", Text, nullable=False, server_default="", comment="More words to search for"),
    Column("email", Text, nullable=False, server_default="", comment="E-mail address"),
    Column(
        "mail_login",
        Text,
        nullable=False,
        server_default="",
        comment="Login at the mail server, for the autoreply; empty: the e-mail address",
    ),
    Column("language", Text, nullable=False, server_default="sv", comment="The person's own language: sv or en"),
    Column("pin_hash", Text, comment="Argon2 hash of the keypad PIN; empty: none chosen yet"),
    Column("mailbox", Boolean, nullable=False, server_default=true(), comment="Callers may leave messages"),
    Column("ring_seconds", Integer, comment="How long the phones ring; empty: as the policy says"),
    Column(
        "call_class_id",
        Integer,
        comment="Id of the call class: what they may dial; empty: Swedish numbers but premium ones",
    ),
    comment="Staff and elected members who can be reached",
    sqlite_autoincrement=True,
)

extension = Table(
    "extension",
    metadata,
    own_id(),
    of_authority(),
    Column("digits", Text, nullable=False, comment="Short number inside the authority, e.g. 211"),
    *destination_columns("destination", required=True),
    UniqueConstraint("authority_id", "digits"),
    comment="Short numbers inside an authority",
    sqlite_autoincrement=True,
)

phone_number = Table(
    "phone_number",
    metadata,
    own_id(),
    of_authority(),
    Column("e164", Text, nullable=False, unique=True, comment="Public number in E.164, e.g. +46980319211"),
    *destination_columns("destination", required=True),
    comment="Public numbers and where each leads",
    sqlite_autoincrement=True,
)

device = Table(
    "device",
    metadata,
    own_id(),
    Column(
        "person_id",
        ForeignKey("person.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
        comment="Whose phone it is",
    ),
    Column(
        "account",
        Text,
        nullable=False,
        unique=True,
        comment="SIP user name, and the endpoint's name in Asterisk",
    ),
    Column("password", Text, nullable=False, comment="SIP password (secret); Asterisk needs it as it is"),
    Column("enabled", Boolean, nullable=False, server_default=true(), comment="The phone may register and ring"),
    comment="The authority's own phones (SIP accounts)",
    sqlite_autoincrement=True,
)

function_group = Table(
    "function_group",
    metadata,
    own_id(),
    of_authority(),
    Column("name", Text, nullable=False, comment="Name of the function, e.g. Bygglov"),
    Column("unit_id", ForeignKey("unit.id", ondelete="SET NULL"), comment="The unit that answers for it"),
    Column(
        "ring_order",
        Text,
        nullable=False,
        server_default="all",
        comment="all at once, or in_order of position",
    ),
    Column("minimum_staffing", Integer, nullable=False, server_default="0", comment="Members who must be present"),
    Column(
        "schedule_id",
        ForeignKey("schedule.id", ondelete="SET NULL"),
        comment="Telephone hours; empty: always",
    ),
    Column("ring_seconds", Integer, nullable=False, server_default="25", comment="How long each round rings"),
    Column(
        "operators",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="An operators' group: rings those who have signed in",
    ),
    UniqueConstraint("authority_id", "name"),
    comment="People who answer one number together",
    sqlite_autoincrement=True,
)

function_member = Table(
    "function_member",
    metadata,
    own_id(),
    Column("group_id", ForeignKey("function_group.id", ondelete="CASCADE"), nullable=False, comment="The group"),
    Column(
        "person_id",
        ForeignKey("person.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
        comment="The member",
    ),
    Column(
        "position",
        Integer,
        nullable=False,
        server_default="0",
        comment="Place in the ringing order, lowest first",
    ),
    UniqueConstraint("group_id", "person_id"),
    comment="Members of the function groups",
    sqlite_autoincrement=True,
)
