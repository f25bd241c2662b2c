"""`explain` for what a colleague dials: numbers outside, codes, and what their class of service does not allow."""

import pytest

from tests.cli.conftest import Command

DIALLED: list[tuple[str, dict[str, object]]] = [
    ("0701234567", {"goes_to": "outside", "number": "+46701234567", "private": False, "emergency": False}),
    ("*90701234567", {"goes_to": "outside", "number": "+46701234567", "private": True}),
    ("112", {"goes_to": "outside", "number": "112", "emergency": True}),
    ("0900123456", {"goes_to": "not_allowed"}),
    ("*8211", {"goes_to": "desk", "order": "MailboxOf", "extension": "211"}),
    ("*20", {"goes_to": "desk", "order": "SignIn"}),
]


@pytest.mark.parametrize(("dialled", "expected"), DIALLED)
def test_where_what_a_colleague_dials_goes(switchboard: Command, dialled: str, expected: dict[str, object]) -> None:
    said = switchboard("explain", dialled, "--from", "anna", "--json")
    assert said.status == 0
    route = said.document["route"]
    assert {name: route[name] for name in expected} == expected
    assert route["authority"] == "Norrby kommun"
    assert route["menu"] == []
    assert switchboard("explain", dialled, "--from", "anna").status == 0


def test_the_same_from_outside_goes_nowhere_outside(switchboard: Command) -> None:
    route = switchboard("explain", "0701234567", "--json").document["route"]
    assert route["goes_to"] == "operators"
