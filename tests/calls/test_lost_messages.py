"""A message that a fault of ours costs: its caller is told so, and called back all the same (R16)."""

from dataclasses import replace

import pytest

from switchboard.calls.callbacks import LOST_NOTE
from switchboard.calls.live import Losses
from switchboard.calls.ports import HangupCause, TelephonyFault
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.callback import Mailbox
from tests.builders import ERIK
from tests.calls.test_diverting import away
from tests.calls.test_recovery import HALF_AN_HOUR_AGO, entry, pending, recovery_of
from tests.fakes.leg import BEEP, Speech
from tests.fakes.world import World, at_work

UNKEPT = "FixedPrompt"


def loses(world: World) -> None:
    """Asterisk's disk is full: of each message there is the beginning of a file."""
    stored = world.telephony.recordings
    stored.store = lambda name, *_: stored.lose(name)  # type: ignore[method-assign]


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("how", ["refused", "nothing", "a header"])
async def test_who_speaks_in_vain_is_told_so_and_goes_to_the_operators(how: str) -> None:
    world = World(at_work(away(ERIK)))
    if how == "refused":
        world.telephony.fail("record")
    elif how == "nothing":
        world.telephony.recordings.store = lambda *_: None  # type: ignore[method-assign]
    else:
        loses(world)
    caller = world.telephony.caller()
    caller.speech = Speech(seconds=4.0, then="hash")
    caller.on_hearing("TechnicalFault", caller.leave)
    outcome = await world.call("+46980319211", caller)
    assert world.heard(caller)[-2:] == [UNKEPT, "TechnicalFault"]
    assert FixedPrompt("message-unkept") in world.announcer.said
    assert outcome.outcome is Outcome.ABANDONED
    assert EventKind.FAULT in world.kinds(caller.id)
    assert world.messages.tasks == []
    assert [(each.task.source, each.task.caller) for each in world.tasks.opened] == [("interrupted", "+46701234567")]
    assert world.ports.losses.messages == 1


async def test_nobody_is_asked_to_speak_in_vain_a_third_time() -> None:
    world = World(at_work(away(ERIK)))
    loses(world)
    caller = world.telephony.caller()
    caller.speech = Speech(seconds=4.0, then="hash")
    outcome = await world.call("+46980319211", caller)
    assert outcome.outcome is Outcome.FAILED
    assert caller.ended_with is HangupCause.FAILURE
    assert caller.hears.count(BEEP) == 2
    assert world.heard(caller)[-2:] == [UNKEPT, "Goodbye"]


async def test_who_hangs_up_in_a_message_that_is_lost_is_called_back() -> None:
    world = World(at_work(away(ERIK)))
    loses(world)
    caller = world.telephony.caller()
    caller.speech = Speech(seconds=4.0, then="hang_up")
    outcome = await world.call("+46980319211", caller)
    assert outcome.outcome is Outcome.INTERRUPTED
    assert [each.task.source for each in world.tasks.opened] == ["interrupted"]


@pytest.mark.requirement("R16")
async def test_who_spoke_when_asterisk_fell_is_called_back_all_the_same() -> None:
    world = World(at_work())
    await world.messages.begin(pending())
    world.telephony.recordings.lose("message-1")
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    await world.messages.begin(pending())
    world.telephony.recordings.lose("message-1")
    await recovery.run()
    (opened,) = world.tasks.opened
    assert (opened.task.source, opened.task.caller) == ("interrupted", "+46701234567")
    assert (opened.task.mailbox, opened.task.received_at) == (Mailbox(1, person_id=ERIK.id), HALF_AN_HOUR_AGO)
    assert opened.task.voicemail_message_id is None
    assert opened.note == LOST_NOTE
    assert [event.kind for event in world.events("old-call")] == [EventKind.TASK_OPENED]
    assert (world.messages.tasks, world.messages.begun, world.telephony.recordings.stored) == ([], {}, {})


async def test_what_stands_of_a_message_that_was_cut_off_is_a_message() -> None:
    world = World(at_work())
    await world.messages.begin(pending())
    world.telephony.recordings.lose("message-1", 2.0)
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    assert [task.source for task in world.messages.tasks] == ["voicemail"]
    assert (world.tasks.opened, world.ports.losses.messages) == ([], 0)


async def test_of_a_hidden_number_a_lost_message_is_told_of_and_opens_nothing() -> None:
    world = World(at_work())
    await world.messages.begin(replace(pending(), caller=None))
    world.telephony.recordings.lose("message-1")
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    assert (world.tasks.opened, world.ports.losses.messages) == ([], 1)
    assert "message_lost" in world.log.events("warning")


@pytest.mark.parametrize("caller", ["+46701234567", None], ids=["known", "hidden"])
async def test_a_lost_message_counts_once_however_often_its_row_cannot_be_ended(caller: str | None) -> None:
    world = World(at_work())
    await world.messages.begin(replace(pending(), caller=caller))
    world.telephony.recordings.lose("message-1")
    recovery, _, _ = recovery_of(world)
    ends, world.messages.discard = world.messages.discard, away_for_good  # type: ignore[assignment]
    assert not await recovery.run()
    assert not await recovery.run()
    world.messages.discard = ends  # type: ignore[method-assign]
    assert await recovery.run()
    assert (world.messages.begun, world.ports.losses.messages) == ({}, 1)
    assert world.log.events("warning").count("message_lost") == 1


def test_a_loss_is_new_once() -> None:
    losses = Losses()
    assert [losses.note("message-1"), losses.note("message-1"), losses.note("message-2")] == [True, False, True]
    assert losses.messages == 2


async def away_for_good(_: str) -> None:
    raise OSError("the database is away")


async def test_a_note_that_is_lost_opens_no_second_task() -> None:
    world = World(at_work())
    await world.messages.begin(replace(pending(), task_id="an-open-task"))
    world.telephony.recordings.lose("message-1")
    recovery, _, _ = recovery_of(world)
    await recovery.run()
    assert (world.tasks.opened, world.messages.begun) == ([], {})


async def test_an_asterisk_that_cannot_list_its_recordings_keeps_nobody_from_calling() -> None:
    world = World(at_work())
    recovery, _, _ = recovery_of(world)

    async def refused() -> list[str]:
        raise TelephonyFault("500 Allocation failed")

    world.telephony.recordings.names = refused  # type: ignore[method-assign]
    assert not await recovery.run()
    assert world.log.events("warning") == ["recordings_not_listed"]


@pytest.mark.requirement("R16")
async def test_a_message_in_the_fallback_that_asterisk_lost_opens_a_task() -> None:
    world = World(at_work())
    world.telephony.recordings.lose("fallback-f1")
    recovery, _, _ = recovery_of(world, entry())
    assert await recovery.run()
    assert [each.task.source for each in world.tasks.opened] == ["interrupted"]
    outcome = world.journal.calls["f1"].outcome
    assert outcome is not None
    assert outcome.outcome is Outcome.INTERRUPTED
