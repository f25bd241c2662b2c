"""Numbers, extensions and rules that lead to the keypad services."""

from dataclasses import replace

import pytest

from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Destination, DestinationKind, Extension, PhoneNumber
from switchboard.domain.directory_index import DirectoryIndex
from switchboard.domain.routing import ToKeypad, ToPerson, decide_route, mailbox_of
from tests.builders import NOW, calendar_of, norrby, phone_call, trunk_call
from tests.domain.routes import rule

KEYPAD = Destination(DestinationKind.KEYPAD)


@pytest.fixture
def directory() -> DirectoryIndex:
    index = norrby()
    index.put(Extension(299, 1, "299", KEYPAD))
    index.put(PhoneNumber(299, 1, "+46980319299", Destination(DestinationKind.EXTENSION, "299")))
    return index


def test_from_outside_and_from_a_phone_of_ours(directory: DirectoryIndex) -> None:
    for call in (trunk_call("0980319299"), phone_call("anna", "299"), phone_call("anna", "0980319299")):
        found = decide_route(call, directory, calendar_of, NOW)
        assert isinstance(found, ToKeypad)
        assert (found.authority.id, found.reason.fault) == (1, False)
        assert mailbox_of(found) == Mailbox(1)


def test_by_a_rule(directory: DirectoryIndex) -> None:
    directory.put(rule(called="0980319211", to=KEYPAD))
    assert isinstance(decide_route(trunk_call("0980319211"), directory, calendar_of, NOW), ToKeypad)
    assert isinstance(decide_route(trunk_call("0980319210"), directory, calendar_of, NOW), ToPerson)


def test_nobody_outside_reaches_a_code(directory: DirectoryIndex) -> None:
    for dialled in ("*23*1*1300#", "#23#", "*230*211*1#", "*23"):
        found = decide_route(replace(trunk_call(dialled), caller="+46701740605"), directory, calendar_of, NOW)
        assert type(found).__name__ in {"ToOperators", "ToClosed"}
