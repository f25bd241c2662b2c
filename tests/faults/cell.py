"""One fault in one state: what it cost."""

import asyncio
import contextlib
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from time import monotonic

from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.house import WEDNESDAY, House
from tests.acceptance.phones import PhoneRoom
from tests.acceptance.postgres_house import PostgresHouse
from tests.acceptance.wait import until
from tests.callers.phone import CallState, DidNotHappen, PhoneCall
from tests.faults.harm import FAULTS, ON_POSTGRES, STEPS, Place
from tests.faults.leaks import AWAY, Held, left_of, look
from tests.faults.scenes import MARIA, SCENES
from tests.faults.stepping import let_step
from tests.faults.wire import FaultyLine
from tests.postgres_server import StoppableServer, stoppable_postgres

AT_ONCE = frozenset({"service killed", "service restarted", "Asterisk killed", "connections cut"})
"""These are over when they have come: recovery counts from then on, with the new start in it."""
RECOVERS_WITHIN_S = 60.0
RECOVERY_GOAL_S = 5.0
# An hour before and after, Maria is away too.
HALF_PAST_TEN = WEDNESDAY + timedelta(minutes=30)


class Told(StrEnum):
    AT_ONCE = "told"
    LATER = "the next told"
    """That caller met the dialplan's fallback; one who called when recovery had had its time was told."""
    NOT = "NOT TOLD"


@dataclass(frozen=True, slots=True)
class Cost:
    """`lost`: the caller's call ended without us. `cut`: two who talked do so no more. `messages_lost` and `doubled`
    count messages that were spoken and tasks. `seconds`: until /health was well; None: it was not. `left`: what was
    not there before (tests/faults/leaks.py). `next_call`: whether who called when /health was
    well was told who is away."""

    fault: str
    state: str
    lost: int = 0
    cut: int = 0
    messages_lost: int = 0
    doubled: int = 0
    seconds: float | None = None
    left: tuple[str, ...] = ()
    next_call: Told = Told.NOT
    problem: str = ""


async def measure(box: AsteriskBox, furnished: House, fault: str, state: str) -> Cost:
    """On a house of its own."""
    try:
        async with AsyncExitStack() as around:
            place = await _move_in(around, box, furnished, fault)
            phones = await around.enter_async_context(PhoneRoom(place.house))
            return await _strike(place, phones, fault, state)
    except (AssertionError, DidNotHappen, RuntimeError, *AWAY) as error:
        return Cost(fault, state, problem=f"{type(error).__name__}: {str(error)[:200]}")


async def _move_in(around: AsyncExitStack, box: AsteriskBox, furnished: House, fault: str) -> Place:
    """The service runs when this returns; all is gone with `around`."""
    ari = await around.enter_async_context(FaultyLine(box.http_port))
    ami = await around.enter_async_context(FaultyLine(box.ami_port))
    server = around.enter_context(stoppable_postgres()) if fault in ON_POSTGRES else None
    house = await asyncio.to_thread(_furnish, box, furnished, server)
    around.push_async_callback(asyncio.to_thread, house.remove)
    around.push_async_callback(asyncio.to_thread, house.kill_if_there)
    house.environment["SWITCHBOARD_ARI_URL"] = f"http://127.0.0.1:{ari.port}/ari"
    house.environment["SWITCHBOARD_AMI_PORT"] = str(ami.port)
    if fault in STEPS:
        let_step(house)
    await house.start()
    return Place(house, box, ari, ami, server)


def _furnish(box: AsteriskBox, furnished: House, server: StoppableServer | None) -> House:
    if server is None:
        house = House(box, HALF_PAST_TEN)
        house.move_in(furnished)
        return house
    on_postgres = PostgresHouse(box, server.url, HALF_PAST_TEN)
    on_postgres.furnish()
    return on_postgres


async def _strike(place: Place, phones: PhoneRoom, fault: str, state: str) -> Cost:
    before = await asyncio.to_thread(look, place.house, place.box)
    scene = await SCENES[state](place.house, phones)
    began = monotonic()
    await FAULTS[fault](place)
    over = began if fault in AT_ONCE else monotonic()
    seconds = await _well_again(place.house, over)
    ended = _has_ended(scene.caller)
    cut = any(_has_ended(each) for each in scene.talkers)
    told = await _next_is_told(phones, over) if seconds is not None else Told.NOT
    await _hang_up([scene.caller, *scene.others])
    sources = await _tasks(place.house, 1 if scene.spoke else 0)
    return Cost(
        fault=fault,
        state=state,
        lost=int(ended and not has_what_they_came_for(scene.spoke, sources)),
        cut=int(cut),
        messages_lost=int(scene.spoke and not sources),
        doubled=max(0, len(sources) - 1),
        seconds=seconds,
        left=await _left(place, before),
        next_call=told,
    )


def _has_ended(call: PhoneCall) -> bool:
    return call.state is CallState.ENDED


async def _well_again(house: House, over: float) -> float | None:
    try:
        await until(house.is_healthy, RECOVERS_WITHIN_S, "/health is well")
    except AssertionError:
        return None
    return round(monotonic() - over, 1)


async def _next_is_told(phones: PhoneRoom, over: float) -> Told:
    first = asyncio.create_task(_call_is_told(phones, "+46701000077"))
    await asyncio.wait({first}, timeout=max(0.0, over + RECOVERY_GOAL_S - monotonic()))
    if not first.done():
        later = await _call_is_told(phones, "+46701000078")
        return Told.AT_ONCE if await first else Told.LATER if later else Told.NOT
    return Told.AT_ONCE if first.result() else Told.NOT


async def _call_is_told(phones: PhoneRoom, number: str) -> bool:
    call = await (await phones.caller(number)).dial(MARIA)
    try:
        await call.hears_prompt("sv/reason-meeting-back", within=20)
    except DidNotHappen:
        return False
    finally:
        await _hang_up([call])
    return True


async def _hang_up(calls: Sequence[PhoneCall]) -> None:
    """An Asterisk that was killed owes no telephone an answer."""
    for each in calls:
        if not _has_ended(each):
            with contextlib.suppress(DidNotHappen):
                await each.hangup()


def has_what_they_came_for(spoke: bool, sources: Sequence[str]) -> bool:
    """Whose spoken message is kept has been thanked, and their call may end; a task `interrupted` keeps no message."""
    return spoke and any(source != "interrupted" for source in sources)


async def _tasks(house: House, wanted: int) -> Sequence[str]:
    """The source of each."""

    async def there() -> bool:
        return len(house.tasks()) >= wanted

    try:
        await until(there, 45, "the message has its task")
    except AssertionError:
        return ()
    return [row["source"] for row in house.tasks()]


async def _left(place: Place, before: Held) -> tuple[str, ...]:
    """After all had time to go."""
    left: tuple[str, ...] = ()

    async def none() -> bool:
        nonlocal left
        try:
            left = left_of(before, await asyncio.to_thread(look, place.house, place.box))
        except AWAY as error:
            left = (f"cannot be looked at: {error}",)
        return not left

    with contextlib.suppress(AssertionError):
        await until(none, 45, "nothing is left")
    return left
