"""Un-referred absence (R1): telephones that ring out again and again, and what happens until somebody touches one."""

from dataclasses import replace
from datetime import date

import pytest

from switchboard.calls.ports import Ports
from switchboard.domain.announcement import FixedPrompt, Unreachable
from switchboard.domain.call import Outcome
from switchboard.domain.directory import Policy
from switchboard.domain.display import UNANSWERED_SHOWN
from switchboard.domain.diversion import does_not_answer
from tests.builders import CITIZEN, MARIA
from tests.fakes.telephony import FakePhone, talk_with
from tests.fakes.world import World, at_work

POLICY = Policy(1, 1, date(2024, 1, 1), 1, unanswered_calls=2, unanswered_diverts=True)
ASKED = FixedPrompt("unanswered-noticed")
pytestmark = pytest.mark.requirement("R1")


async def rung_out(times: int = 2, policy: Policy = POLICY, world: World | None = None) -> tuple[World, FakePhone]:
    """Maria's telephone has rung so often, and nobody came."""
    world = world or World(at_work(policy))
    world.announcer.names_prompts = True
    maria = world.telephony.phone("maria")
    for number in range(times):
        await world.call("+46980319212", world.telephony.caller(f"citizen-{number}"))
    return world, maria


async def test_whoever_lets_calls_ring_out_is_asked_once_and_not_rung_any_more() -> None:
    world, maria = await rung_out(4)
    assert (world.presence.asked, len(maria.rung)) == ([MARIA.id], 2)
    told = [each.why for each in world.announcer.said if isinstance(each, Unreachable)]
    assert told == ["no_answer"] * 4
    assert does_not_answer(MARIA, world.directory.index, world.clock.now()) is not None
    assert world.telephony.left_over() == []


async def test_without_the_rule_it_rings_on() -> None:
    world, maria = await rung_out(4, replace(POLICY, unanswered_diverts=False))
    assert (world.presence.asked, len(maria.rung)) == ([MARIA.id], 4)


async def test_an_operator_s_transfer_comes_back_at_once_with_the_reason() -> None:
    world, maria = await rung_out()
    op1 = world.telephony.phone("op1", answers_after=1)
    op1.on_answer = lambda leg: leg.do_after(2, lambda: leg.transfer("212"))
    caller = world.telephony.caller("transferred")
    world.start("+46980319200", caller)
    await world.passes(20)
    assert len(maria.rung) == 2
    assert op1.rung[-1].pii_display_name == "Åter: Maria Berg, svarar inte"
    caller.leave()
    await world.over()


async def test_a_transfer_that_rings_out_counts_too() -> None:
    world, _ = await rung_out(1)
    op1 = world.telephony.phone("op1", answers_after=1)
    op1.on_answer = lambda leg: leg.do_after(2, lambda: leg.transfer("212"))
    caller = world.telephony.caller("transferred")
    world.start("+46980319200", caller)
    await world.passes(60)
    assert world.presence.asked == [MARIA.id]
    caller.leave()
    await world.over()


async def test_at_the_next_lift_they_are_asked_and_may_be_rung_again() -> None:
    world, maria = await rung_out()
    anna = world.telephony.phone("anna", answers_after=1, talks_for=5)
    world.dial("maria", "210")
    await world.over()
    assert world.announcer.said[-1] == ASKED
    assert len(anna.rung) == 1
    assert world.presence.gone == [(MARIA.id, "phone maria")]
    maria.answers_after, maria.talks_for = 1, 5
    caller = world.telephony.caller("later")
    await world.call("+46980319212", caller)
    assert talk_with("maria") in caller.hears


async def test_a_code_is_carried_out_all_the_same() -> None:
    world, _ = await rung_out()
    leg = world.dial("maria", "*23*2*1245#")
    await world.over()
    outcome = world.outcome(leg.id)
    assert ASKED in world.announcer.said
    assert outcome is not None
    assert (outcome.outcome, len(world.directory.index.absences(MARIA.id))) == (Outcome.SERVED, 1)


async def test_an_emergency_call_waits_for_nothing() -> None:
    world, _ = await rung_out()
    sos = world.telephony.phone("112", answers_after=1, talks_for=5)
    began = world.clock.now()
    leg = world.dial("maria", "112")
    await world.passes(0.5)
    assert sos.ringing is not None
    await world.over()
    assert ASKED not in world.announcer.said
    assert len(sos.dialled) == 1
    assert world.telephony.told == [("maria", UNANSWERED_SHOWN)]
    assert world.presence.gone == [(MARIA.id, "phone maria")]
    assert world.events(leg.id)[0].at >= began


async def test_who_answers_a_call_is_there_and_the_display_says_what_was() -> None:
    world, maria = await rung_out(2, replace(POLICY, unanswered_diverts=False))
    maria.answers_after, maria.talks_for = 1, 5
    await world.call("+46980319212", world.telephony.caller("later"))
    assert world.presence.gone == [(MARIA.id, "phone maria")]
    assert world.telephony.told == [("maria", UNANSWERED_SHOWN)]
    assert ASKED not in world.announcer.said


async def test_who_comes_back_in_time_is_told_nothing() -> None:
    world, maria = await rung_out(1)
    maria.answers_after, maria.talks_for = 1, 5
    await world.call("+46980319212", world.telephony.caller("later"))
    maria.answers_after = None
    await world.call("+46980319212", world.telephony.caller("latest"))
    assert (world.presence.asked, world.telephony.told, ASKED in world.announcer.said) == ([], [], False)


async def test_a_busy_telephone_and_a_caller_who_gives_up_count_nothing() -> None:
    world = World(at_work(POLICY))
    world.telephony.phone("maria")
    for number in range(3):
        caller = world.telephony.caller(f"c{number}")
        caller.hang_up_after(3)
        await world.call("+46980319212", caller)
    assert world.directory.index.unanswered(MARIA.id) is None


async def test_a_database_that_is_away_costs_the_caller_nothing() -> None:
    class Broken:
        async def rang_out(self, person_id: int, at: object) -> None:
            raise ConnectionError("the database is away")

        async def touched(self, person_id: int, act: object) -> None:
            raise ConnectionError("the database is away")

    world = World(at_work(POLICY))
    ports: Ports = replace(world.ports, presence=Broken())
    world.ports = ports
    world.telephony.phone("maria")
    outcome = await world.call("+46980319212", world.telephony.caller(), CITIZEN)
    assert outcome.outcome is Outcome.MESSAGE
    assert "unanswered_call_not_counted" in world.log.events("warning")
