"""Who may ring where, and what is shown: class of service, prefix, premium numbers, 112."""

from dataclasses import replace

import pytest

from switchboard.domain.directory import (
    CallClass,
    Destination,
    DestinationKind,
    OutgoingRule,
    PhoneNumber,
    RoutingRule,
    RuleAction,
)
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.routing import (
    NotAllowed,
    ToOperators,
    ToOutside,
    ToPerson,
    decide_own_call,
    mailbox_of,
    number_shown_by,
)
from tests.builders import (
    ANNA,
    EXPEDITION,
    MAIN_NUMBER,
    NORRBY,
    NOW,
    SODERAS,
    calendar_of,
    norrby,
    phone_call,
    to_person,
)
from tests.domain.routes import dial, told
from tests.domain.test_routing_faults import explain

MOBILE = "0701234567"
BY_DEFAULT = """
0701234567     outside +46701234567
+46701234567   outside +46701234567
0046701234567  outside +46701234567
08-123 456 78  outside +46812345678
311200         outside +46980311200
0900123456     not allowed: no class of service, and a premium number
0939-1234567   not allowed: no class of service, and a premium number
+46944123456   not allowed: no class of service, and a premium number
*90944123456   not allowed: no class of service, and a premium number
004712345678   not allowed: no class of service, and a number abroad
+4712345678    not allowed: no class of service, and a number abroad
116117         outside 116117
112            emergency outside 112
0112           emergency outside 112
1 1 2          emergency outside 112
*90112         emergency outside 112
1112           unknown, operators for Norrby kommun
1130           unknown, operators for Norrby kommun
113            unknown, operators for Norrby kommun
99             unknown, operators for Norrby kommun
*9             unknown, operators for Norrby kommun
*999           unknown, operators for Norrby kommun
junk           unknown, operators for Norrby kommun
""".strip().splitlines()


@pytest.mark.parametrize("line", BY_DEFAULT)
def test_without_a_class_of_service(line: str) -> None:
    dialled, expected = line[:15].strip(), line[15:]
    assert told(dial("anna", dialled)).removesuffix(f" as {MAIN_NUMBER}") == expected


def classed(*rules: OutgoingRule) -> DirectoryIndex:
    directory = norrby()
    directory.put(CallClass(3, 1, "Begränsad"))
    directory.put(replace(ANNA, call_class_id=3))
    for each in rules:
        directory.put(each)
    return directory


def outgoing(id: int, pattern: str, allow: bool = True, priority: int = 10) -> OutgoingRule:
    return OutgoingRule(id, 3, priority, pattern, allow)


def allowed(dialled: str, *rules: OutgoingRule) -> bool:
    found = dial("anna", dialled, classed(*rules))
    assert isinstance(found, ToOutside | NotAllowed)
    return isinstance(found, ToOutside)


def test_the_first_rule_that_matches_decides() -> None:
    rules = outgoing(1, "+4670.", allow=False, priority=1), outgoing(2, "+46."), outgoing(3, "+46702!", priority=0)
    assert not allowed(MOBILE, *rules)
    assert allowed("0702123456", *rules)
    assert allowed("08-12345678", *rules)
    assert not allowed("+4712345678", *rules)


def test_a_class_without_a_rule_that_matches_allows_nothing_but_112() -> None:
    assert not allowed(MOBILE)
    assert not allowed("1177")
    assert allowed("1177", outgoing(1, "1177"))
    assert allowed("+4712345678", outgoing(1, "+."))
    assert told(dial("anna", "112", classed())) == f"emergency outside 112 as {MAIN_NUMBER}"


def test_the_reason_names_the_row() -> None:
    found = dial("anna", MOBILE, classed(outgoing(7, "+46!", allow=False)))
    assert found.reason.text == "outgoing_rule 7 of call class 3 forbids it"
    assert (found.reason.table, found.reason.key) == ("outgoing_rule", "7")
    nothing = dial("anna", MOBILE, classed()).reason
    assert (nothing.table, nothing.key) == ("call_class", "3")


def broken_pattern(directory: DirectoryIndex) -> tuple[str, str]:
    directory.put(outgoing(1, "+46[", allow=False))
    return "outgoing_rule", "1"


def recorded_fault(directory: DirectoryIndex) -> tuple[str, str]:
    directory.put(outgoing(1, "+46!"))
    directory.record_fault("outgoing_rule", "1", "pattern: is wrong")
    return "outgoing_rule", "1"


def no_such_class(directory: DirectoryIndex) -> tuple[str, str]:
    directory.put(replace(ANNA, call_class_id=99))
    return "person", str(ANNA.id)


@pytest.mark.parametrize("broken", [broken_pattern, recorded_fault, no_such_class])
def test_where_a_row_is_broken_the_operators_are_asked(broken: object) -> None:
    assert callable(broken)
    directory = classed(outgoing(9, "!", priority=99))
    table, key = broken(directory)
    found = dial("anna", MOBILE, directory)
    assert isinstance(found, ToOperators)
    assert (found.reason.fault, found.reason.table, found.reason.key) == (True, table, key)
    assert told(dial("anna", "112", directory)) == f"emergency outside 112 as {MAIN_NUMBER}"


@pytest.mark.requirement("R40")
def test_the_prefix_marks_a_private_call_and_changes_no_right() -> None:
    found = dial("anna", "*90701234567")
    assert isinstance(found, ToOutside)
    assert (found.private, found.number) == (True, "+46701234567")
    assert not allowed("*90701234567")
    directory = norrby()
    directory.put(replace(NORRBY, private_prefix="9"))
    assert told(dial("anna", "9" + MOBILE, directory)) == f"private outside +46701234567 as {MAIN_NUMBER}"
    assert told(dial("anna", "9112", directory)) == f"emergency outside 112 as {MAIN_NUMBER}"
    directory.put(replace(NORRBY, private_prefix=""))
    assert told(dial("anna", MOBILE, directory)) == f"outside +46701234567 as {MAIN_NUMBER}"


@pytest.mark.parametrize("prefix", ["1", "11", "112", "0"])
def test_no_prefix_stands_in_the_way_of_112(prefix: str) -> None:
    directory = norrby()
    directory.put(replace(NORRBY, private_prefix=prefix))
    for dialled in ("112", prefix + "112"):
        assert told(dial("anna", dialled, directory)) == f"emergency outside 112 as {MAIN_NUMBER}"


def test_an_extension_with_the_prefixs_digit_is_still_an_extension() -> None:
    directory = norrby()
    directory.put(replace(NORRBY, private_prefix="2"))
    assert told(dial("anna", "211", directory)) == "person Erik Lund"


def test_the_number_shown_is_the_authoritys_or_ones_own() -> None:
    directory = norrby()
    directory.put(replace(NORRBY, caller_id="own"))
    assert told(dial("anna", MOBILE, directory)) == "outside +46701234567 as +46980319210"
    assert told(dial("anna", "112", directory)) == "emergency outside 112 as +46980319210"
    directory.put(PhoneNumber(210, 1, "+46980319210", Destination(DestinationKind.EXTENSION, "210")))
    assert told(dial("anna", MOBILE, directory)) == "outside +46701234567 as +46980319210"
    directory.remove("phone_number", 210)
    assert told(dial("anna", MOBILE, directory)) == f"outside +46701234567 as {MAIN_NUMBER}"


def test_an_extension_of_another_authority_is_not_ones_own() -> None:
    directory = norrby()
    directory.put(replace(SODERAS, caller_id="own"))
    directory.remove("phone_number", 11)
    directory.put(PhoneNumber(900, 1, "+46980319900", Destination(DestinationKind.EXTENSION, "11")))
    assert told(dial("expedition", MOBILE, directory)) == "outside +46701234567 as +46406280400"
    assert directory.number_of(EXPEDITION.id) is None


def test_a_number_of_any_of_our_authorities_stays_inside() -> None:
    directory = classed()
    assert told(dial("anna", "040-628 04 10", directory)) == "person Nils Ås"
    directory.put(PhoneNumber(900, 2, "+46701234567", to_person(ANNA)))
    assert told(dial("anna", MOBILE, directory)) == "person Anna Andersson"
    assert told(dial("anna", "*9" + MOBILE + "#", directory)) == "person Anna Andersson"


def test_rules_for_those_who_call_us_do_not_stop_calls_out() -> None:
    directory = norrby()
    directory.put(RoutingRule(1, 1, 1, "+46!", None, None, "always", RuleAction.REFUSE, None))
    assert told(dial("anna", MOBILE, directory)) == f"outside +46701234567 as {MAIN_NUMBER}"
    assert told(dial("anna", "+46980319999", directory)) == "refusal"


def test_reasons_and_steps_hold_no_numbers() -> None:
    for dialled in (MOBILE, "0900123456", "112", "*8211", "*22*211"):
        found = explain(phone_call("anna", dialled), norrby())
        text = " ".join([found.route.reason.text, *found.steps])
        assert found.steps
        assert not any(digits in text for digits in ("701234567", "900123456", "112", "211"))
        assert mailbox_of(found.route).authority_id == NORRBY.id


def test_what_a_phone_s_calls_show_is_known_before_any_call() -> None:
    directory = norrby()
    assert number_shown_by("anna", directory) == MAIN_NUMBER
    directory.put(replace(NORRBY, caller_id="own"))
    assert number_shown_by("anna", directory) == "+46980319210"
    assert number_shown_by("nobody", directory) == ""
    directory.remove("person", ANNA.id)
    assert number_shown_by("anna", directory) == ""


@pytest.mark.parametrize(
    ("number", "leads_to"),
    [
        (MOBILE, ToOutside),
        ("+46701234567", ToOutside),
        ("0900123456", NotAllowed),
        ("004712345678", NotAllowed),
        ("211", ToPerson),
        ("+46980319211", ToPerson),
        ("*20", ToOperators),
        ("*26", ToOperators),
        ("", ToOperators),
        ("junk", ToOperators),
    ],
)
def test_what_the_service_rings_for_somebody_is_what_they_may_dial_and_never_a_code(
    number: str, leads_to: type[object]
) -> None:
    route = decide_own_call(number, ANNA, norrby(), calendar_of, NOW)
    assert isinstance(route, leads_to), route


def test_what_the_service_rings_for_somebody_is_rung_by_their_own_class() -> None:
    abroad = "+4712345678"
    rows = (CallClass(5, NORRBY.id, "abroad"), OutgoingRule(6, 5, 1, "+47!", allow=True))
    directory = norrby()
    for row in rows:
        directory.put(row)
    assert isinstance(decide_own_call(abroad, ANNA, directory, calendar_of, NOW), NotAllowed)
    with_class = replace(ANNA, call_class_id=5)
    assert isinstance(decide_own_call(abroad, with_class, directory, calendar_of, NOW), ToOutside)


def test_for_somebody_of_an_authority_that_does_not_exist_the_operators_are_asked() -> None:
    route = decide_own_call(MOBILE, replace(ANNA, authority_id=99), norrby(), calendar_of, NOW)
    assert isinstance(route, ToOperators)
    assert route.reason.fault
