"""Whoever is asked by keys cannot be had: the colleague who asked hears and reads why, and the talk goes on."""

from dataclasses import replace

import pytest

from switchboard.domain.announcement import AbsenceNotice, FixedPrompt, UnknownNumber, Unreachable
from switchboard.domain.directory import Destination, DestinationKind, Extension
from switchboard.domain.diversion import PhoneState
from tests.builders import ERIK, SOCIALTJANST, to_unit
from tests.calls.talk.scenes import CITIZEN, Desk
from tests.calls.talk.test_consultation import ringing
from tests.calls.test_diverting import away
from tests.fakes.world import World, at_work

pytestmark = pytest.mark.requirement("R31")


async def test_an_absent_colleague_is_told_of_to_the_operator_and_the_talk_goes_on() -> None:
    desk = Desk(World(at_work(away(ERIK))))
    erik = desk.phone("erik", answers_after=1)
    await desk.talk()
    desk.operator.press("*211#")
    await desk.passes(4)
    assert erik.rung == []
    assert any(isinstance(each, AbsenceNotice) for each in desk.world.announcer.said)
    ((account, text),) = desk.world.telephony.told
    assert account == "op1"
    assert text.startswith("Erik Lund, semester")
    assert desk.operator.talking_to == CITIZEN
    assert "AbsenceNotice" not in desk.world.heard(desk.citizen)
    await desk.end(desk.citizen)


async def test_who_hangs_up_on_hearing_so_gets_the_caller_back() -> None:
    desk = Desk(World(at_work(away(ERIK))))
    await desk.talk()
    desk.operator.on_hearing("AbsenceNotice", desk.operator.leave)
    desk.operator.press("*211#")
    await desk.passes(10)
    assert desk.shown(desk.op1).startswith("Åter: Erik Lund, semester")
    assert desk.operator.talking_to == CITIZEN
    await desk.end(desk.citizen)


async def test_busy_silent_and_unknown() -> None:
    desk = Desk()
    anna = desk.phone("anna")
    anna.state = PhoneState.BUSY
    await desk.talk()
    for keys in ("*210#", "*214#", "*299#"):
        desk.operator.press(keys)
        await desk.passes(4)
        assert desk.operator.talking_to == CITIZEN
    said = [each for each in desk.world.announcer.said if isinstance(each, Unreachable | UnknownNumber)]
    assert [each.why if isinstance(each, Unreachable) else "unknown" for each in said] == [
        "busy",
        "no_phone",
        "unknown",
    ]
    await desk.end(desk.citizen)


@pytest.mark.requirement("R22")
async def test_a_unit_without_an_answering_point_and_what_leads_to_nobody() -> None:
    unit = replace(SOCIALTJANST, answering_point=None)
    nobody = Extension(231, 1, "231", Destination(DestinationKind.PERSON, "999"))
    keypad = Extension(232, 1, "232", Destination(DestinationKind.KEYPAD))
    desk = Desk(World(at_work(unit, Extension(230, 1, "230", to_unit(unit)), nobody, keypad)))
    await desk.talk()
    for keys in ("*230#", "*231#", "*232#"):
        desk.operator.press(keys)
        await desk.passes(4)
        assert desk.operator.talking_to == CITIZEN
    said = [each.prompt_id for each in desk.world.announcer.said if isinstance(each, FixedPrompt)]
    assert said == ["call-without-answering-point", "call-wrong-row", "call-not-allowed"]
    assert [text for _, text in desk.world.telephony.told] == [
        "Socialtjänst, saknar svarsställe",
        "231, fel i katalogen",
        "232, får inte ringas härifrån",
    ]
    await desk.end(desk.citizen)


async def test_nobody_answers() -> None:
    desk = Desk()
    await ringing(desk)
    await desk.passes(28)
    assert desk.operator.talking_to == CITIZEN
    assert [text for _, text in desk.world.telephony.told] == ["Anna Andersson, svarar inte"]
    await desk.end(desk.citizen)
