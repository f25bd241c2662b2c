"""Routes: the demo by a table, then rules, chains, units and phones one by one."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import (
    Destination,
    DestinationKind,
    Device,
    Extension,
    FunctionGroup,
    PhoneNumber,
    RoutingRule,
    RuleAction,
    ScheduleException,
)
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.routing import (
    Route,
    ToAnnouncement,
    ToClosed,
    ToGroup,
    ToMailbox,
    ToOperators,
    ToPerson,
    ToRefusal,
    decide_route,
    explain_route,
    mailbox_of,
)
from tests.builders import (
    ANNA,
    BYGGLOV,
    BYGGLOV_GROUP,
    BYGGLOV_HOURS,
    CITIZEN,
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
    calendar_of,
    norrby,
    phone_call,
    to_extension,
    to_group,
    to_person,
    to_unit,
    trunk_call,
)
from tests.domain.calendars import local

ANNOUNCEMENT = Destination(DestinationKind.ANNOUNCEMENT, "water-leak")


def route(
    called: str, directory: DirectoryIndex | None = None, at: datetime = NOW, caller: str | None = CITIZEN
) -> Route:
    return decide_route(trunk_call(called, caller, at), directory or norrby(), calendar_of, at)


def dial(account: str, called: str, directory: DirectoryIndex | None = None, at: datetime = NOW) -> Route:
    return decide_route(phone_call(account, called, at), directory or norrby(), calendar_of, at)


def told(found: Route) -> str:
    """The route in a few words, as the table writes it."""
    match found:
        case ToPerson(person=person):
            return f"person {person.name}"
        case ToGroup(group=group):
            return f"group {group.name}"
        case ToOperators(authority=authority, announce_unknown=unknown):
            return f"{'unknown, ' if unknown else ''}operators for {authority.name}"
        case ToClosed(where=where, opens_at=opens_at):
            return f"closed {where.text} until {opens_at:%a %H:%M}" if opens_at else f"closed {where.text}"
        case ToMailbox(mailbox=mailbox):
            return f"mailbox of unit {mailbox.unit_id}"
        case ToAnnouncement(prompt_id=prompt_id):
            return f"announcement {prompt_id}"
        case ToRefusal():
            return "refusal"


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
anna   +46701234567          10:00  unknown, operators for Norrby kommun
ghost  211                   10:00  operators for Norrby kommun
""".strip().splitlines()[1:]


@pytest.mark.requirement("R23")
@pytest.mark.requirement("R39")
@pytest.mark.parametrize("line", THE_DEMO)
def test_the_demo(line: str) -> None:
    source, called, clock, expected = line[:7].strip(), line[7:29].strip(), line[29:34], line[36:]
    at = local(f"2026-08-03 {clock}")
    found = route(called, at=at) if source == "trunk" else dial(source, called, at=at)
    assert told(found) == expected


def rule(
    id: int = 1,
    priority: int = 10,
    called: str | None = None,
    caller: str | None = None,
    to: Destination | None = ANNOUNCEMENT,
    authority_id: int = 1,
) -> RoutingRule:
    return RoutingRule(id, authority_id, priority, called, caller, None, "always", RuleAction.ROUTE, to)


def refusal(id: int = 1, priority: int = 10, called: str | None = None, caller: str | None = None) -> RoutingRule:
    return replace(rule(id, priority, called, caller, None), action=RuleAction.REFUSE)


def with_rules(*rules: RoutingRule) -> DirectoryIndex:
    directory = norrby()
    for each in rules:
        directory.put(each)
    return directory


# A rule to an announcement with these patterns: does a call from the trunk to 0980-319211 meet it?
PATTERNS = """
called         caller         caller's number  counts
-              -              +46701740605     yes
+46980319211   -              +46701740605     yes
46980319211    -              +46701740605     yes
0980319211     -              +46701740605     yes
+4698031921X   -              +46701740605     yes
0980!          -              +46701740605     yes
+46980319212   -              +46701740605     no
+46980319      -              +46701740605     no
211            -              +46701740605     no
-              +46701740605   +46701740605     yes
-              0701740605     0701740605       yes
-              +4670.         0046701740605    yes
-              +4670.         +46812345678     no
-              anonymous      +46701740605     no
-              anonymous      anonymous        yes
-              Anonymous      <script>         yes
-              .              anonymous        no
+46980319211   +4670.         +46701740605     yes
+46980319211   +4671.         +46701740605     no
+46980319212   +4670.         +46701740605     no
""".strip().splitlines()[1:]


@pytest.mark.parametrize("line", PATTERNS)
def test_patterns_of_rules(line: str) -> None:
    called, caller, number, counts = line.split()
    patterns = [None if each == "-" else each for each in (called, caller)]
    found = route("+46980319211", with_rules(rule(called=patterns[0], caller=patterns[1])), caller=number)
    assert told(found) == ("announcement water-leak" if counts == "yes" else "person Erik Lund")


def test_a_caller_without_a_number_is_anonymous() -> None:
    directory = with_rules(refusal(caller="anonymous"))
    for caller in (None, "", "  ", "unavailable", "x" * 5000, "\udcff"):
        assert isinstance(route(MAIN_NUMBER, directory, caller=caller), ToRefusal)


def test_a_phone_of_ours_is_never_anonymous() -> None:
    directory = with_rules(refusal(caller="anonymous"))
    assert told(dial("anna", "211", directory)) == "person Erik Lund"
    directory.remove("extension", 210)
    assert told(dial("anna", "211", directory)) == "person Erik Lund"


@pytest.mark.requirement("R39")
def test_rules_see_the_short_digits_of_calls_inside() -> None:
    directory = with_rules(rule(called="21X", caller="210"))
    assert told(dial("anna", "211", directory)) == "announcement water-leak"
    assert told(dial("erik", "211", directory)) == "person Erik Lund"


def test_rules_come_in_order_of_priority_then_id() -> None:
    first, second = rule(7, 5, to=to_person(ANNA)), rule(3, 6, to=ANNOUNCEMENT)
    assert told(route("+46980319211", with_rules(second, first))) == "person Anna Andersson"
    assert told(route("+46980319211", with_rules(replace(first, priority=6), second))) == "announcement water-leak"


def test_the_rules_of_one_authority_are_not_those_of_another() -> None:
    directory = with_rules(replace(rule(), authority_id=2))
    assert told(route("+46980319211", directory)) == "person Erik Lund"
    assert told(route(SODERAS_NUMBER, directory)) == "announcement water-leak"


@pytest.mark.requirement("R23")
@pytest.mark.parametrize(
    ("when", "at", "expected"),
    [
        ("open", NOW, "announcement water-leak"),
        ("open", EVENING, "person Erik Lund"),
        ("closed", NOW, "person Erik Lund"),
        ("closed", EVENING, "announcement water-leak"),
    ],
)
def test_a_rule_for_opening_hours(when: str, at: datetime, expected: str) -> None:
    row = rule()
    row = replace(row, when="open" if when == "open" else "closed", schedule_id=SWITCHBOARD_HOURS)
    assert told(route("+46980319211", with_rules(row), at)) == expected


def test_a_rule_can_catch_a_number_that_nobody_has() -> None:
    directory = with_rules(rule(called="+4640628049X", to=to_extension("11"), authority_id=2))
    found = route("+46406280499", directory)
    assert isinstance(found, ToPerson)
    assert (found.person, found.authority) == (EXPEDITION, SODERAS)
    everything = with_rules(rule())
    assert told(route("+46980319999", everything)) == "unknown, operators for Norrby kommun"


def test_a_refusal_says_which_rule() -> None:
    found = route(MAIN_NUMBER, with_rules(refusal(5, caller="+46701740605")))
    assert isinstance(found, ToRefusal)
    assert (found.reason.table, found.reason.key, found.reason.fault) == ("routing_rule", "5", False)


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
    assert (told(by_day), told(by_night)) == ("operators for Norrby kommun", f"mailbox of unit {BYGGLOV.id}")
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


def test_every_step_of_the_decision_is_told() -> None:
    directory = with_rules(rule(4, called="+46980319212"), replace(rule(5, caller="anonymous"), priority=20))
    explanation = explain_route(trunk_call("0980319220"), directory, calendar_of, NOW)
    assert explanation.steps == (
        "phone_number 220 of authority 1 was dialled",
        "rule 4 does not count: called",
        "rule 5 does not count: caller",
        "phone_number 220 leads to function_group 2",
        "schedule 2 is open",
    )
    assert explanation.route.reason.text == "phone_number 220: to function group 2"


def test_a_disabled_phone_still_reaches_somebody() -> None:
    directory = norrby()
    directory.put(Device(ANNA.id, ANNA.id, "anna", enabled=False))
    assert told(dial("anna", "211", directory)) == "person Erik Lund"
