"""The note that an operator speaks for the task just opened: kept like any message, and no second task."""

import pytest

from switchboard.calls.callbacks import owner_in, recording_name, task_in
from switchboard.domain.announcement import FixedPrompt, Promise
from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.callback import Mailbox, PendingRecording
from tests.builders import ERIK
from tests.calls.desk.dialling import CITIZEN, has_talked
from tests.calls.test_recovery import recovery_of
from tests.fakes.leg import BEEP, FakeLeg, Speech
from tests.fakes.world import WEDNESDAY, World, at_work

TASK = "0" * 31 + "1"


async def _taking(speech: Speech | None = None) -> tuple[World, FakeLeg]:
    """op1 takes a message for Erik, and speaks as told."""
    world = World(at_work())
    await has_talked(world)
    leg = world.dial("op1", "*22*211")
    leg.speech = speech or Speech(4)
    return world, leg


def _reason(world: World, leg: FakeLeg) -> str:
    outcome = world.outcome(leg.id)
    assert outcome is not None
    assert outcome.outcome is Outcome.SERVED
    return outcome.reason


@pytest.mark.requirement("R20", "R30")
@pytest.mark.parametrize("then", ["silence", "hash", "hang_up"])
async def test_a_note_belongs_to_the_task_and_opens_none(then: str) -> None:
    world, leg = await _taking(Speech(4, then))  # type: ignore[arg-type]
    await world.over()
    ((opened),) = world.tasks.opened
    (note,) = world.messages.notes
    assert (note.task_id, note.by) == (opened.task.id, "phone op1")
    assert (note.note.mailbox, note.note.caller) == (Mailbox(1, person_id=ERIK.id), CITIZEN)
    assert note.note.duration_s >= 4
    assert world.messages.tasks == []
    assert (world.messages.begun, world.telephony.recordings.stored) == ({}, {})
    told = [FixedPrompt("desk-note-kept")] * (then != "hang_up")
    assert world.announcer.said[-len(told) - 1 :] == [FixedPrompt("desk-note-offer"), *told]
    assert _reason(world, leg) == "order carried out, with a spoken note"
    recorded = [event.detail for event in world.events(leg.id) if event.kind is EventKind.RECORDED]
    assert [detail["note_of"] for detail in recorded] == [opened.task.id]
    assert world.kinds(leg.id).count(EventKind.TASK_OPENED) == 1
    assert world.telephony.left_over() == []


async def test_who_says_nothing_leaves_no_note_and_is_told_so() -> None:
    world, leg = await _taking(Speech(0))
    await world.over()
    assert BEEP in leg.hears
    assert len(world.tasks.opened) == 1
    assert (world.messages.notes, world.messages.tasks, world.messages.begun) == ([], [], {})
    assert world.announcer.said[-1] == FixedPrompt("desk-note-none")
    assert _reason(world, leg) == "order carried out, no note was spoken"


@pytest.mark.parametrize("prompt", ["FixedPrompt", "Promise"])
async def test_who_hangs_up_before_the_tone_leaves_no_note(prompt: str) -> None:
    world, leg = await _taking()
    leg.on_hearing(prompt, leg.leave)
    await world.over()
    assert BEEP not in leg.hears
    assert len(world.tasks.opened) == 1
    assert (world.messages.notes, world.messages.tasks, world.messages.begun) == ([], [], {})
    assert _reason(world, leg) == "order carried out, hung up during the confirmation"


async def test_hung_up_at_any_step_the_task_is_open_once_and_nothing_is_left() -> None:
    undisturbed = World(at_work())
    await has_talked(undisturbed)
    noted = 0
    for steps in range(1, 40):
        world = World(at_work(), WEDNESDAY, undisturbed.telephony.steps + steps, "op1-out-2")
        await has_talked(world)
        leg = world.dial("op1", "*22*211*1430")
        await world.over()
        assert len(world.tasks.opened) == 1, steps
        assert world.messages.tasks == []
        assert world.messages.begun == {}
        assert world.telephony.left_over() == []
        assert world.log.events("exception") == []
        _reason(world, leg)
        noted += len(world.messages.notes)
    assert 0 < noted < 39, noted


async def test_a_note_that_cannot_be_recorded_is_told_as_our_fault() -> None:
    world, leg = await _taking()
    world.telephony.fail("record")
    await world.over()
    assert world.heard(leg)[-1] == "TechnicalFault"
    assert len(world.tasks.opened) == 1
    assert _reason(world, leg) == "order carried out, no note was spoken"


@pytest.mark.requirement("R16")
async def test_a_note_that_cannot_be_kept_now_is_kept_by_recovery(monkeypatch: pytest.MonkeyPatch) -> None:
    world, leg = await _taking()

    async def away(*_: object) -> bool:
        raise ConnectionError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(world.messages, "attach", away)
        await world.over()
    assert world.messages.notes == []
    assert world.announcer.said[-1] == FixedPrompt("desk-note-kept")
    recovery, _, _ = recovery_of(world)
    assert await recovery.run()
    assert await recovery.run()
    (note,) = world.messages.notes
    assert note.task_id == world.tasks.opened[0].task.id
    assert (world.messages.tasks, world.telephony.recordings.stored) == ([], {})
    recovered = [event.detail for event in world.events(leg.id) if event.detail.get("recovered")]
    assert [detail["note_of"] for detail in recovered] == [note.task_id]


@pytest.mark.requirement("R16")
async def test_a_note_whose_row_was_never_written_is_the_task_s_by_its_name() -> None:
    world, leg = await _taking(Speech(0))
    await world.over()
    task = world.tasks.opened[0].task
    world.telephony.recordings.store(recording_name(task.mailbox, task.id), 3.0, 3.5)
    recovery, _, _ = recovery_of(world)
    assert await recovery.run()
    (note,) = world.messages.notes
    assert (note.task_id, note.note.mailbox, note.note.caller) == (task.id, task.mailbox, CITIZEN)
    assert world.messages.tasks == []
    assert leg.gone


@pytest.mark.requirement("R16")
async def test_a_note_whose_task_is_no_more_is_a_message_with_a_task_of_its_own() -> None:
    world = World(at_work())
    world.telephony.recordings.store(recording_name(Mailbox(1, person_id=ERIK.id), TASK), 3.0, 3.5)
    recovery, _, _ = recovery_of(world)
    assert await recovery.run()
    (task,) = world.messages.tasks
    assert (task.mailbox, world.messages.notes) == (Mailbox(1, person_id=ERIK.id), [])
    assert "note_without_task" in world.log.events("warning")


@pytest.mark.requirement("R16")
async def test_a_note_that_outlives_a_restart_is_the_task_s() -> None:
    world, leg = await _taking(Speech(0))
    await world.over()
    task = world.tasks.opened[0].task
    call = next(row.call for row in world.journal.calls.values() if row.call.id == leg.id)
    pending = PendingRecording("message-n", call.id, task.mailbox, task.caller, world.clock.now(), task.id)
    await world.messages.begin(pending)
    stray = world.telephony.stray(call)
    stray.going_on = ("message-n", 4.0)
    recovery, dispatcher, _ = recovery_of(world)
    await recovery.run()
    await dispatcher.drain(60)
    (note,) = world.messages.notes
    assert (note.task_id, world.messages.tasks, len(world.tasks.opened)) == (task.id, [], 1)
    assert world.heard(stray) == ["FixedPrompt"]
    assert world.announcer.said[-1] == FixedPrompt("desk-note-kept")


async def test_a_code_that_is_carried_out_again_after_a_restart_opens_no_second_task() -> None:
    """While the confirmation was said the service was started anew, and the call is routed anew."""
    world, leg = await _taking(Speech(0))
    await world.over()
    call = next(row.call for row in world.journal.calls.values() if row.call.id == leg.id)
    stray = world.telephony.stray(call)
    stray.speech = Speech(0)
    recovery, dispatcher, _ = recovery_of(world)
    before = len(world.announcer.said)
    await recovery.run()
    await dispatcher.drain(60)
    assert len(world.tasks.opened) == len(world.tasks.notices) == 1
    assert world.announcer.said[before] == FixedPrompt("desk-task-opened")
    assert isinstance(world.announcer.said[before + 1], Promise)


def test_a_name_tells_of_the_task() -> None:
    for mailbox in (Mailbox(7), Mailbox(1, person_id=2), Mailbox(1, unit_id=3), Mailbox(1, group_id=4)):
        assert (owner_in(recording_name(mailbox, TASK)), task_in(recording_name(mailbox, TASK))) == (mailbox, TASK)
        assert task_in(recording_name(mailbox)) is None
    assert task_in("message-1") is None
