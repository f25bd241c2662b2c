"""Marks by keypad: set with a confirmation, taken back by the same key, and kept where they are evidence."""

from dataclasses import replace

import pytest

from switchboard.changes import Marking
from switchboard.domain.call import EventKind
from switchboard.domain.keeping.marks import BY_TELEPHONE, Mark
from tests.builders import MARIA
from tests.calls.mailbox.keys import at_each, served
from tests.calls.mailbox.mailboxes import SAVED, audio, in_house, message, played, prompts
from tests.fakes.world import World

ENDS = {"message-no-more": "*"}


def changes(world: World) -> list[tuple[str, Mark, bool]]:
    assert {act.actor for _, _, act in world.marks.changed} <= {"phone maria"}
    assert {marking.reason for _, marking, _ in world.marks.changed} <= {BY_TELEPHONE}
    return [(id, marking.mark, marking.on) for id, marking, _ in world.marks.changed]


@pytest.mark.requirement("R45")
@pytest.mark.requirement("R46")
async def test_a_message_is_marked_as_secret_and_that_is_said() -> None:
    world = in_house(message(1))
    leg = await served(world, "*26", {"message-menu": ["4", "#"], "message-marks": ["1", "*"], **ENDS})
    assert changes(world) == [("m1", Mark.SECRET, True)]
    assert prompts(world)[1:5] == ["message-menu", "message-marks", "message-marked-secret", "message-marks"]
    assert world.outcome(leg.id) == SAVED
    noted = [event.detail for event in world.events(leg.id) if event.detail.get("order") == "Mark"]
    assert noted == [{"order": "Mark", "message": "m1", "mark": "secret", "on": True}]


@pytest.mark.requirement("R47")
async def test_a_threat_is_marked_and_told_and_the_same_key_takes_it_back() -> None:
    world = in_house(message(1))
    await served(world, "*26", {"message-menu": ["4", "#"], "message-marks": ["2", "2", "*"], **ENDS})
    assert changes(world) == [("m1", Mark.THREAT, True), ("m1", Mark.THREAT, False)]
    said = prompts(world)
    assert said.index("message-marked-threat") + 1 == said.index("message-threat-told")
    assert "message-unmarked-threat" in said


@pytest.mark.requirement("R45")
async def test_a_secret_of_an_earlier_call_is_taken_back() -> None:
    world = in_house(replace(message(1), secret=True))
    await served(world, "*26", {"message-menu": ["4", "#"], "message-marks": ["1", "*"], **ENDS})
    assert changes(world) == [("m1", Mark.SECRET, False)]
    assert "message-unmarked-secret" in prompts(world)


@pytest.mark.requirement("R47")
async def test_a_threat_of_an_earlier_call_stays() -> None:
    world = in_house(replace(message(1), threat=True))
    await served(world, "*26", {"message-menu": ["4", "#"], "message-marks": ["2", "*"], **ENDS})
    assert changes(world) == []
    assert "message-threat-stays" in prompts(world)
    assert [each.threat for each in await world.message_book.messages(MARIA.id)] == [True]


async def test_marks_are_said_with_the_message_and_what_was_marked_just_now_too() -> None:
    world = in_house(replace(message(1), secret=True, threat=True))
    await served(world, "*26", {"message-menu": ["*"]})
    assert prompts(world)[:3] == ["greeting-reminder", "message-marked-secret", "message-marked-threat"]
    again = in_house(message(1))
    keys = {"message-menu": ["4", "1", "*"], "message-marks": ["1", "*"]}
    leg = await served(again, "*26", keys)
    assert prompts(again).count("message-marked-secret") == 2
    assert played(leg) == [audio(1), audio(1)], "it is not played again because it was marked"


async def test_a_mark_can_be_set_before_the_message_was_heard() -> None:
    world = in_house(message(1), message(2))
    keys = {"MessageHeader": ["4", "*"], "message-menu": ["*"], "message-marks": ["2", "*"]}
    leg = await served(world, "*26", keys)
    assert changes(world) == [("m1", Mark.THREAT, True)]
    assert played(leg) == []
    assert world.message_book.new(MARIA.id) == ["m1", "m2"], "it was not heard"


async def test_a_marked_message_can_be_deleted_and_stays_marked() -> None:
    world = in_house(message(1))
    await served(world, "*26", {"message-menu": ["4", "3"], "message-marks": ["2", "*"], **ENDS})
    assert world.message_book.left(MARIA.id) == []
    assert world.message_book.rows["m1"].message.threat


@pytest.mark.parametrize("keys", ["9", ""])
async def test_a_wrong_key_and_silence_mark_nothing(keys: str) -> None:
    world = in_house(message(1))
    leg = await served(world, "*26", {"message-menu": ["4", "*"], "message-marks": keys})
    assert changes(world) == []
    assert world.outcome(leg.id) == SAVED


@pytest.mark.requirement("R47")
@pytest.mark.parametrize(("heard", "left"), [("message-marks", []), ("message-marked-threat", [Mark.THREAT])])
async def test_who_hangs_up_has_marked_what_was_confirmed(heard: str, left: list[Mark]) -> None:
    world = in_house(message(1))
    leg = world.dial("maria", "*26")
    at_each(leg, {"message-menu": "4"} | ({"message-marks": "2"} if left else {}))
    leg.on_hearing(heard, leg.leave)
    await world.over()
    assert [mark for _, mark, _ in changes(world)] == left
    assert world.telephony.left_over() == []


@pytest.mark.requirement("R11")
async def test_a_fault_of_the_database_is_told_and_ends_the_dialogue() -> None:
    world = in_house(message(1))
    world.marks.erased.add("m1")
    leg = await served(world, "*26", {"message-menu": ["4"], "message-marks": "1"})
    assert changes(world) == []
    assert EventKind.FAULT in world.kinds(leg.id)


def test_a_mark_by_telephone_has_a_reason() -> None:
    assert Marking(Mark.SECRET, True, BY_TELEPHONE).reason == "marked by telephone"
