"""Who waits while the operator asks a colleague is not forgotten: the operator is reminded, then the caller goes on."""

import pytest

from switchboard.domain.announcement import Returned
from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import OperatorQueue
from tests.builders import OPERATOR_GROUP
from tests.calls.talk.scenes import CITIZEN, Desk, tasks_left
from tests.fakes.leg import MUSIC, FakeLeg
from tests.fakes.telephony import FakePhone, talk_with
from tests.fakes.world import World, at_work

pytestmark = pytest.mark.requirement("R31")
TONE = "beep"


def desk_with(hold: int = 60, park: int = 120) -> Desk:
    """Reminded after 60 and 120 seconds; after 180 the caller goes on, to the other operator."""
    desk = Desk(World(at_work(OperatorQueue(1, OPERATOR_GROUP.id, hold_seconds=hold, park_seconds=park))))
    desk.world.announcer.names_prompts = True
    return desk


async def speaking(desk: Desk, number: str = "210", account: str = "anna") -> FakePhone:
    asked = desk.phone(account, answers_after=4)
    await desk.talk()
    desk.op2.answers_after = 2
    desk.operator.press(f"*{number}#")
    await desk.passes(6)
    assert asked.leg.talking_to == desk.operator.name
    return asked


def reminders(leg: FakeLeg) -> int:
    tones = leg.hears.count(TONE)
    assert tones % 2 == 0
    return tones // 2


async def test_the_operator_hears_and_reads_it_and_nobody_else() -> None:
    desk = desk_with()
    anna = await speaking(desk)
    await desk.passes(50)
    assert (reminders(desk.operator), desk.world.telephony.told) == (0, [])
    await desk.passes(10)
    assert reminders(desk.operator) == 1
    await desk.passes(60)
    assert reminders(desk.operator) == 2
    assert desk.world.telephony.told == [("op1", "Åter: väntar sedan 1 min"), ("op1", "Åter: väntar sedan 2 min")]
    assert (reminders(desk.citizen), reminders(anna.leg)) == (0, 0)
    assert (desk.citizen.tone, anna.leg.talking_to) == (MUSIC, desk.operator.name)
    await desk.end(desk.citizen, desk.operator)


async def test_who_does_not_react_talks_on_and_the_caller_goes_to_the_operators_with_the_reason() -> None:
    desk = desk_with()
    anna = await speaking(desk)
    await desk.passes(190)
    assert desk.shown(desk.op2) == "Åter: väntar sedan 3 min – Norrby kommun"
    assert Returned("held") in desk.world.announcer.said
    assert desk.op2.leg.talking_to == CITIZEN
    assert desk.operator.hears[-1] == talk_with("anna")
    assert anna.leg.talking_to == desk.operator.name
    (returned,) = [each for each in desk.world.events(CITIZEN) if each.kind is EventKind.RETURNED]
    assert (returned.detail["to"], returned.detail["why"]) == ("operators", "held")
    desk.op2.leg.leave()
    await desk.passes(60)
    outcome = desk.world.outcome()
    assert outcome is not None
    assert outcome.outcome is Outcome.CONNECTED
    assert anna.leg.talking_to == desk.operator.name
    anna.leg.leave()
    await desk.passes(1)
    assert desk.operator.gone
    await desk.end()
    assert tasks_left() == []


async def test_who_talks_on_is_not_rung_meanwhile_and_cannot_transfer() -> None:
    desk = desk_with()
    anna = await speaking(desk)
    await desk.passes(190)
    desk.op1.rung.clear()
    desk.world.directory.index.remove("operator_session", 2)
    other = desk.world.telephony.caller("caller-2")
    desk.world.start("+46980319200", other)
    desk.operator.transfer("211")
    await desk.passes(5)
    assert desk.op1.rung == []
    assert desk.operator.transfers == ["declined"]
    assert anna.leg.talking_to == desk.operator.name
    await desk.end(desk.citizen, desk.operator, other)


async def test_a_word_with_the_caller_begins_the_time_anew() -> None:
    desk = desk_with()
    anna = await speaking(desk)
    for _ in range(3):
        await desk.passes(130)
        desk.operator.press("*2")
        await desk.passes(200)
        assert desk.operator.talking_to == CITIZEN
        desk.operator.press("*2")
        await desk.passes(1)
    assert reminders(desk.operator) == 6
    assert anna.leg.talking_to == desk.operator.name
    assert EventKind.RETURNED not in desk.world.kinds(CITIZEN)
    await desk.end(desk.citizen, desk.operator)


async def test_whoever_is_asked_waits_without_a_limit_of_ours() -> None:
    """While the operator is back with the caller: nobody of ours is to be reminded of the other."""
    desk = desk_with()
    anna = await speaking(desk)
    desk.operator.press("*2")
    await desk.passes(600)
    assert (anna.leg.tone, desk.operator.talking_to) == (MUSIC, CITIZEN)
    assert reminders(desk.operator) == 0
    await desk.end(desk.citizen, desk.operator)


async def test_after_a_reminder_keys_and_hang_ups_do_what_they_do() -> None:
    for keys, left in (("*4", "citizen anna"), ("*1", "citizen operator"), ("", "citizen anna")):
        desk = desk_with()
        anna = await speaking(desk)
        await desk.passes(60)
        assert reminders(desk.operator) == 1
        if keys:
            desk.operator.press(keys)
        else:
            desk.operator.leave()
        await desk.passes(1)
        assert desk.citizen.talking_to == (anna.leg if "anna" in left else desk.operator).name
        await desk.end(desk.citizen)


async def test_while_it_rings_there_are_reminders_and_nobody_is_taken_away() -> None:
    """A number that rings may be the emergency one. Once it is answered the caller need wait no longer."""
    desk = desk_with(hold=5, park=5)
    rescue = desk.phone("112", answers_after=60)
    await desk.talk()
    desk.op2.answers_after = 2
    desk.operator.press("*112#")
    await desk.passes(58)
    assert reminders(desk.operator) == 1
    assert (desk.citizen.tone, rescue.legs) == (MUSIC, [])
    await desk.passes(10)
    assert rescue.leg.talking_to == desk.operator.name
    assert desk.op2.leg.talking_to == CITIZEN
    await desk.end(desk.citizen, desk.operator)


async def test_an_emergency_talk_is_never_cut() -> None:
    desk = desk_with()
    rescue = await speaking(desk, "112", "112")
    await desk.passes(1200)
    assert rescue.leg.talking_to == desk.operator.name
    await desk.end(desk.citizen, desk.operator)


@pytest.mark.parametrize("who", ["citizen", "operator", "anna", "operator anna", "citizen operator anna"])
async def test_whoever_leaves_as_the_time_is_over(who: str) -> None:
    for after in (0.0, 0.0005, 0.001, 0.5, 2.5):
        desk = desk_with()
        anna = await speaking(desk)
        legs = [leg for name, leg in (("citizen", desk.citizen), ("operator", desk.operator)) if name in who]
        legs += [anna.leg] if "anna" in who else []
        for leg in legs:
            leg.hang_up_after(174 + after)
        await desk.passes(185)
        alive = [leg for leg in desk.world.telephony.legs if not leg.gone]
        assert all(leg.talking_to for leg in alive), f"silence after {who} left"
        await desk.end(*alive)
        assert tasks_left() == []
