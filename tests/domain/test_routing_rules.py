"""Rules: patterns, priorities, opening hours, refusals."""

from dataclasses import replace
from datetime import datetime

import pytest

from switchboard.domain.routing import (
    ToPerson,
    ToRefusal,
    explain_route,
)
from tests.builders import (
    ANNA,
    EVENING,
    EXPEDITION,
    MAIN_NUMBER,
    NOW,
    SODERAS,
    SODERAS_NUMBER,
    SWITCHBOARD_HOURS,
    calendar_of,
    to_extension,
    to_person,
    trunk_call,
)
from tests.domain.routes import ANNOUNCEMENT, dial, refusal, route, rule, told, with_rules

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
