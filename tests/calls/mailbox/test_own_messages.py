"""One's own messages by keypad: heard, saved, deleted and undone, called back, forwarded; nothing lost by a hang-up."""

from dataclasses import replace

import pytest

from switchboard.calls.dispatcher import Dispatcher
from switchboard.domain.announcement import InvalidChoice, TechnicalFault
from switchboard.domain.call import CallOutcome, EventKind, IncomingCall, Outcome
from switchboard.domain.directory import LANGUAGES, GreetingKind, Language
from switchboard.domain.mailbox.announcements import MailboxSummary, MessageHeader
from tests.builders import ERIK, MARIA, recording
from tests.calls.mailbox.keys import at_each, served
from tests.calls.mailbox.mailboxes import CITIZEN, SAVED, audio, in_house, message, played, prompts
from tests.fakes.world import World, at_work


@pytest.mark.requirement("R11", "R46")
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
    assert (world.announcer.said[0], prompts(world)) == (MailboxSummary(0, 0), ["greeting-reminder", "service-end"])
    assert world.outcome(leg.id) == SAVED


@pytest.mark.requirement("R12")
async def test_only_who_has_no_greeting_of_their_own_is_reminded() -> None:
    world = in_house()
    for number, language in enumerate(LANGUAGES, start=900):
        own = recording(number, "person", MARIA.id, GreetingKind.PERSONAL)
        world.directory.index.put(replace(own, language=language))
    await served(world, "*26", {})
    assert prompts(world) == ["service-end"]


@pytest.mark.requirement("R12")
@pytest.mark.parametrize(
    ("recorded", "reminder"), [("sv", "greeting-reminder-english"), ("en", "greeting-reminder-swedish")]
)
async def test_the_reminder_names_the_one_language_that_lacks(recorded: Language, reminder: str) -> None:
    world = in_house()
    world.directory.index.put(replace(recording(900, "person", MARIA.id, GreetingKind.PERSONAL), language=recorded))
    await served(world, "*26", {})
    assert prompts(world) == [reminder, "service-end"]


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
    assert leg.moved == [6.0, 7.0, 7.0, 5.0]
    assert prompts(world)[1] == "message-saved"
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
