"""One's own messages by keypad: heard, saved, deleted and undone, called back, forwarded; nothing lost by a hang-up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.calls.dispatcher import Dispatcher
from switchboard.domain.announcement import FixedPrompt, InvalidChoice, PersonGreeting, TechnicalFault
from switchboard.domain.call import CallOutcome, EventKind, IncomingCall, Outcome
from switchboard.domain.callback import CallbackTask, Deadline, Mailbox, TaskStatus
from switchboard.domain.mailbox.announcements import MailboxSummary, MessageHeader
from switchboard.domain.mailbox.session import MailboxMessage
from tests.builders import ANNA, ERIK, MAIN_NUMBER, MARIA
from tests.calls.mailbox.keys import at_each, served
from tests.fakes.leg import BEEP, FakeLeg, Speech
from tests.fakes.world import WEDNESDAY, World, at_work

CITIZEN = "+46701740605"
SAVED = CallOutcome(Outcome.SERVED, "messages heard")


def message(number: int, new: bool = True, caller: str | None = CITIZEN) -> MailboxMessage:
    received = WEDNESDAY - timedelta(hours=5) + timedelta(minutes=number)
    return MailboxMessage(f"m{number}", caller, received, f"{number:064x}", new)


def in_house(*messages: MailboxMessage) -> World:
    world = World(at_work())
    world.announcer.names_prompts = True
    world.message_book.add(MARIA.id, *messages)
    return world


def audio(number: int) -> str:
    return f"sound:{number:064x}"


def played(leg: FakeLeg) -> list[str]:
    return [each for each in leg.hears if each.startswith("sound:")]


def prompts(world: World) -> list[str]:
    return [each.prompt_id for each in world.announcer.said if isinstance(each, FixedPrompt)]


@pytest.mark.requirement("R11", "R41", "R45")
async def test_new_ones_are_heard_first_with_time_and_caller_and_are_then_saved() -> None:
    world = in_house(message(3), message(1, new=False), message(2))
    leg = await served(world, "*26", {"message-menu": ["#", "2", "#"], "message-no-more": "*"})
    assert world.announcer.said[0] == MailboxSummary(new=2, saved=1)
    headers = [each for each in world.announcer.said if isinstance(each, MessageHeader)]
    assert headers == [
        MessageHeader(each.new, CITIZEN, each.received_at) for each in (message(2), message(3), message(1, new=False))
    ]
    assert played(leg) == [audio(2), audio(3), audio(1)]
    assert world.message_book.new(MARIA.id) == []
    assert world.message_book.audit == [("listen", id, "phone maria") for id in ("m2", "m3", "m1")]
    assert world.outcome(leg.id) == SAVED


async def test_an_empty_mailbox_is_told_and_that_is_all() -> None:
    world = in_house()
    leg = await served(world, "*26", {})
    assert (world.announcer.said[0], prompts(world)) == (MailboxSummary(0, 0), ["service-end"])
    assert world.outcome(leg.id) == SAVED


async def test_nobody_hears_another_one_s_messages() -> None:
    world = in_house()
    world.message_book.add(ERIK.id, message(1))
    leg = await served(world, "*26", {})
    assert played(leg) == []


async def test_what_is_deleted_goes_at_the_end_and_can_be_undone_until_then() -> None:
    world = in_house(message(1), message(2), message(3))
    keys = {"message-menu": ["3", "3", "7", "#", "#"], "message-no-more": "*"}
    await served(world, "*26", keys)
    assert world.message_book.left(MARIA.id) == ["m2", "m3"]
    assert world.message_book.audit[-1] == ("delete", "m1", "phone maria")


async def test_the_last_one_that_was_deleted_is_undone_after_the_end_of_the_list() -> None:
    world = in_house(message(1))
    leg = await served(world, "*26", {"message-menu": ["3", "2"], "message-no-more": ["7", "*"]})
    assert world.message_book.left(MARIA.id) == ["m1"]
    assert "message-undeleted" in prompts(world)
    assert world.outcome(leg.id) == SAVED


async def test_there_is_nothing_to_undo_before_anything_was_deleted() -> None:
    world = in_house(message(1))
    await served(world, "*26", {"message-menu": ["7", "*"]})
    assert "message-nothing-to-undo" in prompts(world)


async def test_one_can_begin_again() -> None:
    world = in_house(message(1), message(2))
    leg = await served(world, "*26", {"message-menu": ["#", "#", "*"], "message-no-more": "1"})
    assert played(leg) == [audio(1), audio(2), audio(1)]


async def test_a_choice_made_at_once_goes_before_hearing_it() -> None:
    world = in_house(message(1), message(2))
    leg = await served(world, "*26", {"MessageHeader": ["3", "1"], "message-menu": "*"})
    assert played(leg) == [audio(2)]
    assert world.message_book.left(MARIA.id) == ["m2"]


async def test_back_forward_pause_and_a_key_that_ends_the_listening() -> None:
    world = in_house(message(1))
    world.telephony.media_seconds[audio(1)] = 30.0
    leg = world.dial("maria", "*26")
    at_each(leg, {"message-menu": "*"})

    def press_one_after_the_other() -> None:
        for second, key in ((3, "6"), (4, "5"), (50, "5"), (51, "4"), (53, "2")):
            leg.press_after(second, key)

    leg.on_hearing(audio(1), press_one_after_the_other)
    await world.over()
    assert leg.moved == [8.0, 9.0, 9.0, 5.0]
    assert prompts(world)[0] == "message-saved"
    assert world.message_book.new(MARIA.id) == []


async def test_a_pause_that_is_forgotten_ends() -> None:
    world = in_house(message(1))
    world.telephony.media_seconds[audio(1)] = 30.0
    leg = await served(world, "*26", {audio(1): "5", "message-menu": "*"})
    assert world.outcome(leg.id) == SAVED


async def test_a_message_that_cannot_be_played_is_told_and_stays_new() -> None:
    world = in_house(message(1), message(2))
    world.telephony.missing_media.add(audio(1))
    leg = await served(world, "*26", {"message-menu": ["#", "#"], "message-no-more": "*"})
    assert "message-unplayable" in prompts(world)
    assert world.message_book.new(MARIA.id) == ["m1"]
    assert EventKind.FAULT in world.kinds(leg.id)


async def test_wrong_keys_are_told_and_silence_ends_it() -> None:
    world = in_house(message(1))
    leg = await served(world, "*26", {"message-menu": "5"})
    assert world.announcer.said.count(InvalidChoice()) == 1
    assert (prompts(world)[-1], world.outcome(leg.id)) == ("service-end", SAVED)


# However it ends


@pytest.mark.requirement("R11")
async def test_who_hangs_up_while_listening_has_deleted_what_they_deleted_and_nothing_else() -> None:
    world = in_house(message(1), message(2))
    leg = world.dial("maria", "*26")
    at_each(leg, {"message-menu": "3"})
    leg.on_hearing(audio(2), leg.leave)
    await world.over()
    assert world.message_book.left(MARIA.id) == ["m2"]
    assert world.message_book.new(MARIA.id) == ["m2"], "not heard to its end"
    assert world.outcome(leg.id) == CallOutcome(Outcome.SERVED, "hung up at the messages")


async def test_a_hang_up_at_any_step_deletes_what_was_deleted_then_and_never_more() -> None:
    keys = {"message-menu": ["3", "3", "7", "#"], "message-no-more": "*"}
    world = in_house(message(1), message(2))
    await served(world, "*26", keys)
    deleted = set()
    for step in range(1, world.telephony.steps + 1):
        world = World(at_work(), hang_up_after_steps=step)
        world.announcer.names_prompts = True
        world.message_book.add(MARIA.id, message(1), message(2))
        await served(world, "*26", keys)
        left = tuple(world.message_book.left(MARIA.id))
        audited = [id for act, id, _ in world.message_book.audit if act == "delete"]
        assert set(left) | set(audited) == {"m1", "m2"}, step
        deleted.add(left)
    assert {("m1", "m2"), ("m2",)} <= deleted


async def test_a_stop_of_the_service_deletes_nothing() -> None:
    world = in_house(message(1), message(2))
    world.telephony.media_seconds[audio(2)] = 60.0
    dispatcher = Dispatcher(world.ports)
    leg = world.telephony.caller("maria-out-1", "maria")
    at_each(leg, {"message-menu": "3"})
    dispatcher.start(IncomingCall(leg.id, "*26", "maria", None, "phone", "maria", world.clock.now()), leg)
    await world.passes(20)
    assert audio(2) in leg.hears
    await dispatcher.hand_over()
    assert world.message_book.left(MARIA.id) == ["m1", "m2"]


async def test_a_fault_of_ours_deletes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = in_house(message(1), message(2))

    async def broken(*_: object) -> None:
        if len(world.message_book.audit) > 0:
            raise ConnectionError("the database is away")
        world.message_book.audit.append(("listen", "m1", "phone maria"))

    monkeypatch.setattr(world.message_book, "listened", broken)
    await served(world, "*26", {"message-menu": "3"})
    assert world.announcer.said[-1] == TechnicalFault()
    assert world.message_book.left(MARIA.id) == ["m1", "m2"]


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
