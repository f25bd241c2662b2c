"""The service stops and starts again: the same callers, in the same order (R16)."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from switchboard.calls.incoming import see_through
from switchboard.calls.ports import FallbackEntry, PlaceEnd, QueuePlace, Stray
from switchboard.calls.queue import Queues
from switchboard.calls.recovery import Recovery
from switchboard.calls.resuming import resume_call
from switchboard.domain.call import EventKind, IncomingCall, Outcome
from switchboard.domain.directory import OverflowAction, OverflowSituation
from switchboard.domain.diversion import PhoneState
from tests.calls.queue.desk import BUSY, Desk, rule
from tests.calls.queue.test_keep_place import CITIZEN
from tests.calls.queue.test_overflow import strict_policy
from tests.fakes.leg import MUSIC, FakeLeg


class FallbackOfNobody:
    async def entries(self) -> Sequence[FallbackEntry]:
        return []

    async def delete(self, id: str) -> None:
        raise AssertionError(id)


def stand(desk: Desk, name: str, seconds: float, **more: object) -> QueuePlace:
    """A place that the service before this one has written."""
    since = desk.clock.start - timedelta(seconds=seconds)
    place = replace(QueuePlace(name, 1, 1, "caller", 20, since, "+46980319200", CITIZEN), **more)  # type: ignore[arg-type]
    desk.places.places[name] = place
    return place


def on_the_line(desk: Desk, name: str) -> FakeLeg:
    call = IncomingCall(name, "+46980319200", CITIZEN, None, "trunk", None, desk.clock.start)
    return desk.telephony.stray(call)


async def recover(desk: Desk) -> None:
    def adopt(stray: Stray) -> None:
        desk.calls[stray.call.id] = asyncio.create_task(resume_call(stray, desk.ports))

    recovery = Recovery(desk.ports, FallbackOfNobody(), lambda id: id in desk.calls, adopt)
    assert await recovery.run()
    assert await recovery.run()
    await desk.passes(1)


@pytest.mark.requirement("R16")
async def test_callers_and_kept_places_stand_in_the_same_order_and_are_served_in_it() -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    stand(desk, "third", 10)
    stand(desk, "first", 300)
    stand(desk, "kept", 200, kind="callback")
    stand(desk, "recalled", 5, priority=10, why="Åter: Erik Lund, semester till 3/8")
    legs = {name: on_the_line(desk, name) for name in ("first", "third", "recalled")}
    await recover(desk)
    assert desk.line() == ["recalled", "first", "kept", "third"]
    assert [each.position for each in desk.queues.view()] == [1, 2, 3, 4]
    await desk.passes(5)
    assert all(MUSIC in leg.hears and "AnswerPhrase:sv" not in leg.hears for leg in legs.values())
    citizen = desk.telephony.phone(CITIZEN, answers_after=1)
    citizen.on_answer = lambda leg: leg.hang_up_after(3)
    desk.op1.answers_after, desk.op1.talks_for = 0, 20
    desk.op1.state = PhoneState.FREE
    desk.queues.wake()
    for name in ("recalled", "first", "third"):
        assert (await desk.ends(name)).outcome is Outcome.CONNECTED
    assert [request.pii_display_name[:8] for request in desk.op1.rung] == [
        "Åter: Er",
        "Norrby k",
        "Norrby k",
        "Norrby k",
    ]
    assert desk.places.places == {}
    await desk.close()


@pytest.mark.requirement("R16")
async def test_who_hung_up_meanwhile_has_given_up_and_is_a_task_by_policy() -> None:
    desk = Desk(strict_policy(), both=False)
    desk.op1.state = BUSY
    stand(desk, "gone", 60)
    stand(desk, "here", 30)
    leg = on_the_line(desk, "here")
    await recover(desk)
    assert desk.line() == ["here"]
    assert [past.how for past in desk.places.history] == ["abandoned"]
    assert desk.left("gone") == "abandoned"
    assert [each.task.source for each in desk.tasks.opened] == ["abandoned"]
    leg.leave()
    await desk.ends("here")
    await desk.close()


async def test_who_was_answered_in_the_last_moment_talks_on_and_stands_in_no_line() -> None:
    desk = Desk(both=False)
    stand(desk, "talks", 60)
    partner = desk.telephony.caller("op1-before", "op1")
    call = IncomingCall("talks", "+46980319200", CITIZEN, None, "trunk", None, desk.clock.start)
    leg = desk.telephony.stray(call, partner)
    await recover(desk)
    assert desk.line() == []
    leg.leave()
    assert (await desk.ends("talks")).outcome is Outcome.CONNECTED
    assert [past.how for past in desk.places.history] == ["answered"]
    await desk.close()


async def test_a_stop_leaves_the_place_in_the_database_and_the_caller_to_asterisk() -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    caller = desk.ring_in("a")
    await desk.passes(20)
    assert "a" in desk.ports.lasting
    before = desk.places.places["a"]
    desk.calls["a"].cancel()
    await asyncio.gather(desk.calls["a"], return_exceptions=True)
    await desk.queues.close()
    assert desk.places.places == {"a": before}
    assert EventKind.LEFT_QUEUE not in desk.kinds("a")
    assert caller.ended_with == "fallback"


async def test_a_kept_place_survives_and_is_called_once() -> None:
    desk = Desk(both=False)
    stand(desk, "kept", 200, kind="callback", tries=1)
    citizen = desk.telephony.phone(CITIZEN, answers_after=1)
    citizen.on_answer = lambda leg: leg.hang_up_after(3)
    desk.op1.answers_after = 1
    fresh = Queues()
    desk.ports = replace(desk.ports, queues=fresh)
    desk.queues = fresh
    fresh.attend(desk.ports, see_through)
    await recover(desk)
    await desk.passes(20)
    assert len(citizen.dialled) == 1
    assert [past.how for past in desk.places.history] == ["answered"]
    await desk.close()


@pytest.mark.requirement("R16")
async def test_before_a_stop_whoever_waits_is_given_music_and_no_phone_rings_on() -> None:
    desk = Desk(both=False)
    citizen = desk.telephony.phone(CITIZEN, answers_after=1)
    stand(desk, "kept", 5, kind="callback")
    await desk.queues.restore()
    rung_for = desk.ring_in("rung for")
    speaks = desk.ring_in("hears where it stands")
    desk.telephony.media_seconds["QueuePosition:sv"] = 30
    await desk.passes(3)
    assert len(desk.op1.rung) == 1
    before = dict(desk.places.places)
    await desk.queues.rest()
    assert [leg.tone for leg in (rung_for, speaks)] == [MUSIC, MUSIC]
    assert not desk.op1.ringing
    await desk.passes(60)
    assert (len(desk.op1.rung), citizen.dialled) == (1, [])
    assert desk.places.places == before
    assert all(name in desk.ports.lasting for name in ("rung for", "hears where it stands"))
    speaks.leave()
    await desk.ends("hears where it stands")
    assert desk.left("hears where it stands") == "abandoned"
    rung_for.leave()
    await desk.ends("rung for")
    await desk.close()


async def test_who_hung_up_as_the_service_stopped_is_written_down_and_not_found_lost_at_the_next_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    caller = desk.ring_in("a")
    await desk.passes(20)
    leave = desk.places.leave

    async def slowly(id: str, at: datetime, how: PlaceEnd) -> None:
        await asyncio.sleep(0.3)
        await leave(id, at, how)

    monkeypatch.setattr(desk.places, "leave", slowly)
    caller.leave()
    await desk.calls["a"]
    await desk.queues.close()
    assert desk.places.places == {}
    assert [past.how for past in desk.places.history] == ["abandoned"]


async def test_a_kept_place_whose_caller_is_being_rung_as_the_service_stops_is_tried_again_by_the_next() -> None:
    desk = Desk(both=False)
    citizen = desk.telephony.phone(CITIZEN)
    desk.op1.answers_after = 1
    stand(desk, "kept", 5, kind="callback")
    await desk.queues.restore()
    await desk.passes(5)
    assert (len(citizen.dialled), desk.op1.leg.gone) == (1, False)
    await desk.queues.rest()
    assert citizen.ringing is None
    assert desk.op1.leg.gone
    assert list(desk.places.places) == ["kept"]
    await desk.close()


async def test_a_talk_with_who_was_called_back_goes_on_over_a_stop() -> None:
    desk = Desk(both=False)
    desk.telephony.phone(CITIZEN, answers_after=1)
    desk.op1.answers_after = 1
    stand(desk, "kept", 5, kind="callback")
    await desk.queues.restore()
    await desk.passes(5)
    await desk.queues.rest()
    assert not desk.op1.leg.gone
    desk.op1.leg.leave()
    await desk.passes(1)
    await desk.close()


async def test_two_looks_at_the_places_at_once_bring_back_nobody_who_left_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a lost connection, while the regular look is still under way."""
    desk = Desk(both=False)
    desk.op1.state = BUSY
    caller = desk.ring_in("a")
    await desk.passes(20)
    read = desk.places.waiting

    async def slowly() -> Sequence[QueuePlace]:
        found = await read()
        await asyncio.sleep(2)
        return found

    monkeypatch.setattr(desk.places, "waiting", slowly)
    first = asyncio.create_task(desk.queues.restore())
    await desk.passes(0.5)
    caller.leave()
    await desk.ends("a")
    await asyncio.gather(first, desk.queues.restore())
    assert desk.line() == []
    await desk.close()


async def test_the_longest_wait_counts_from_when_they_came_into_this_line_also_over_a_restart() -> None:
    desk = Desk(rule(OverflowSituation.MAX_WAIT, OverflowAction.ANNOUNCEMENT, 600), both=False)
    desk.op1.state = BUSY
    start = desk.clock.start
    stand(desk, "long here", 500)
    stand(desk, "came back", 900, priority=10, why="Åter: svarar inte", entered_at=start - timedelta(seconds=100))
    legs = {name: on_the_line(desk, name) for name in ("long here", "came back")}
    await recover(desk)
    await desk.passes(90)
    assert desk.line() == ["came back", "long here"]
    await desk.passes(15)
    assert desk.line() == ["came back"]
    await desk.passes(390)
    assert desk.line() == ["came back"]
    await desk.passes(20)
    assert desk.line() == []
    for name, leg in legs.items():
        leg.leave()
        await desk.ends(name)
    await desk.close()


async def test_a_place_is_written_with_when_its_caller_came_into_the_line() -> None:
    desk = Desk(both=False)
    desk.op1.state = BUSY
    caller = desk.ring_in("a")
    await desk.passes(5)
    place = desk.places.places["a"]
    assert place.entered_at == place.since
    caller.leave()
    await desk.ends("a")
    await desk.close()
