"""What is counted and told of calls above capacity, and that those in progress notice nothing."""

import asyncio
from dataclasses import replace
from itertools import count

from switchboard.calls.dispatcher import Dispatcher
from switchboard.calls.overload.admission import QUIET_S, Admission
from switchboard.calls.overload.lag import EVERY_S, LOOKS, LoopLag
from switchboard.calls.ports import HangupCause
from switchboard.domain.call import CallOutcome
from switchboard.domain.overload import Limits
from tests.builders import MAIN_NUMBER, SODERAS, SODERAS_NUMBER
from tests.fakes.leg import FakeLeg
from tests.fakes.world import World, at_work


class House:
    """A service that takes two calls at a time."""

    def __init__(self) -> None:
        index = at_work(replace(SODERAS, overload_answer="refused"))
        self.world = World(index)
        self.numbers = count(1)
        self.admission = Admission(Limits(calls=2), lambda: index, self.world.log)
        self.dispatcher = Dispatcher(self.world.ports, self.admission)

    def call(self, called: str = MAIN_NUMBER) -> FakeLeg:
        leg = self.world.telephony.caller(f"caller-{next(self.numbers)}")
        call = self.world.incoming(called, leg)
        self.dispatcher.announce(call)
        self.dispatcher.start(call, leg)
        return leg

    def fill(self) -> None:
        """With calls that never end by themselves."""
        for number in range(2):
            assert self.dispatcher.make(f"made-{number}", _for_ever)

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _for_ever() -> CallOutcome:
    await asyncio.Event().wait()
    raise AssertionError


async def test_the_third_caller_is_told_and_the_two_go_on() -> None:
    house = House()
    first, second = house.call(), house.call()
    await house.passes(1)
    third = house.call()
    await house.passes(1)
    assert third.ended_with == "overload"
    assert (first.gone, second.gone) == (False, False)
    assert len(house.dispatcher) == 2
    (row,) = [row for id, row in house.world.journal.calls.items() if id == third.id]
    assert row.outcome is not None
    assert (row.outcome.outcome, row.outcome.reason) == ("refused", "all lines are busy")
    assert house.world.events(third.id) == []
    first.leave()
    await house.passes(1)
    fourth = house.call()
    await house.passes(1)
    assert not fourth.gone
    await house.dispatcher.abandon()
    house.admission.close()


async def test_an_authority_that_refuses_gives_503() -> None:
    house = House()
    house.fill()
    third = house.call(SODERAS_NUMBER)
    await house.passes(1)
    assert third.ended_with is HangupCause.CONGESTION
    assert third.hears == []
    assert house.admission.turned_away == {("refused", "all lines are busy"): 1}
    await house.dispatcher.abandon()
    house.admission.close()


async def test_overload_is_logged_when_it_begins_and_when_it_is_over() -> None:
    house = House()
    house.fill()
    for _ in range(20):
        house.call()
        await house.passes(QUIET_S / 5)
    assert house.admission.overloaded
    assert house.world.log.events("warning").count("overload_begins") == 1
    await house.passes(QUIET_S + 1)
    assert not house.admission.overloaded
    lines = [fields for _, event, fields in house.world.log.lines if event == "overload_over"]
    assert lines == [{"turned_away": 20}]
    await house.dispatcher.abandon()


async def test_what_the_dialplan_turned_away_counts_too() -> None:
    house = House()
    house.admission.note_elsewhere(500)
    assert not house.admission.overloaded, "those of before the start are no news"
    house.admission.note_elsewhere(507)
    assert house.admission.overloaded
    await house.passes(QUIET_S + 1)
    [over] = [fields for _, event, fields in house.world.log.lines if event == "overload_over"]
    assert over == {"turned_away": 7}
    house.admission.note_elsewhere(507)
    assert not house.admission.overloaded
    house.admission.note_elsewhere(0)
    assert not house.admission.overloaded


async def test_a_call_that_is_told_of_twice_is_turned_away_once() -> None:
    house = House()
    house.fill()
    leg = house.world.telephony.caller()
    call = house.world.incoming(MAIN_NUMBER, leg)
    house.dispatcher.start(call, leg)
    house.dispatcher.start(call, leg)
    assert house.dispatcher.follows(call.id)
    await house.passes(1)
    assert house.world.log.events("warning").count("call_started_twice") == 1
    assert not house.dispatcher.follows(call.id)
    await house.dispatcher.abandon()
    house.admission.close()


async def test_one_long_step_of_the_loop_is_no_overload() -> None:
    lag = LoopLag()
    lag.note(3.0)
    assert (lag.latest, lag.seconds) == (3.0, 0.0)
    for _ in range(LOOKS):
        lag.note(0.7)
    assert lag.seconds == 0.7
    lag.note(-0.001)
    assert (lag.latest, lag.seconds) == (0.0, 0.0)


async def test_the_loop_is_looked_at_ten_times_a_second() -> None:
    lag = LoopLag()
    lag.note(1.0)
    looking = asyncio.create_task(lag.run())
    await asyncio.sleep(EVERY_S * 3)
    assert lag.latest < EVERY_S
    looking.cancel()
