"""After each connection every recording and every call is accounted for, once, however the service went away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.calls.callbacks import owner_in, recording_name
from switchboard.calls.dispatcher import Dispatcher
from switchboard.calls.ports import FallbackEntry, StoredRecording, TelephonyFault
from switchboard.calls.recovery import Recovery
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import Mailbox, PendingRecording
from tests.builders import ERIK
from tests.calls.test_diverting import away
from tests.fakes.leg import BEEP
from tests.fakes.world import WEDNESDAY, World, at_work

HALF_AN_HOUR_AGO = WEDNESDAY - timedelta(minutes=30)


class Book:
    def __init__(self, *entries: FallbackEntry) -> None:
        self.left = {entry.id: entry for entry in entries}
        self.away = False
        self.read = 0

    async def entries(self) -> list[FallbackEntry]:
        self.read += 1
        if self.away:
            raise TelephonyFault("not logged in")
        return list(self.left.values())

    async def delete(self, id: str) -> None:
        self.left.pop(id, None)


def recovery_of(world: World, *entries: FallbackEntry) -> tuple[Recovery, Dispatcher, Book]:
    dispatcher, book = Dispatcher(world.ports), Book(*entries)
    return Recovery(world.ports, book, dispatcher.follows, dispatcher.adopt), dispatcher, book


def pending(name: str = "message-1", call_id: str = "old-call") -> PendingRecording:
    return PendingRecording(name, call_id, Mailbox(1, person_id=ERIK.id), "+46701234567", HALF_AN_HOUR_AGO)


def entry(recording: str = "fallback-f1", over: bool = True) -> FallbackEntry:
    return FallbackEntry("f1", HALF_AN_HOUR_AGO, "+46980319212", "0701234567", recording, over)


@pytest.mark.requirement("R16")
async def test_what_asterisk_recorded_becomes_a_task_once() -> None:
    world = World(at_work())
    await world.messages.begin(pending())
    world.telephony.recordings.store("message-1", 3.0, 3.5)
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    await recovery.run()
    (task,) = world.messages.tasks
    assert task.received_at == HALF_AN_HOUR_AGO
    assert task.mailbox.person_id == ERIK.id
    assert world.telephony.recordings.stored == {}
    assert world.messages.begun == {}


async def test_a_pending_recording_of_which_nothing_was_stored_is_discarded() -> None:
    world = World(at_work())
    await world.messages.begin(pending())
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    assert world.messages.tasks == []
    assert world.messages.begun == {}


async def test_a_crash_between_commit_and_delete_gives_no_second_task() -> None:
    world = World(at_work())
    await world.messages.begin(pending())
    world.telephony.recordings.store("message-1", 3.0, 3.5)
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    world.telephony.recordings.store("message-1", 3.0, 3.5)
    await recovery.run()
    assert len(world.messages.tasks) == 1
    assert world.telephony.recordings.stored == {}


async def test_a_recording_without_a_row_is_still_somebodys_message() -> None:
    world = World(at_work())
    world.telephony.recordings.store("message-orphan", 3.0, 3.5)
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    (task,) = world.messages.tasks
    assert task.mailbox == Mailbox(1)
    assert "recording_without_owner" in world.log.events("warning")


async def test_calls_without_an_end_get_one() -> None:
    world = World(at_work())
    caller = world.telephony.caller("old-call")
    await world.journal.arrived(world.incoming("+46980319211", caller), 1)
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    outcome = world.journal.calls["old-call"].outcome
    assert outcome is not None
    assert outcome.outcome is Outcome.INTERRUPTED


async def test_two_who_talk_talk_on() -> None:
    world = World(at_work())
    partner = world.telephony.caller("anna-leg")
    call = replace(world.incoming("+46980319210", partner), id="old-call")
    caller = world.telephony.stray(call, partner=partner)
    caller.hang_up_after(20)
    await world.journal.arrived(call, 1)
    recovery, dispatcher, _ = recovery_of(world)
    await recovery.run()
    assert world.journal.calls["old-call"].outcome is None
    await dispatcher.drain(60)
    outcome = world.journal.calls["old-call"].outcome
    assert outcome is not None
    assert outcome.outcome is Outcome.CONNECTED
    assert partner.gone


async def test_a_message_goes_on_and_the_promise_is_heard() -> None:
    world = World(at_work())
    call = replace(world.incoming("+46980319211", world.telephony.caller("other")), id="old-call")
    caller = world.telephony.stray(call)
    caller.going_on = ("message-1", 4.0)
    await world.messages.begin(pending())
    recovery, dispatcher, _ = recovery_of(world)
    await recovery.run()
    assert world.messages.tasks == []
    await dispatcher.drain(60)
    assert world.heard(caller) == ["Promise", "Goodbye"]
    assert len(world.messages.tasks) == 1


async def test_a_caller_in_a_menu_is_routed_anew() -> None:
    world = World(at_work(away(ERIK)))
    call = replace(world.incoming("+46980319211", world.telephony.caller("other")), id="old-call")
    caller = world.telephony.stray(call)
    recovery, dispatcher, _ = recovery_of(world)
    await recovery.run()
    await recovery.run()
    await dispatcher.drain(120)
    assert world.heard(caller)[:3] == ["PersonGreeting", "AbsenceNotice", "Menu"]
    assert caller.hears.count(BEEP) == 1
    assert "call_started_twice" not in world.log.events("warning")


async def test_one_thing_that_cannot_be_recovered_does_not_stop_the_rest() -> None:
    world = World(at_work())
    await world.messages.begin(pending("message-1"))
    await world.messages.begin(pending("message-2", "other-call"))
    world.telephony.recordings.store("message-2", 3.0, 3.5)
    world.telephony.recordings.stored["message-1"] = StoredRecording(b"no wav at all", 3.0)
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    assert [task.call_id for task in world.messages.tasks] == ["other-call"]
    assert list(world.messages.begun) == ["message-1"]
    assert "message_not_recovered" in world.log.events("exception")


async def test_a_recordings_name_tells_whose_it_is() -> None:
    world = World(at_work())
    name = recording_name(Mailbox(1, person_id=ERIK.id))
    world.telephony.recordings.store(name, 3.0, 3.5)
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    (task,) = world.messages.tasks
    assert task.mailbox == Mailbox(1, person_id=ERIK.id)


@pytest.mark.parametrize(
    "mailbox", [Mailbox(7), Mailbox(1, person_id=2), Mailbox(1, unit_id=3), Mailbox(1, group_id=4)]
)
def test_owners_survive_the_way_through_a_name(mailbox: Mailbox) -> None:
    assert owner_in(recording_name(mailbox)) == mailbox
    assert owner_in("message-1") is None


async def test_a_call_that_ends_meanwhile_gets_no_second_end() -> None:
    world = World(at_work())
    caller = world.telephony.caller("old-call")
    await world.journal.arrived(world.incoming("+46980319211", caller), 1)
    recovery, _, _ = recovery_of(world)
    listed = world.journal.unended

    async def ends_after_the_first_look() -> list[str]:
        found = list(await listed())
        await world.journal.ended("old-call", world.clock.now(), CallOutcome(Outcome.ABANDONED, "caller hung up"))
        return found

    world.journal.unended = ends_after_the_first_look  # type: ignore[method-assign]
    await recovery.run()
    assert world.events("old-call") == []


async def handed_over(world: World) -> None:
    """The call of `entry()` as a stop left it: in the journal without an end."""
    caller = world.telephony.caller("f1")
    await world.journal.arrived(world.incoming("+46980319212", caller), 1)


async def test_a_call_given_to_the_fallback_gets_its_end_from_the_import_alone() -> None:
    world = World(at_work())
    await handed_over(world)
    world.telephony.recordings.store("fallback-f1", 3.0, 3.5)
    recovery, _, book = recovery_of(world, entry())
    assert await recovery.run()
    assert book.read == 1
    assert world.journal.calls["f1"].outcome == CallOutcome(Outcome.MESSAGE, "message left in the fallback")
    assert [event.kind for event in world.journal.events].count(EventKind.ENDED) == 1


async def test_while_the_fallback_cannot_be_read_nobody_is_given_an_end() -> None:
    world = World(at_work())
    await handed_over(world)
    world.telephony.recordings.store("fallback-f1", 3.0, 3.5)
    world.telephony.recordings.store("message-orphan", 3.0, 3.5)
    recovery, _, book = recovery_of(world, entry())
    book.away = True
    assert not await recovery.run()
    assert book.read == 1
    assert world.journal.calls["f1"].outcome is None
    assert [task.source for task in world.messages.tasks] == ["voicemail"], "the rest is recovered all the same"
    assert "fallback_not_read" in world.log.events("warning")

    book.away = False
    assert await recovery.run()
    assert {task.source for task in world.messages.tasks} == {"voicemail", "fallback"}
    assert world.journal.calls["f1"].outcome == CallOutcome(Outcome.MESSAGE, "message left in the fallback")


async def test_a_caller_still_in_the_fallback_is_not_called_interrupted() -> None:
    world = World(at_work())
    await handed_over(world)
    recovery, _, _ = recovery_of(world, entry(over=False))
    await recovery.run()
    assert world.journal.calls["f1"].outcome is None


async def test_one_entry_that_cannot_be_imported_does_not_hold_up_the_next() -> None:
    world = World(at_work())
    world.telephony.recordings.stored["fallback-f1"] = StoredRecording(b"no wav at all", 3.0)
    world.telephony.recordings.store("fallback-f2", 3.0, 3.5)
    recovery, _, book = recovery_of(world, entry(), replace(entry("fallback-f2"), id="f2"))
    assert not await recovery.run()
    assert list(book.left) == ["f1"]
    assert [task.call_id for task in world.messages.tasks] == ["f2"]
