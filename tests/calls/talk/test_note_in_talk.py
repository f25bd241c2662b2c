"""A note that the operator speaks in the talk for the message just taken: the caller hears music meanwhile."""

from dataclasses import replace

import pytest

from switchboard.domain.announcement import FixedPrompt, Promise, PromisedCallback, TechnicalFault
from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.callback import Mailbox, PendingRecording
from tests.builders import ERIK
from tests.calls.talk.scenes import CITIZEN, Desk
from tests.calls.test_recovery import recovery_of
from tests.domain.calendars import local
from tests.fakes.leg import BEEP, MUSIC, RING_TONE, FakeLeg, Speech
from tests.fakes.telephony import talk_with
from tests.fakes.world import World, at_work

pytestmark = [pytest.mark.requirement("R20"), pytest.mark.requirement("R30")]


async def speaking(desk: Desk, order: str = "**7211*1430#", seconds: float = 20) -> Desk:
    """The operator has taken a message for Erik, and is in the middle of the note."""
    await desk.talk()
    desk.operator.speech = Speech(seconds)
    desk.operator.press(order)
    await desk.passes(1)
    desk.operator.press("**7#")
    await desk.passes(5)
    assert desk.operator.acting == "record"
    return desk


def assert_kept(desk: Desk, seconds: float) -> None:
    """Of the one task, with its time."""
    (opened,), (note,) = desk.world.tasks.opened, desk.world.messages.notes
    assert (opened.task.mailbox, opened.task.promised_at) == (Mailbox(1, person_id=ERIK.id), local("2026-08-12 14:30"))
    assert (note.task_id, note.by, note.note.caller) == (opened.task.id, "phone op1", "+46701234567")
    assert abs(note.note.duration_s - seconds) < 0.3
    assert desk.world.messages.tasks == []
    assert (desk.world.messages.begun, desk.world.telephony.recordings.stored) == ({}, {})


def heard(leg: FakeLeg, since: str) -> list[str]:
    """Beginning with the last `since`."""
    return leg.hears[len(leg.hears) - 1 - leg.hears[::-1].index(since) :]


async def test_the_caller_hears_music_while_the_operator_speaks_and_then_they_talk_on() -> None:
    desk = await speaking(Desk())
    assert desk.citizen.tone == MUSIC
    desk.operator.press("#")
    await desk.passes(3)
    assert desk.operator.talking_to == CITIZEN
    assert heard(desk.citizen, MUSIC) == [MUSIC, talk_with("op1")]
    assert heard(desk.operator, BEEP) == [BEEP, "FixedPrompt:sv", talk_with("caller")]
    assert desk.world.announcer.said[-1] == FixedPrompt("desk-note-kept")
    assert_kept(desk, 4.8)
    kinds = desk.world.kinds(CITIZEN)
    assert kinds.index(EventKind.TASK_OPENED) < kinds.index(EventKind.RECORDING) < kinds.index(EventKind.RECORDED)
    await desk.end(desk.citizen)


async def test_silence_ends_the_note_too() -> None:
    desk = await speaking(Desk(), seconds=6)
    await desk.passes(12)
    assert desk.operator.talking_to == CITIZEN
    assert len(desk.world.messages.notes) == 1
    await desk.end(desk.citizen)


async def test_who_says_nothing_is_told_so_and_the_message_stays() -> None:
    desk = await speaking(Desk(), seconds=0)
    await desk.passes(12)
    assert desk.operator.talking_to == CITIZEN
    assert desk.world.announcer.said[-1] == FixedPrompt("desk-note-none")
    assert (len(desk.world.tasks.opened), desk.world.messages.notes) == (1, [])
    await desk.end(desk.citizen)


async def test_an_asterisk_that_does_not_record_is_told_of_and_they_talk_on() -> None:
    desk = await Desk().talk()
    desk.operator.press("**7211#")
    await desk.passes(1)
    desk.world.telephony.fail("record")
    desk.operator.press("**7#")
    await desk.passes(4)
    assert desk.world.announcer.said[-1] == TechnicalFault()
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


@pytest.mark.parametrize(("order", "promised"), [("**7211*1430#", PromisedCallback), ("**7211#", Promise)])
async def test_the_operator_hangs_up_what_was_spoken_is_kept_and_the_caller_hears_the_promise(
    order: str, promised: type
) -> None:
    desk = await speaking(Desk(), order)
    desk.operator.leave()
    await desk.passes(5)
    assert heard(desk.citizen, MUSIC) == [MUSIC, f"{promised.__name__}:sv", "Goodbye:sv"]
    (note,) = desk.world.messages.notes
    assert note.note.duration_s > 4
    outcome = desk.world.outcome()
    assert outcome is not None
    assert outcome.outcome is Outcome.CONNECTED
    await desk.end()


async def test_the_caller_hangs_up_and_the_operator_speaks_to_the_end() -> None:
    desk = await speaking(Desk())
    desk.citizen.leave()
    await desk.passes(10)
    assert desk.operator.acting == "record"
    desk.operator.press("#")
    await desk.passes(3)
    assert desk.world.announcer.said[-1] == FixedPrompt("desk-note-kept")
    assert desk.operator.gone
    assert_kept(desk, 14.8)
    await desk.end()


async def test_both_hang_up() -> None:
    for first in ("operator", "citizen"):
        desk = await speaking(Desk())
        (desk.operator if first == "operator" else desk.citizen).leave()
        await desk.passes(0.5)
        (desk.citizen if first == "operator" else desk.operator).leave()
        await desk.passes(2)
        assert len(desk.world.tasks.opened) == len(desk.world.messages.notes) == 1
        await desk.end()


async def test_there_can_be_a_second_note() -> None:
    desk = await speaking(Desk())
    for _ in range(2):
        desk.operator.press("#")
        await desk.passes(3)
        desk.operator.press("**7#")
        await desk.passes(3)
    desk.operator.press("#")
    await desk.passes(3)
    assert len({note.task_id for note in desk.world.messages.notes}) == 1
    assert len(desk.world.messages.notes) == 3
    await desk.end(desk.citizen)


async def test_without_a_message_there_is_nothing_to_note() -> None:
    desk = await Desk().talk()
    desk.operator.press("**7#")
    await desk.passes(1)
    ((account, text),) = desk.world.telephony.told
    assert (account, text.startswith("Det finns inget meddelande")) == ("op1", True)
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_nobody_speaks_a_note_for_somebody_elses_message() -> None:
    desk = Desk()
    anna = desk.phone("anna", answers_after=1)
    await desk.talk()
    desk.operator.press("**7211#")
    await desk.passes(1)
    desk.operator.transfer("210")
    await desk.passes(5)
    assert anna.leg.talking_to == CITIZEN
    anna.leg.press("**7#")
    await desk.passes(1)
    assert desk.world.telephony.told[-1][0] == "anna"
    assert desk.world.telephony.told[-1][1].startswith("Det finns inget meddelande")
    assert anna.leg.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_of_a_call_that_the_operator_made_it_is_the_one_called_who_hears_music() -> None:
    desk = Desk()
    outside = desk.phone("+46701112233", answers_after=1)
    mine = desk.world.dial("op1", "0701112233")
    mine.speech = Speech(20)
    await desk.passes(5)
    mine.press("**7211#")
    await desk.passes(1)
    mine.press("**7#")
    await desk.passes(4)
    assert (mine.acting, outside.leg.tone) == ("record", MUSIC)
    mine.press("#")
    await desk.passes(3)
    assert mine.talking_to == outside.leg.name
    assert desk.world.messages.notes[0].note.caller == "+46701112233"
    await desk.end(mine, desk.citizen)


async def test_a_note_that_a_restart_broke_off_is_kept_and_the_caller_is_routed_anew() -> None:
    world = World(at_work())
    desk = await Desk(world).talk()
    desk.operator.press("**7211#")
    await desk.passes(1)
    await desk.end(desk.citizen)
    task = world.tasks.opened[0].task
    call = replace(world.incoming("+46980319211", desk.citizen), id="old-call")
    world.telephony.phone("erik", answers_after=1, talks_for=5)
    caller = world.telephony.stray(call)
    await world.messages.begin(
        PendingRecording("message-n", "old-call", task.mailbox, task.caller, world.clock.now(), task.id)
    )
    world.telephony.recordings.store("message-n", 3.0, 3.5)
    recovery, dispatcher, _ = recovery_of(world)
    await recovery.run()
    await dispatcher.drain(60)
    assert [note.task_id for note in world.messages.notes] == [task.id]
    assert (world.messages.tasks, world.messages.begun) == ([], {})
    assert caller.hears == [RING_TONE, talk_with("erik")]
