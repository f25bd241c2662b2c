"""Random days at the switchboard: nobody is lost, nobody overtaken within a priority, no operator offered two."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from switchboard.domain.call import EventKind, Outcome
from switchboard.domain.directory import Distribution, OverflowAction, OverflowRule, OverflowSituation, PauseReason
from switchboard.domain.diversion import PhoneState
from tests.builders import OP1, OP2
from tests.calls.queue.desk import GROUP, Desk, queue
from tests.fakes.leg import FakeLeg
from tests.fakes.telephony import FakePhone
from tests.virtual_time import VirtualTimeLoop

ENDS = {Outcome.CONNECTED, Outcome.ABANDONED, Outcome.MESSAGE}
PEOPLE = {"op1": OP1, "op2": OP2}


class Day(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualTimeLoop()
        self.callers: dict[str, FakeLeg] = {}

    def _do(self, act: Callable[[], object], seconds: float = 0.01) -> None:
        async def run() -> None:
            result = act()
            if isinstance(result, Coroutine):
                await result
            await asyncio.sleep(seconds)

        self.loop.run_until_complete(run())

    @initialize(distribution=st.sampled_from(Distribution), wrap_up=st.sampled_from([0, 5]))
    def opens(self, distribution: Distribution, wrap_up: int) -> None:
        long = OverflowRule(1, GROUP, OverflowSituation.MAX_WAIT, OverflowAction.MESSAGE, 3600)
        self.desk = Desk(queue(distribution=distribution, wrap_up_seconds=wrap_up, missed_before_pause=9), long)
        self.phones: dict[str, FakePhone] = {"op1": self.desk.op1, "op2": self.desk.op2}

    @rule(inside=st.booleans())
    def somebody_calls(self, inside: bool) -> None:
        name = f"caller-{len(self.callers):03}"

        def call() -> None:
            self.callers[name] = self.desk.ring_inside(name) if inside else self.desk.ring_in(name)

        self._do(call)

    @precondition(lambda self: self.callers)
    @rule(data=st.data())
    def somebody_hangs_up(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.callers)))
        self._do(self.callers[name].leave)

    @rule(who=st.sampled_from(sorted(PEOPLE)))
    def an_operator_answers(self, who: str) -> None:
        before = self._line()
        ringing = self.phones[who].ringing
        self._do(self.phones[who].pick_up)
        if ringing is not None:
            self._nobody_overtaken(before)

    @rule(who=st.sampled_from(sorted(PEOPLE)))
    def an_operator_hangs_up(self, who: str) -> None:
        def hang_up() -> None:
            for leg in self.phones[who].legs:
                leg.leave()

        self._do(hang_up)

    @rule(who=st.sampled_from(sorted(PEOPLE)), state=st.sampled_from([PhoneState.FREE, PhoneState.BUSY]))
    def a_phone_changes(self, who: str, state: PhoneState) -> None:
        def change() -> None:
            self.phones[who].state = state
            self.desk.queues.wake()

        self._do(change)

    @rule(who=st.sampled_from(sorted(PEOPLE)), away=st.booleans())
    def an_operator_takes_a_break(self, who: str, away: bool) -> None:
        desk, person = self.desk, PEOPLE[who]

        async def change() -> None:
            now = desk.clock.now()
            await (
                desk.desk.pause(person.id, PauseReason.BREAK, now, "t")
                if away
                else desk.desk.resume(person.id, now, "t")
            )
            desk.queues.wake()

        self._do(change)

    @rule(seconds=st.sampled_from([1, 4, 12, 31]))
    def time_passes(self, seconds: int) -> None:
        self._do(lambda: None, seconds)

    def _line(self) -> list[str]:
        return [each.place.id for each in self.desk.queues.waiting()]

    def _nobody_overtaken(self, before: list[str]) -> None:
        """With all phones at once, whoever was answered just now was the first in line."""
        if self.desk.directory.index.operator_queue(GROUP).distribution is not Distribution.RING_ALL:
            return
        answered = [name for name in before if name not in self._line() and not self.callers[name].gone]
        assert answered in ([], before[:1])

    @invariant()
    def no_operator_is_offered_two(self) -> None:
        if not hasattr(self, "desk"):
            return
        offered = [
            person for each in self.desk.queues.waiting() if each.offer is not None for person in each.offer.people
        ]
        assert len(offered) == len(set(offered))
        for phone in self.phones.values():
            assert len([leg for leg in phone.legs if not leg.gone]) + (phone.ringing is not None) <= 1

    @invariant()
    def nobody_is_lost(self) -> None:
        if not hasattr(self, "desk"):
            return
        line = self._line()
        assert len(line) == len(set(line))
        for name, leg in self.callers.items():
            talking = EventKind.CONNECTED in self.desk.kinds(name)
            assert leg.gone or talking or name in line, name
        places = [each.place for each in self.desk.queues.waiting()]
        keys = [(each.priority, each.since, each.id) for each in places]
        assert keys == sorted(keys)

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.loop.run_until_complete(self._close())
        self.loop.close()

    async def _close(self) -> None:
        for leg in [*self.callers.values(), *self.desk.telephony.legs]:
            leg.leave()
        outcomes = await asyncio.gather(*self.desk.calls.values())
        assert {each.outcome for each in outcomes} <= ENDS
        await self.desk.queues.settle()
        assert self.desk.queues.view() == []
        crew = self.desk.queues.crew
        assert [each.person_id for each in self.desk.queues.operator_states() if crew.of(each.person_id)] == []
        assert self.desk.places.places == {}
        await self.desk.close()
        mine: asyncio.Task[Any] | None = asyncio.current_task()
        assert [task for task in asyncio.all_tasks() if task is not mine] == []


Day.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestDay = Day.TestCase
