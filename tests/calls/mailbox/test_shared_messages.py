"""`*26*EXT`: the messages of a function or a unit, for whoever watches its mailbox (R28)."""

import pytest

from switchboard.domain.announcement import MessagesFor
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import AbsenceReason, Extension, Watcher
from switchboard.domain.directory_index import Record
from tests.builders import ANNA, BYGGLOV, BYGGLOV_GROUP, ERIK, MARIA, absence, to_unit
from tests.calls.desk.keypad import PIN, from_outside, give_pin, house
from tests.calls.mailbox.keys import served
from tests.calls.mailbox.mailboxes import CITIZEN, SAVED, audio, message, played, prompts
from tests.fakes.world import WEDNESDAY, World, at_work

GROUP, UNIT = Mailbox(1, None, BYGGLOV.id, BYGGLOV_GROUP.id), Mailbox(1, unit_id=BYGGLOV.id)
WATCHES = Watcher(1, ERIK.id, group_id=BYGGLOV_GROUP.id, substitute_id=MARIA.id)
pytestmark = pytest.mark.requirement("R28")


def watched(*records: Record, world: World | None = None) -> World:
    world = world or World(at_work())
    for each in (WATCHES, Extension(221, 1, "221", to_unit(BYGGLOV)), *records):
        world.directory.index.put(each)
    world.announcer.names_prompts = True
    world.message_book.add_shared(GROUP, message(1), message(2))
    world.message_book.add_shared(UNIT, message(3))
    world.message_book.add(ERIK.id, message(4))
    return world


async def test_the_watcher_hears_those_of_the_function_in_the_same_dialogue() -> None:
    world = watched()
    world.telephony.phone(CITIZEN, answers_after=1, talks_for=5)
    leg = await served(world, "*26*220#", {"message-menu": ["2", "3", "*"]}, "erik")
    assert isinstance(world.announcer.said[0], MessagesFor)
    assert world.announcer.said[0].owner.text == "Bygglov"
    assert (played(leg), world.outcome(leg.id)) == ([audio(1), audio(2)], SAVED)
    assert world.message_book.rows["m2"].deleted_at is not None
    assert {actor for _, _, actor in world.message_book.audit} == {"phone erik"}
    assert "greeting-reminder" not in prompts(world)
    leg = await served(world, "*26*220", {"message-menu": "8"}, "erik")
    outcome = world.outcome(leg.id)
    assert outcome is not None
    assert outcome.reason == "talked with the number dialled"


async def test_the_substitute_does_while_the_watcher_is_away_and_nobody_else() -> None:
    world = watched()
    leg = await served(world, "*26*220", {"message-menu": "*"})
    assert (played(leg), prompts(world)) == ([], ["mailbox-not-watched"])
    world.directory.index.put(absence(9, ERIK, AbsenceReason.SICK, WEDNESDAY, None))
    leg = await served(world, "*26*220", {"message-menu": "*"})
    assert played(leg) == [audio(1)]


async def test_a_unit_has_one_of_its_own() -> None:
    world = watched(Watcher(2, ANNA.id, unit_id=BYGGLOV.id))
    leg = await served(world, "*26*221", {"message-menu": "*"}, "anna")
    assert played(leg) == [audio(3)]


@pytest.mark.parametrize(
    ("extension", "said"), [("999", "desk-unknown-extension"), ("210", "mailbox-not-watched"), ("200", "desk-unknown")]
)
async def test_no_mailbox_and_somebody_else_s_own_are_refused(extension: str, said: str) -> None:
    world = watched()
    leg = await served(world, f"*26*{extension}", {}, "erik")
    assert played(leg) == []
    assert any(each.startswith(said) for each in prompts(world))


async def test_one_s_own_extension_is_one_s_own_mailbox() -> None:
    world = watched()
    leg = await served(world, "*26*211", {"message-menu": "*"}, "erik")
    assert played(leg) == [audio(4)]


async def test_a_message_is_forwarded_out_of_it_also_to_oneself() -> None:
    world = watched()
    keys = {"message-menu": ["9", "*"], "forward-extension": ["220#", "211#"], "forward-confirm": "1"}
    await served(world, "*26*220", keys, "erik")
    (forwarding,) = world.message_book.forwarded
    assert forwarding.to == Mailbox(1, person_id=ERIK.id)
    assert prompts(world).count("desk-unknown-extension") == 1


@pytest.mark.requirement("R41")
async def test_from_outside_with_a_pin() -> None:
    world = watched(world=house())
    await give_pin(world)
    keys = {"pin-enter-extension": "211#", "pin-enter-pin": f"{PIN}#", "keypad-menu": "*26*220#", "message-menu": "*"}
    await from_outside(world, {name: [each] for name, each in keys.items()})
    assert audio(1) in world.telephony.legs[-1].hears
