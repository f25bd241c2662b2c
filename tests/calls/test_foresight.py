"""What is decided while a call is being claimed: the same as later, and never with a directory that has changed."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from switchboard.calls.dispatcher import Dispatcher
from switchboard.calls.foresight import HOLDS_FOR, MOST_KEPT, Foresight
from switchboard.domain.call import IncomingCall, Outcome
from switchboard.domain.directory_index import DirectoryIndex, Record
from switchboard.domain.routing import decide_route
from switchboard.domain.working_days import WorkingCalendar
from tests.builders import CITIZEN, ERIK, calendar_of
from tests.calls.test_diverting import away
from tests.domain import strategies
from tests.fakes.leg import FakeLeg
from tests.fakes.world import WEDNESDAY, FakeDirectorySource, World, at_work

ABSENT, PRESENT, MAIN = "+46980319211", "+46980319210", "+46980319200"


class MovableClock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Calendars:
    def calendar(self, authority_id: int) -> WorkingCalendar:
        return calendar_of(authority_id)


class Scene:
    """What Foresight is given, at hand."""

    def __init__(self, index: DirectoryIndex) -> None:
        self.directory = FakeDirectorySource(index)
        self.clock = MovableClock(WEDNESDAY)
        self.foresight = Foresight(self.directory, Calendars(), self.clock)


def incoming(called: str, id: str = "c-1") -> IncomingCall:
    return IncomingCall(id, called, CITIZEN, None, "trunk", None, WEDNESDAY)


@given(strategies.directories(), strategies.calls())
def test_it_is_the_decision_that_the_story_would_make(index: DirectoryIndex, call: IncomingCall) -> None:
    scene = Scene(index)
    scene.foresight.look_ahead(call)
    later = replace(call, arrived_at=call.arrived_at + timedelta(milliseconds=1))
    assert scene.foresight.take(later) == decide_route(call, index, calendar_of, WEDNESDAY)
    assert scene.foresight.take(later) is None


@pytest.mark.parametrize(
    ("called", "records", "told"),
    [
        (ABSENT, [away(ERIK)], True),
        (ABSENT, [away(ERIK, open=True)], True),
        (ABSENT, [], False),
        (PRESENT, [], False),
        (MAIN, [], False),
    ],
)
def test_who_may_be_put_through_is_not_answered_yet(called: str, records: Sequence[Record], told: bool) -> None:
    scene = Scene(at_work(*records))
    scene.foresight.look_ahead(incoming(called))
    assert scene.foresight.is_told(incoming(called)) is told


def test_a_change_meanwhile_makes_it_decide_anew() -> None:
    scene = Scene(at_work(away(ERIK)))
    scene.foresight.look_ahead(incoming(ABSENT))
    scene.directory.index = at_work()
    assert not scene.foresight.is_told(incoming(ABSENT))
    assert scene.foresight.take(incoming(ABSENT)) is None


def test_so_does_another_call_under_the_same_id_and_one_that_comes_late() -> None:
    scene = Scene(at_work(away(ERIK)))
    scene.foresight.look_ahead(incoming(ABSENT))
    assert scene.foresight.take(incoming(PRESENT)) is None
    scene.foresight.look_ahead(incoming(ABSENT))
    scene.clock.at += HOLDS_FOR + timedelta(milliseconds=1)
    assert scene.foresight.take(incoming(ABSENT)) is None


def test_nothing_is_foreseen_where_the_database_must_be_waited_for() -> None:
    scene = Scene(at_work(away(ERIK)))
    scene.directory.slow = True
    scene.foresight.look_ahead(incoming(ABSENT))
    assert scene.foresight.take(incoming(ABSENT)) is None


def test_calls_that_never_came_are_forgotten() -> None:
    scene = Scene(at_work(away(ERIK)))
    for number in range(MOST_KEPT + 1):
        scene.foresight.look_ahead(incoming(ABSENT, f"c-{number}"))
    assert scene.foresight.take(incoming(ABSENT, "c-0")) is None
    assert scene.foresight.take(incoming(ABSENT, "c-1")) is not None


@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize(("called", "before"), [(ABSENT, True), (PRESENT, False)])
async def test_whoever_is_certainly_told_something_is_answered_as_the_call_arrives(
    called: str, before: bool, slow: bool
) -> None:
    world = World(at_work(away(ERIK)))
    world.directory.slow = slow
    dispatcher = Dispatcher(world.ports)
    caller = world.telephony.caller()
    call = world.incoming(called, caller)
    dispatcher.announce(call)
    dispatcher.start(call, caller)
    assert (caller.answered_at is not None) is (before and not slow)
    await _ended(world, caller)
    assert world.telephony.left_over() == []


async def _ended(world: World, caller: FakeLeg) -> None:
    await caller.wait_gone()
    while caller.id not in world.journal.calls or world.outcome(caller.id) is None:
        await world.passes(0.1)


async def test_a_stop_while_the_answer_is_under_way_gives_the_caller_to_the_fallback() -> None:
    world = World(at_work(away(ERIK)))
    dispatcher = Dispatcher(world.ports)
    caller = world.telephony.caller()
    call = world.incoming(ABSENT, caller)
    dispatcher.announce(call)
    dispatcher.start(call, caller)
    await asyncio.sleep(0)
    await dispatcher.hand_over()
    assert caller.ended_with == "fallback"


async def test_who_hangs_up_while_the_answer_is_under_way_is_in_the_journal() -> None:
    world = World(at_work(away(ERIK)))
    dispatcher = Dispatcher(world.ports)
    caller = world.telephony.caller()
    call = world.incoming(ABSENT, caller)
    dispatcher.announce(call)
    dispatcher.start(call, caller)
    caller.leave()
    await _ended(world, caller)
    outcome = world.outcome(caller.id)
    assert outcome is not None
    assert outcome.outcome is Outcome.ABANDONED
