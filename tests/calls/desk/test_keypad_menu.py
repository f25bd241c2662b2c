"""The keypad services: the spoken menu, and from outside only with extension and PIN."""

from dataclasses import replace

import pytest

from switchboard.changes import Act
from switchboard.domain.announcement import AbsenceChoices
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.directory import AbsenceCode, AbsenceReason
from tests.builders import CITIZEN, ERIK, MARIA, absence
from tests.calls.desk.keypad import HANG_UP, PIN, absences, from_outside, give_pin, house, keyed, prompts
from tests.domain.calendars import local
from tests.fakes.world import WEDNESDAY, World

IDENTIFY = ["pin-enter-extension", "pin-enter-pin"]
MINE = {"pin-enter-extension": ["211#"] * 3, "pin-enter-pin": [f"{PIN}#"] * 3}
NOT_IN = CallOutcome(Outcome.REFUSED, "extension and PIN were not given")
SET = CallOutcome(Outcome.SERVED, "the absence was set")


# The guided menu


async def test_from_a_phone_of_ours_the_menu_comes_at_once() -> None:
    world = house()
    keys = {"keypad-menu": ["1"], "AbsenceChoices": "2", "absence-enter-time": "1245", "absence-keep-or-undo": "1"}
    assert await keyed(world, "299", keys) == SET
    (row,) = absences(world)
    assert (row.reason, row.until) == (AbsenceReason.LUNCH, local("2026-08-12 12:45"))
    assert prompts(world)[:4] == ["keypad-menu", "absence-choose-reason", "AbsenceChoices", "absence-enter-time"]
    assert prompts(world)[-5:] == ["absence-kept", *["keypad-menu"] * 3, "keypad-goodbye"]


async def test_the_code_alone_asks_too_and_ends() -> None:
    world = house()
    assert await keyed(world, "*23", {"AbsenceChoices": "2", "absence-enter-time": "#"}) == SET
    assert [each.until for each in absences(world)] == [local("2026-08-12 11:00")]
    assert "keypad-menu" not in prompts(world)


async def test_the_reasons_are_read_out_as_the_authority_has_them() -> None:
    code = AbsenceCode(1, 1, "5", AbsenceReason.COURSE)
    world = house(code, replace(code, id=2, digit="0", reason=AbsenceReason.OTHER))
    await keyed(world, "*23")
    choices = [each for each in world.announcer.said if isinstance(each, AbsenceChoices)]
    assert choices[0].keys == (("5", AbsenceReason.COURSE), ("0", AbsenceReason.OTHER))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, ["absence-choose-reason", "AbsenceChoices"] * 3 + ["absence-not-set"]),
        (
            {"AbsenceChoices": ["*", "#", "*"]},
            ["absence-choose-reason", "AbsenceChoices", "InvalidChoice"] * 3 + ["absence-not-set"],
        ),
        (
            {"AbsenceChoices": "1", "absence-enter-time": ["9999", "25#", "*"]},
            [
                *("absence-choose-reason", "AbsenceChoices", "absence-enter-time", "absence-or-usual"),
                *("absence-wrong-time", "absence-enter-time", "absence-or-usual") * 2,
                "absence-not-set",
            ],
        ),
        (
            {"AbsenceChoices": "1"},
            [
                *("absence-choose-reason", "AbsenceChoices"),
                *("absence-enter-time", "absence-or-usual") * 3,
                "absence-not-set",
            ],
        ),
    ],
)
async def test_wrong_input_and_silence_set_nothing(keys: dict[str, str], said: list[str]) -> None:
    world = house()
    await keyed(world, "*23", keys)
    assert prompts(world) == said
    assert world.absences.acts == []


async def test_the_menu_lifts_hears_and_takes_codes() -> None:
    world = house(absence(71, ERIK, AbsenceReason.MEETING, WEDNESDAY, None))
    await keyed(world, "299", {"keypad-menu": ["3", "2", "#23#", "*23*2*1300#", "*23#"], "absence-keep-or-undo": "1"})
    said = [each for each in prompts(world) if each not in ("PersonGreeting", "AbsenceNotice", "keypad-menu")]
    assert said == [
        "absence-callers-hear", "absence-lifted", "absence-was", "absence-none", "absence-callers-hear",
        "absence-keep-or-undo", "absence-kept", "absence-callers-hear", "keypad-goodbye",
    ]  # fmt: skip
    assert [each.reason for each in absences(world)] == [AbsenceReason.LUNCH]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ([], []),
        (["9", "8", "7"], ["InvalidChoice"] * 3),
        (["*99#", "#1", "*"], ["keypad-unknown-code"] * 3),
    ],
)
async def test_three_times_in_vain_is_the_end(keys: list[str], told: list[str]) -> None:
    world = house()
    outcome = await keyed(world, "299", {"keypad-menu": keys})
    said = [each for each in prompts(world) if each != "keypad-menu"]
    assert said[: len(told)] == told
    assert said[-1] == "keypad-goodbye"
    assert outcome == CallOutcome(Outcome.SERVED, "nothing was ordered")
    assert world.absences.acts == []


# From outside


@pytest.mark.requirement("R41")
async def test_from_outside_with_extension_and_pin_the_same_menu() -> None:
    world = house()
    await give_pin(world)
    keys = {**MINE, "keypad-menu": ["*23*1*1300#"], "absence-keep-or-undo": "1"}
    assert await from_outside(world, keys) == SET
    assert prompts(world)[:3] == [*IDENTIFY, "keypad-menu"]
    assert [each.until for each in absences(world)] == [local("2026-08-12 13:00")]
    assert {act.actor for act in world.absences.acts} == {"keypad from outside (person 11)"}
    assert [(act.action, act.person_id) for act in world.pins.acts] == [("pin.choose", 11), ("pin.right", 11)]


@pytest.mark.requirement("R41")
async def test_no_pin_is_in_the_journal_or_in_the_log() -> None:
    world = house()
    await give_pin(world)
    await from_outside(world, {**MINE, "keypad-menu": ["3"]})
    await from_outside(world, {"pin-enter-extension": ["211#"] * 3, "pin-enter-pin": ["918273#"] * 3})
    kept = " ".join(str(event.detail) for event in world.journal.events) + str(world.log.lines)
    assert PIN not in kept
    assert "918273" not in kept
    assert [event.detail for event in world.journal.events if "digit" in event.detail] == [{"digit": "3"}]


@pytest.mark.requirement("R41")
@pytest.mark.parametrize("extension", ["211#", "999#", "220#", "212#"])
async def test_a_wrong_pin_and_an_extension_of_nobody_sound_the_same(extension: str) -> None:
    world = house()
    await give_pin(world)
    keys = {"pin-enter-extension": [extension] * 3, "pin-enter-pin": ["918273#"] * 3}
    assert await from_outside(world, keys) == NOT_IN
    assert prompts(world) == [*IDENTIFY, "pin-wrong"] * 3 + ["keypad-goodbye"]
    assert [act.action for act in world.pins.acts if act.action != "pin.choose"] == ["pin.wrong"] * 3


@pytest.mark.requirement("R41")
async def test_five_wrong_ones_lock_the_mailbox_for_whoever_calls() -> None:
    world = house()
    await give_pin(world)
    wrong = {"pin-enter-extension": ["211#"] * 3, "pin-enter-pin": ["918273#"] * 3}
    await from_outside(world, wrong, "+46701000001")
    await from_outside(world, wrong, "+46701000002")
    world.announcer.said.clear()
    assert await from_outside(world, MINE, "+46701000003") == NOT_IN
    assert prompts(world) == [*IDENTIFY, "pin-locked"]
    audited = [act.action for act in world.pins.acts]
    assert audited.count("pin.wrong") == 5
    assert audited[-4:] == ["pin.wrong", "pin.lock_mailbox", "pin.locked_out", "pin.locked_out"]
    await world.passes(2 * 3600)
    assert await from_outside(world, {**MINE, "keypad-menu": ["2"]}, "+46701000003") is not None
    assert prompts(world)[-1] == "keypad-goodbye"


@pytest.mark.requirement("R41")
@pytest.mark.parametrize("number", [CITIZEN, None])
async def test_ten_wrong_ones_lock_the_caller_whatever_the_extension(number: str | None) -> None:
    world = house()
    await give_pin(world)
    for extension in ("212#", "213#", "214#", "999#"):
        keys = {"pin-enter-extension": [extension] * 3, "pin-enter-pin": ["918273#"] * 3}
        await from_outside(world, keys, number)
    world.announcer.said.clear()
    assert await from_outside(world, MINE, number) == NOT_IN
    assert prompts(world)[-1] == "pin-locked"
    world.announcer.said.clear()
    await from_outside(world, {**MINE, "keypad-menu": ["3"]}, "+46701000009")
    assert "keypad-menu" in prompts(world)


async def test_a_new_pin_unlocks_its_mailbox() -> None:
    world = house()
    await give_pin(world)
    for _ in range(5):
        await _one_wrong(world)
    await world.pins.choose(ERIK.id, "640917", Act("command line (test)", world.clock.now()))
    keys = {"pin-enter-extension": "211#", "pin-enter-pin": "640917#", "keypad-menu": "3"}
    assert await from_outside(world, keys, "+46701000009") == CallOutcome(Outcome.SERVED, "no absence was in force")


async def _one_wrong(world: World) -> None:
    number = f"+4670100001{len(world.stories)}"
    await from_outside(world, {"pin-enter-extension": ["211#"], "pin-enter-pin": ["918273#"]}, number)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, ["pin-enter-extension"] * 3 + ["keypad-goodbye"]),
        ({"pin-enter-extension": ["#", "*", "21*"]}, ["pin-enter-extension"] * 3 + ["keypad-goodbye"]),
        ({"pin-enter-extension": ["211#"] * 3}, IDENTIFY * 3 + ["keypad-goodbye"]),
    ],
)
async def test_silence_and_what_is_taken_back_lets_nobody_in(keys: dict[str, list[str]], said: list[str]) -> None:
    world = house()
    await give_pin(world)
    assert await from_outside(world, keys) == NOT_IN
    assert prompts(world) == said
    assert [act.action for act in world.pins.acts] == ["pin.choose"]


async def test_an_operator_outside_sets_another_s() -> None:
    world = house()
    await give_pin(world, MARIA)
    keys = {"pin-enter-extension": "212#", "pin-enter-pin": f"{PIN}#", "keypad-menu": ["*230*211*1#"]}
    await from_outside(world, keys)
    assert "absence-not-operator" in prompts(world)
    assert absences(world) == []


async def test_from_then_on_it_is_the_colleague_s_language() -> None:
    world = house(replace(ERIK, language="en"))
    await give_pin(world)
    world.announcer.names_prompts = False
    leg = world.telephony.caller("outside")
    leg.press(f"211#{PIN}#1")
    world.start("+46980319299", leg)
    await world.over()
    assert "AbsenceChoices:en" in leg.hears


async def test_a_hang_up_at_each_step_leaves_all_or_nothing() -> None:
    hung_up = 0
    keys = {
        **MINE, "keypad-menu": ["1"], "AbsenceChoices": "1", "absence-enter-time": "1300", "absence-keep-or-undo": "1",
    }  # fmt: skip
    for steps in range(1, 60):
        world = house(hang_up_after_steps=steps)
        await give_pin(world)
        outcome = await from_outside(world, keys)
        assert outcome is not None
        assert outcome.outcome in (Outcome.SERVED, Outcome.REFUSED), (steps, outcome)
        assert len(absences(world)) == sum(act.action == "absence.set" for act in world.absences.acts)
        assert world.log.events("exception") == []
        hung_up += world.telephony.legs[0].ended_with == "party"
    assert hung_up > 20


@pytest.mark.parametrize("at", ["pin-enter-extension", "pin-enter-pin", "keypad-menu", "AbsenceChoices"])
async def test_who_hangs_up_before_an_order_has_ordered_nothing(at: str) -> None:
    world = house()
    await give_pin(world)
    outcome = await from_outside(world, {**MINE, "keypad-menu": "1", at: HANG_UP})
    assert outcome is not None
    assert outcome.reason.startswith("hung up ")
    assert world.absences.acts == []


async def test_a_fault_of_ours_is_told_and_bothers_no_operator() -> None:
    world = house()
    world.absences.broken = True
    outcome = await keyed(world, "299", {"keypad-menu": "2"})
    assert prompts(world)[-1] == "TechnicalFault"
    assert outcome == CallOutcome(Outcome.FAILED, "our own fault, see the log")
    assert "keypad_services_failed" in world.log.events("exception")
