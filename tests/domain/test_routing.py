"""Routes: the demo by a table, then rules, chains, units and phones one by one."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import (
    Destination,
    Device,
    Extension,
    FunctionGroup,
    PhoneNumber,
    ScheduleException,
)
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.routing import (
    ToClosed,
    mailbox_of,
)
from tests.builders import (
    ANNA,
    BYGGLOV,
    BYGGLOV_GROUP,
    BYGGLOV_HOURS,
    DRIFT,
    ERIK,
    EVENING,
    EXPEDITION,
    MAIN_NUMBER,
    NOW,
    OPERATOR_GROUP,
    OPERATORS,
    REFUSE,
    SODERAS,
    SODERAS_NUMBER,
    SWITCHBOARD_HOURS,
    VAXEL,
    norrby,
    to_extension,
    to_group,
    to_person,
    to_unit,
)
from tests.domain.calendars import local
from tests.domain.routes import ANNOUNCEMENT, dial, route, rule, told, with_rules

THE_DEMO = """
from   called                at     route
trunk  +46980319200          10:00  operators for Norrby kommun
trunk  46980319200           10:00  operators for Norrby kommun
trunk  0980-319200           10:00  operators for Norrby kommun
trunk  +46980319200          07:59  closed Norrby kommun until Mon 08:00
trunk  +46980319200          16:30  closed Norrby kommun until Tue 08:00
trunk  +46406280400          10:00  operators for Söderås kommunalteknik
trunk  +46406280400          17:00  closed Söderås kommunalteknik until Tue 08:00
trunk  +46980319210          10:00  person Anna Andersson
trunk  +46980319210          23:00  person Anna Andersson
trunk  0980319211            10:00  person Erik Lund
trunk  +46980319220          10:00  group Bygglov
trunk  +46980319220          12:00  closed Bygglov until Tue 09:00
trunk  040-628 04 10         10:00  person Nils Ås
trunk  +46980319999          10:00  unknown, operators for Norrby kommun
trunk  +46980319999          18:00  unknown, closed Norrby kommun until Tue 08:00
trunk  +46406280499          10:00  unknown, operators for Söderås kommunalteknik
trunk  +46701234567          10:00  unknown, operators for Norrby kommun
trunk  0980-CITY             10:00  unknown, operators for Norrby kommun
trunk  211                   10:00  unknown, operators for Norrby kommun
anna   211                   10:00  person Erik Lund
anna   220                   10:00  group Bygglov
anna   10                    10:00  unknown, operators for Norrby kommun
nils   10                    10:00  person Nils Ås
nils   211                   10:00  unknown, operators for Söderås kommunalteknik
nils   0980-319211           10:00  person Erik Lund
anna   319211                10:00  person Erik Lund
anna   +46406280400          10:00  operators for Söderås kommunalteknik
anna   +46701234567          10:00  outside +46701234567 as +46980319200
anna   070-123 45 67         23:00  outside +46701234567 as +46980319200
anna   +46980319999          10:00  unknown, operators for Norrby kommun
nils   6280499               10:00  unknown, operators for Söderås kommunalteknik
anna   *90701234567          10:00  private outside +46701234567 as +46980319200
anna   *9211                 10:00  person Erik Lund
anna   211#                  10:00  person Erik Lund
anna   0980-319211#          10:00  person Erik Lund
anna   112                   23:00  emergency outside 112 as +46980319200
ghost  112                   10:00  emergency outside 112 as +46980319200
anna   *9112#                10:00  emergency outside 112 as +46980319200
anna   +46112                10:00  unknown, operators for Norrby kommun
anna   1177                  10:00  outside 1177 as +46980319200
anna   11414                 10:00  outside 11414 as +46980319200
anna   *20                   10:00  desk SignIn()
anna   *8211                 10:00  desk MailboxOf(extension='211')
ghost  *20                   10:00  operators for Norrby kommun
trunk  112                   10:00  unknown, operators for Norrby kommun
trunk  *20                   10:00  unknown, operators for Norrby kommun
trunk  *90701234567          10:00  unknown, operators for Norrby kommun
ghost  211                   10:00  operators for Norrby kommun
ghost  211                   18:00  closed Norrby kommun until Tue 08:00
""".strip().splitlines()[1:]


@pytest.mark.requirement("R23")
@pytest.mark.requirement("R39")
@pytest.mark.parametrize("line", THE_DEMO)
def test_the_demo(line: str) -> None:
    source, called, clock, expected = line[:7].strip(), line[7:29].strip(), line[29:34], line[36:]
    at = local(f"2026-08-03 {clock}")
    found = route(called, at=at) if source == "trunk" else dial(source, called, at=at)
    assert told(found) == expected


def lead(destination: Destination, number: str = "+46980319250") -> DirectoryIndex:
    """The demo, with one more number that leads there."""
    directory = norrby()
    directory.put(PhoneNumber(250, 1, number, destination))
    return directory


DESTINATIONS = [
    (to_person(ANNA), "person Anna Andersson"),
    (to_group(BYGGLOV_GROUP), "group Bygglov"),
    (to_group(OPERATOR_GROUP), "operators for Norrby kommun"),
    (OPERATORS, "operators for Norrby kommun"),
    (ANNOUNCEMENT, "announcement water-leak"),
    (to_extension("220"), "group Bygglov"),
    (to_unit(BYGGLOV), "group Bygglov"),
    (to_unit(VAXEL), "operators for Norrby kommun"),
    (to_unit(DRIFT), "person Expeditionen"),
    (REFUSE, "refusal"),
]


@pytest.mark.requirement("R22")
@pytest.mark.parametrize(("destination", "expected"), DESTINATIONS)
def test_every_kind_of_destination(destination: Destination, expected: str) -> None:
    found = route("+46980319250", lead(destination))
    assert told(found) == expected
    assert not found.reason.fault


@pytest.mark.parametrize(("destination", "expected"), DESTINATIONS)
def test_a_rule_leads_to_the_same(destination: Destination, expected: str) -> None:
    assert told(route("+46980319211", with_rules(rule(to=destination)))) == expected


def test_a_person_of_another_authority_keeps_its_rules() -> None:
    found = route("+46980319250", lead(to_person(EXPEDITION)))
    assert found.authority == SODERAS


def test_a_chain_of_extensions_is_followed() -> None:
    directory = lead(to_extension("251"))
    directory.put(Extension(251, 1, "251", to_extension("252")))
    directory.put(Extension(252, 1, "252", to_unit(BYGGLOV)))
    assert told(route("+46980319250", directory)) == "group Bygglov"


@pytest.mark.requirement("R23")
def test_a_closed_group_takes_a_message_for_its_unit() -> None:
    found = route("+46980319220", at=EVENING)
    assert isinstance(found, ToClosed)
    assert found.mailbox == Mailbox(1, unit_id=BYGGLOV.id, group_id=BYGGLOV_GROUP.id)
    assert found.opens_at == local("2026-08-04 09:00")
    assert found.where.recordings


@pytest.mark.requirement("R23")
def test_an_exception_and_a_holiday_close_the_switchboard() -> None:
    directory = norrby()
    hours = directory.schedule(SWITCHBOARD_HOURS)
    assert hours is not None
    day = date(2026, 8, 3)
    directory.put(replace(hours, exceptions=(ScheduleException(1, hours.id, day, day, time(13), time(14)),)))
    assert told(route(MAIN_NUMBER, directory)) == "closed Norrby kommun until Mon 13:00"
    assert told(route(MAIN_NUMBER, directory, local("2026-08-03 13:30"))) == "operators for Norrby kommun"
    assert told(route(MAIN_NUMBER, at=local("2026-12-24 10:00"))) == "closed Norrby kommun until Mon 08:00"


@pytest.mark.requirement("R22")
def test_a_unit_without_answering_point() -> None:
    directory = lead(to_unit(BYGGLOV))
    directory.put(replace(BYGGLOV, answering_point=None))
    by_day, by_night = route("+46980319250", directory), route("+46980319250", directory, EVENING)
    assert (told(by_day), told(by_night)) == ("operators for Norrby kommun", "closed Bygglov until Tue 08:00")
    assert mailbox_of(by_night) == Mailbox(1, unit_id=BYGGLOV.id)
    for found in (by_day, by_night):
        assert found.reason.fault
        assert (found.reason.table, found.reason.key) == ("unit", str(BYGGLOV.id))


@pytest.mark.requirement("R23")
def test_a_closed_unit_says_so_and_takes_a_message() -> None:
    directory = lead(to_unit(BYGGLOV))
    directory.put(replace(BYGGLOV, schedule_id=BYGGLOV_HOURS))
    found = route("+46980319250", directory, EVENING)
    assert told(found) == "closed Bygglov until Tue 09:00"
    assert mailbox_of(found) == Mailbox(1, unit_id=BYGGLOV.id)


def test_a_group_without_hours_is_always_open() -> None:
    directory = norrby()
    directory.put(FunctionGroup(BYGGLOV_GROUP.id, 1, "Bygglov"))
    assert told(route("+46980319220", directory, EVENING)) == "group Bygglov"


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(
    ("called", "at", "mailbox"),
    [
        ("+46980319211", NOW, Mailbox(1, person_id=ERIK.id)),
        ("+46980319220", NOW, Mailbox(1, unit_id=BYGGLOV.id, group_id=BYGGLOV_GROUP.id)),
        ("+46980319220", EVENING, Mailbox(1, unit_id=BYGGLOV.id, group_id=BYGGLOV_GROUP.id)),
        (SODERAS_NUMBER, NOW, Mailbox(2)),
        ("nonsense", NOW, Mailbox(1)),
    ],
)
def test_whose_message_it_is(called: str, at: datetime, mailbox: Mailbox) -> None:
    assert mailbox_of(route(called, at=at)) == mailbox


def test_an_extension_of_ones_own_authority_goes_before_a_local_number() -> None:
    directory = norrby()
    directory.put(Extension(900, 1, "319211", to_person(ANNA)))
    assert told(dial("anna", "319211", directory)) == "person Anna Andersson"


def test_a_country_of_its_own() -> None:
    directory = norrby()
    directory.put(replace(SODERAS, country_code="358"))
    directory.put(PhoneNumber(2, 2, "+358501234567", to_person(EXPEDITION)))
    assert told(route("0501234567", directory)) == "person Expeditionen"
    assert told(route("0980319211", directory)) == "person Erik Lund"


def test_a_disabled_phone_still_reaches_somebody() -> None:
    directory = norrby()
    directory.put(Device(ANNA.id, ANNA.id, "anna", enabled=False))
    assert told(dial("anna", "211", directory)) == "person Erik Lund"
