"""The demo's directory and its calls as values: a true small world for every test that needs one.

`norrby()` gives a fresh index each time; change it with `put`, `remove` and `record_fault`.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from switchboard.domain.call import IncomingCall
from switchboard.domain.directory import (
    Absence,
    AbsenceReason,
    Authority,
    Destination,
    DestinationKind,
    Device,
    Extension,
    FunctionGroup,
    FunctionMember,
    Greeting,
    GreetingKind,
    OpeningPeriod,
    OperatorSession,
    OwnerKind,
    Person,
    PhoneNumber,
    Policy,
    Schedule,
    Unit,
)
from switchboard.domain.directory_index import DirectoryIndex, Record
from switchboard.domain.diversion import PhoneState
from switchboard.domain.working_days import WorkingCalendar
from tests.domain.calendars import CALENDAR, THREE_EVES, local

NOW = local("2026-08-03 10:00")
"""A Monday morning in opening hours."""
EVENING = local("2026-08-03 18:00")
MAIN_NUMBER, SODERAS_NUMBER = "+46980319200", "+46406280400"
CITIZEN = "+46701740605"

NORRBY = Authority(1, "Norrby kommun", MAIN_NUMBER, ("sv", "en"), operators_group_id=1, area_code="980")
SODERAS = Authority(2, "Söderås kommunalteknik", SODERAS_NUMBER, ("sv", "en"), operators_group_id=1, area_code="40")

OPERATORS = Destination(DestinationKind.OPERATORS)
REFUSE = Destination(DestinationKind.REFUSE)

BYGGLOV = Unit(1, 1, "Bygglov", answering_point=Destination(DestinationKind.FUNCTION_GROUP, "2"))
SOCIALTJANST = Unit(2, 1, "Socialtjänst", answering_point=OPERATORS)
GATA_PARK = Unit(3, 1, "Gata/park", answering_point=OPERATORS)
VAXEL = Unit(4, 1, "Växeln", answering_point=OPERATORS)
DRIFT = Unit(5, 2, "Drift", answering_point=Destination(DestinationKind.EXTENSION, "11"))

OP1 = Person(1, 1, "Olivia Persson", VAXEL.id, "telefonist")
OP2 = Person(2, 1, "Oskar Palm", VAXEL.id, "telefonist")
ANNA = Person(10, 1, "Anna Andersson", BYGGLOV.id, "handläggare")
ERIK = Person(11, 1, "Erik Lund", BYGGLOV.id, "handläggare")
MARIA = Person(12, 1, "Maria Berg", SOCIALTJANST.id, "socialsekreterare")
JOHAN = Person(13, 1, "Johan Ek", SOCIALTJANST.id, "socialsekreterare")
ASA = Person(14, 1, "Åsa Öberg", GATA_PARK.id, "parkingenjör")
NILS = Person(20, 2, "Nils Ås", DRIFT.id, "drifttekniker")
EXPEDITION = Person(21, 2, "Expeditionen", DRIFT.id)
PEOPLE = (OP1, OP2, ANNA, ERIK, MARIA, JOHAN, ASA, NILS, EXPEDITION)

DIGITS = {OP1: "201", OP2: "202", ANNA: "210", ERIK: "211", MARIA: "212", JOHAN: "213", ASA: "214"}
SODERAS_DIGITS = {NILS: "10", EXPEDITION: "11"}
ACCOUNTS = {
    OP1: "op1",
    OP2: "op2",
    ANNA: "anna",
    ERIK: "erik",
    MARIA: "maria",
    JOHAN: "johan",
    ASA: "asa",
    NILS: "nils",
    EXPEDITION: "expedition",
}

SWITCHBOARD_HOURS, BYGGLOV_HOURS = 1, 2
OPERATOR_GROUP = FunctionGroup(1, 1, "Växeln", VAXEL.id, schedule_id=SWITCHBOARD_HOURS, operators=True)
BYGGLOV_GROUP = FunctionGroup(2, 1, "Bygglov", BYGGLOV.id, minimum_staffing=1, schedule_id=BYGGLOV_HOURS)

ERIK_AWAY, MARIA_AWAY, JOHAN_AWAY, NILS_AWAY = 1, 2, 3, 4


def norrby(now: datetime = NOW) -> DirectoryIndex:
    """Norrby and Söderås as in the demo; absences lie around `now`. Both operators are signed in."""
    return DirectoryIndex(
        [
            NORRBY,
            SODERAS,
            Policy(1, 1, date(2024, 1, 1), callback_working_days=1),
            Policy(2, 2, date(2024, 1, 1), callback_working_days=2, email_counts=True),
            *THREE_EVES,
            *(BYGGLOV, SOCIALTJANST, GATA_PARK, VAXEL, DRIFT),
            *PEOPLE,
            *(Device(person.id, person.id, account) for person, account in ACCOUNTS.items()),
            weekly(SWITCHBOARD_HOURS, "Växelns öppettider", time(8), time(16, 30)),
            weekly(BYGGLOV_HOURS, "Bygglovs telefontider", time(9), time(12)),
            *(OPERATOR_GROUP, BYGGLOV_GROUP),
            FunctionMember(1, OPERATOR_GROUP.id, OP1.id, 1),
            FunctionMember(2, OPERATOR_GROUP.id, OP2.id, 2),
            FunctionMember(3, BYGGLOV_GROUP.id, ANNA.id, 1),
            FunctionMember(4, BYGGLOV_GROUP.id, ERIK.id, 2),
            OperatorSession(1, OP1.id, OPERATOR_GROUP.id),
            OperatorSession(2, OP2.id, OPERATOR_GROUP.id),
            *_numbers(),
            *_absences(now),
            *(recording(n, "person", p.id, GreetingKind.NAME) for n, p in enumerate(PEOPLE, start=1)),
            *(recording(20 + p.id, "person", p.id, GreetingKind.PERSONAL) for p in (ANNA, ERIK)),
            recording(51, "authority", NORRBY.id, GreetingKind.ANSWER_PHRASE),
            recording(52, "authority", NORRBY.id, GreetingKind.NAME),
            recording(53, "function_group", BYGGLOV_GROUP.id, GreetingKind.NAME),
            recording(54, "unit", BYGGLOV.id, GreetingKind.NAME),
        ]
    )


def to_person(person: Person) -> Destination:
    return Destination(DestinationKind.PERSON, str(person.id))


def to_group(group: FunctionGroup) -> Destination:
    return Destination(DestinationKind.FUNCTION_GROUP, str(group.id))


def to_unit(unit: Unit) -> Destination:
    return Destination(DestinationKind.UNIT, str(unit.id))


def to_extension(digits: str) -> Destination:
    return Destination(DestinationKind.EXTENSION, digits)


def weekly(id: int, name: str, opens: time, closes: time) -> Schedule:
    """Monday to Friday at the same hours."""
    periods = tuple(OpeningPeriod(10 * id + weekday, id, weekday, opens, closes) for weekday in range(5))
    return Schedule(id, 1, name, periods=periods)


def recording(id: int, owner_kind: OwnerKind, owner_id: int, kind: GreetingKind) -> Greeting:
    return Greeting(id, owner_kind, owner_id, kind, "sv", f"{id:064x}")


def _numbers() -> list[Record]:
    rows: list[Record] = [PhoneNumber(1, 1, MAIN_NUMBER, OPERATORS), PhoneNumber(2, 2, SODERAS_NUMBER, OPERATORS)]
    leads = {digits: to_person(person) for person, digits in DIGITS.items()} | {"220": to_group(BYGGLOV_GROUP)}
    for digits, destination in leads.items():
        rows.append(Extension(int(digits), 1, digits, destination))
        rows.append(PhoneNumber(int(digits), 1, f"+46980319{digits}", destination))
    for person, digits in SODERAS_DIGITS.items():
        rows.append(Extension(int(digits), 2, digits, to_person(person)))
        rows.append(PhoneNumber(int(digits), 2, f"+464062804{digits}", to_person(person)))
    return rows


def _absences(now: datetime) -> list[Record]:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    afternoon = max(now + timedelta(minutes=30), today.replace(hour=14, minute=30))
    next_week = today + timedelta(days=7, hours=8)
    return [
        absence(ERIK_AWAY, ERIK, AbsenceReason.VACATION, today - timedelta(days=7), next_week, ANNA),
        absence(MARIA_AWAY, MARIA, AbsenceReason.MEETING, now - timedelta(hours=1), afternoon),
        absence(JOHAN_AWAY, JOHAN, AbsenceReason.SICK, today, today + timedelta(days=1), MARIA),
        absence(NILS_AWAY, NILS, AbsenceReason.VACATION, today - timedelta(days=3), next_week, EXPEDITION),
    ]


def absence(
    id: int,
    person: Person,
    reason: AbsenceReason,
    start: datetime,
    until: datetime | None,
    deputy: Person | None = None,
    open: bool = False,
) -> Absence:
    return Absence(id, person.id, reason, start, until, open, deputy.id if deputy else None)


def phones(**changed: PhoneState) -> Mapping[str, PhoneState]:
    """Every phone of the demo is free, but Åsa's, which is not registered; `anna=PhoneState.BUSY` changes one."""
    return dict.fromkeys(ACCOUNTS.values(), PhoneState.FREE) | {"asa": PhoneState.UNREGISTERED} | changed


def calendar_of(authority_id: int) -> WorkingCalendar:
    """Both authorities keep the same calendar, which ends with 2030."""
    del authority_id
    return CALENDAR


def trunk_call(called: str, caller: str | None = CITIZEN, at: datetime = NOW) -> IncomingCall:
    return IncomingCall("call-1", called, caller, None, "trunk", None, at)


def phone_call(account: str | None, called: str, at: datetime = NOW) -> IncomingCall:
    """From one of our phones, which shows its account as the caller."""
    return IncomingCall("call-1", called, account, None, "phone", account, at)
