"""What the demo holds, as data: two authorities with different rules, on numbers reserved for fiction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

OPERATORS = ("operators", None)
KEYPAD = ("keypad", None)
"""Destinations: the kind, and the name of what it leads to."""
Destination = tuple[str, str | None]
IN_FORCE_FROM = date(2024, 1, 1)


@dataclass(frozen=True)
class DemoPerson:
    name: str
    unit: str
    title: str
    account: str | None = None
    duties: str = ""
    keywords: str = ""


@dataclass(frozen=True)
class DemoGroup:
    name: str
    unit: str
    schedule: str
    members: tuple[str, ...]
    operators: bool = False


ABSENCE_CODES = (
    ("1", "meeting", "Möte", "time", "1:00"),
    ("2", "lunch", "Lunch", "time", "1:00"),
    ("3", "business_trip", "Tjänsteresa", "date", "next_working_day"),
    ("4", "vacation", "Semester", "date", "ask"),
    ("5", "sick", "Sjuk", "date", "next_working_day"),
    ("6", "parental_leave", "Föräldraledig", "date", "ask"),
    ("7", "gone_for_day", "Gått för dagen", "time", "next_working_day"),
    ("8", "course", "Kurs", "date", "next_working_day"),
    ("9", "care_of_child", "Vård av barn", "date", "next_working_day"),
    ("0", "temporarily_out", "Tillfälligt ute", "time", "0:30"),
)
"""Norrby's: key, reason, name, meaning of four digits, length without them. Söderås has said nothing."""


@dataclass(frozen=True)
class DemoAuthority:
    """`numbers` gives the destination of each extension; its public number is `prefix` with the digits after it."""

    name: str
    area_code: str
    prefix: str
    main_extension: str
    domain: str
    callback_working_days: int
    email_counts: bool
    operators_of: str
    units: Mapping[str, Destination]
    people: tuple[DemoPerson, ...]
    numbers: Mapping[str, Destination]
    schedules: Mapping[str, tuple[time, time]] = field(default_factory=dict)
    groups: tuple[DemoGroup, ...] = ()
    absence_codes: tuple[tuple[str, str, str, str, str], ...] = ()


NORRBY = DemoAuthority(
    name="Norrby kommun",
    area_code="980",
    prefix="+46980319",
    main_extension="200",
    domain="norrby.example",
    callback_working_days=1,
    email_counts=False,
    operators_of="Norrby kommun",
    units={
        "Växeln": OPERATORS,
        "Bygglov": ("function_group", "Bygglov"),
        "Socialtjänst": OPERATORS,
        "Gata/park": OPERATORS,
    },
    people=(
        DemoPerson("Karin Holm", "Växeln", "kommunvägledare", "op1"),
        DemoPerson("Lars Nyman", "Växeln", "kommunvägledare", "op2"),
        DemoPerson(
            "Anna Andersson", "Bygglov", "handläggare", "anna", "bygglov, attefallshus", "bygga hus altan garage"
        ),
        DemoPerson("Erik Lund", "Bygglov", "handläggare", "erik", "bygglov, marklov", "bygga tomt mur plank"),
        DemoPerson("Maria Berg", "Socialtjänst", "socialsekreterare", "maria", "ekonomiskt bistånd", "bidrag stöd"),
        DemoPerson("Johan Ek", "Socialtjänst", "socialsekreterare", "johan", "familjerätt", "barn vårdnad"),
        DemoPerson("Åsa Öberg", "Gata/park", "gatuingenjör", "asa", "vägar, belysning", "gata lampa snö hål"),
    ),
    numbers={
        "200": OPERATORS,
        "201": ("person", "Karin Holm"),
        "202": ("person", "Lars Nyman"),
        "210": ("person", "Anna Andersson"),
        "211": ("person", "Erik Lund"),
        "212": ("person", "Maria Berg"),
        "213": ("person", "Johan Ek"),
        "214": ("person", "Åsa Öberg"),
        "220": ("function_group", "Bygglov"),
        "299": KEYPAD,
    },
    schedules={"Växelns öppettider": (time(8), time(16, 30)), "Bygglovs telefontid": (time(9), time(12))},
    groups=(
        DemoGroup("Växeln", "Växeln", "Växelns öppettider", ("Karin Holm", "Lars Nyman"), operators=True),
        DemoGroup("Bygglov", "Bygglov", "Bygglovs telefontid", ("Anna Andersson", "Erik Lund")),
    ),
    absence_codes=ABSENCE_CODES,
)

SODERAS = DemoAuthority(
    name="Söderås kommunalteknik",
    area_code="40",
    prefix="+464062804",
    main_extension="00",
    domain="soderas.example",
    callback_working_days=2,
    email_counts=True,
    operators_of="Norrby kommun",
    units={"Expeditionen": OPERATORS, "Drift": ("unit", "Expeditionen")},
    people=(DemoPerson("Nils Ås", "Drift", "drifttekniker", "nils", "vatten, avlopp", "läcka rör brunn"),),
    numbers={"00": OPERATORS, "10": ("person", "Nils Ås")},
)

AUTHORITIES = (NORRBY, SODERAS)
QUEUE = {"distribution": "ring_all", "announce_seconds": 45, "wrap_up_seconds": 0, "keep_place": True}
OVERFLOW = (
    {"situation": "nobody_signed_in", "action": "announcement", "threshold": None, "action_key": None},
    {"situation": "max_wait", "action": "announcement", "threshold": 900, "action_key": None},
    {"situation": "max_length", "action": "message", "threshold": 50, "action_key": None},
    {"situation": "closing", "action": "message", "threshold": 900, "action_key": None},
)
CALL_CLASS = "Personal"
OUTGOING = (
    *((10, pattern, False) for pattern in ("+46900.", "+46939.", "+46944.")),
    *((20, pattern, True) for pattern in ("+46.", "1177", "11313", "11414", "116XXX")),
    *((30, pattern, True) for pattern in ("+45.", "+47.", "+358.")),
)
"""Priority, pattern, allowed: Sweden without premium numbers, its short numbers, the neighbours."""
ACCOUNTS = tuple(person.account for each in AUTHORITIES for person in each.people if person.account)
"""The devices that need a password."""
DAYS_OFF = ("midsummer_eve", "christmas_eve", "new_years_eve")
