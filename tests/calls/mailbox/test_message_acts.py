"""What is done about a message by keypad: its caller is called back, or it is sent on to a colleague with its task."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.domain.announcement import PersonGreeting
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.callback import CallbackTask, Deadline, Mailbox, TaskStatus
from switchboard.domain.directory import CallClass, OutgoingRule
from tests.builders import ANNA, ERIK, MAIN_NUMBER, MARIA
from tests.calls.mailbox.keys import at_each, served
from tests.calls.mailbox.mailboxes import CITIZEN, SAVED, audio, in_house, message, played, prompts
from tests.fakes.leg import BEEP, Speech
from tests.fakes.world import WEDNESDAY, World, at_work

# Call back


@pytest.mark.requirement("R14", "R16")
async def test_the_caller_is_called_back_at_once_showing_the_authority_s_number() -> None:
    world = in_house(message(1))
    outside = world.telephony.phone(CITIZEN, answers_after=2, talks_for=30)
    leg = await served(world, "*26", {"message-menu": "8"})
    (dialled,) = outside.dialled
    assert (dialled.number, dialled.pii_shown_number) == (CITIZEN, MAIN_NUMBER)
    assert world.outcome(leg.id) == CallOutcome(Outcome.CONNECTED, "talked with the number dialled")


async def test_what_was_deleted_before_calling_back_is_deleted_afterwards() -> None:
    world = in_house(message(1), message(2))
    world.telephony.phone(CITIZEN, answers_after=2, talks_for=30)
    await served(world, "*26", {"message-menu": ["3", "8"]})
    assert world.message_book.left(MARIA.id) == ["m2"]


async def test_after_a_call_in_vain_the_messages_go_on() -> None:
    world = in_house(message(1))
    leg = await served(world, "*26", {"message-menu": ["8", "*"]})
    assert "outside-failed" in prompts(world)
    assert world.outcome(leg.id) == SAVED


async def test_only_what_the_person_may_dial_is_dialled() -> None:
    world = in_house(message(1, caller="+4790012345"))
    abroad = world.telephony.phone("+4790012345", answers_after=1)
    await served(world, "*26", {"message-menu": ["8", "*"]})
    assert (abroad.dialled, "call-not-allowed" in prompts(world)) == ([], True)


async def test_the_rights_are_those_of_who_owns_the_mailbox() -> None:
    world = in_house(message(1, caller="+4790012345"))
    for row in (CallClass(5, 1, "abroad"), OutgoingRule(6, 5, 1, "+47!", allow=True)):
        world.directory.index.put(row)
    world.directory.index.put(replace(MARIA, call_class_id=5))
    abroad = world.telephony.phone("+4790012345", answers_after=1, talks_for=5)
    await served(world, "*26", {"message-menu": "8"})
    assert len(abroad.dialled) == 1


async def test_without_a_number_nobody_is_called() -> None:
    world = in_house(message(1, caller=None))
    await served(world, "*26", {"message-menu": ["8", "*"]})
    assert "message-no-number" in prompts(world)


async def test_a_colleague_who_left_a_message_is_rung() -> None:
    world = in_house(message(1, caller="210"))
    anna = world.telephony.phone("anna", answers_after=1, talks_for=5)
    leg = await served(world, "*26", {"message-menu": "8"})
    assert len(anna.rung) == 1
    assert world.outcome(leg.id) == CallOutcome(Outcome.CONNECTED, "talked with the person")


async def test_a_code_as_the_caller_s_number_is_no_order() -> None:
    world = in_house(message(1, caller="*20"))
    await served(world, "*26", {"message-menu": ["8", "*"]})
    assert world.desk.acts == []


# Forward


def with_task(world: World, status: TaskStatus = TaskStatus.OPEN) -> CallbackTask:
    deadline = Deadline(WEDNESDAY.date(), WEDNESDAY, "by rule", 1)
    mailbox = Mailbox(1, person_id=MARIA.id)
    task = CallbackTask("t1", mailbox, CITIZEN, "voicemail", "c1", "m1", WEDNESDAY, deadline, status)
    world.message_book.open_tasks["m1"] = task
    return task


FORWARD = {"message-menu": ["9", "#"], "forward-extension": "211#", "forward-confirm": "1", "message-no-more": "*"}


@pytest.mark.requirement("R16", "R33")
async def test_a_message_is_forwarded_with_words_before_it_and_its_task_goes_along() -> None:
    world = in_house(message(1))
    task = with_task(world, TaskStatus.TAKEN)
    leg = await served(world, "*26", FORWARD)
    assert BEEP in leg.hears
    (forwarding,) = world.message_book.forwarded
    assert (forwarding.to, forwarding.by_person_id) == (Mailbox(1, person_id=ERIK.id), MARIA.id)
    assert forwarding.preface in world.audio.stored
    (id,) = world.message_book.left(ERIK.id)
    handed_over = replace(task, mailbox=forwarding.to, status=TaskStatus.OPEN)
    assert (world.message_book.open_tasks, world.message_book.opened) == ({id: handed_over}, [])
    assert world.message_book.left(MARIA.id) == ["m1"]
    assert [account for account, _ in world.telephony.told] == ["erik"]
    heard = world.dial("erik", "*26")
    at_each(heard, {"message-menu": "*"})
    await world.over()
    assert played(heard) == [f"sound:{forwarding.preface}", audio(1)]


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("status", [TaskStatus.DONE, TaskStatus.CLOSED])
async def test_a_message_whose_task_has_ended_opens_a_new_one(status: TaskStatus) -> None:
    world = in_house(message(1))
    with_task(world, status)
    await served(world, "*26", FORWARD)
    (task,) = world.message_book.opened
    assert (task.mailbox.person_id, task.caller) == (ERIK.id, CITIZEN)
    assert task.deadline.on == WEDNESDAY.date() + timedelta(days=1)


async def test_without_words_the_message_goes_alone() -> None:
    world = in_house(message(1))
    leg = world.dial("maria", "*26")
    leg.speech = Speech(seconds=0.0)
    at_each(leg, FORWARD)
    await world.over()
    (forwarding,) = world.message_book.forwarded
    assert forwarding.preface is None


@pytest.mark.parametrize("confirm", [["*"], [], ["2", "3", "*"]])
async def test_what_is_not_confirmed_is_not_sent(confirm: list[str]) -> None:
    world = in_house(message(1))
    task = with_task(world)
    await served(world, "*26", {**FORWARD, "forward-confirm": confirm})
    assert world.message_book.forwarded == []
    assert world.message_book.open_tasks == {"m1": task}
    assert "forward-cancelled" in prompts(world)


async def test_an_extension_of_nobody_s_and_one_s_own_are_asked_for_again() -> None:
    world = in_house(message(1))
    await served(world, "*26", {**FORWARD, "forward-extension": ["999#", "212#", "211#"]})
    assert prompts(world).count("desk-unknown-extension") == 2
    assert len(world.message_book.forwarded) == 1


async def test_a_hang_up_at_any_step_of_forwarding_leaves_one_task_and_no_words_behind() -> None:
    world = in_house(message(1))
    with_task(world)
    await served(world, "*26", FORWARD)
    sent = 0
    for step in range(1, world.telephony.steps + 1):
        world = World(at_work(), hang_up_after_steps=step)
        world.announcer.names_prompts = True
        world.message_book.add(MARIA.id, message(1))
        with_task(world)
        await served(world, "*26", FORWARD)
        assert len(world.message_book.open_tasks) == 1, step
        assert world.message_book.opened == []
        assert bool(world.audio.stored) is bool(world.message_book.forwarded)
        sent += len(world.message_book.forwarded)
    assert sent > 0


async def test_a_greeting_is_still_heard_by_who_calls_a_mailbox() -> None:
    """`*8EXT` is somebody else's mailbox, `*26` one's own."""
    world = in_house(message(1))
    world.dial("maria", "*8210")
    await world.over()
    assert isinstance(world.announcer.said[0], PersonGreeting)
    assert world.messages.tasks[0].mailbox.person_id == ANNA.id


@pytest.mark.requirement("R33")
@pytest.mark.parametrize("code", ["*26", "*25*1#"])
async def test_a_caller_who_is_transferred_to_such_a_code_hears_nothing_of_it(code: str) -> None:
    world = in_house(message(1))
    maria = world.telephony.phone("maria", answers_after=1)
    caller = world.telephony.caller()
    world.start("+46980319212", caller)
    await world.passes(3)
    maria.leg.transfer(code)
    await world.passes(10)
    assert (played(caller), BEEP in caller.hears) == ([], False)
    assert world.message_book.audit == []
    caller.leave()
    await world.over()
    assert world.telephony.left_over() == []
