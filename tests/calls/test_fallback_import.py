"""Calls that met the dialplan while the service was away get their journal, message and task when it is back."""

from dataclasses import replace

import pytest

from switchboard.calls.ports import FallbackEntry
from switchboard.domain.call import Outcome
from tests.builders import MARIA
from tests.calls.test_recovery import HALF_AN_HOUR_AGO, entry, recovery_of
from tests.fakes.world import World, at_work


@pytest.mark.requirement("R16")
async def test_the_fallbacks_message_is_imported_once_for_whom_it_was() -> None:
    world = World(at_work())
    world.telephony.recordings.store("fallback-f1", 3.0, 3.5)
    recovery, _, book = recovery_of(world, entry())
    await recovery.run()
    book.left["f1"] = entry()
    world.telephony.recordings.store("fallback-f1", 3.0, 3.5)
    await recovery.run()
    (task,) = world.messages.tasks
    assert (task.source, task.caller, task.mailbox.person_id) == ("fallback", "+46701234567", MARIA.id)
    assert task.received_at == HALF_AN_HOUR_AGO
    assert book.left == {}
    outcome = world.journal.calls["f1"].outcome
    assert outcome is not None
    assert outcome.outcome is Outcome.MESSAGE


async def test_a_fallback_caller_who_is_still_on_the_line_is_left_alone() -> None:
    world = World(at_work())
    world.telephony.recordings.store("fallback-f1", 3.0, 3.5)
    recovery, _, book = recovery_of(world, entry(over=False))
    await recovery.run()
    assert world.messages.tasks == []
    assert list(book.left) == ["f1"]


async def test_whom_an_operator_answered_in_the_fallback_was_connected() -> None:
    world = World(at_work())
    recovery, _, book = recovery_of(world, replace(entry(), answered=True))
    await recovery.run()
    assert book.left == {}
    outcome = world.journal.calls["f1"].outcome
    assert outcome is not None
    assert (outcome.outcome, outcome.reason) == (Outcome.CONNECTED, "an operator answered in the fallback")
    assert world.messages.tasks == []


async def test_who_hung_up_in_the_fallback_is_in_the_journal() -> None:
    world = World(at_work())
    recovery, _, book = recovery_of(world, entry())
    await recovery.run()
    outcome = world.journal.calls["f1"].outcome
    assert outcome is not None
    assert outcome.outcome is Outcome.ABANDONED
    assert book.left == {}


async def test_a_colleague_in_the_fallback_keeps_the_number_and_the_person() -> None:
    world = World(at_work())
    world.telephony.recordings.store("fallback-f1", 3.0, 3.5)
    inside = FallbackEntry("f1", HALF_AN_HOUR_AGO, "212", "210", "fallback-f1", True, "phone", "anna")
    recovery, _, _ = recovery_of(world, inside)
    await recovery.run()
    (task,) = world.messages.tasks
    assert (task.caller, task.mailbox.person_id) == ("210", MARIA.id)
