"""Two hundred callers wait, twenty operators answer, others keep coming: order, positions, what is left, and how soon
an operator who becomes free is rung."""

import asyncio
import json
import random
import urllib.request
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from time import monotonic

from tests.acceptance.house import House
from tests.acceptance.registering import register
from tests.acceptance.wait import until
from tests.bench.goals import Goal, at_most, none_of
from tests.bench.stand import Stand
from tests.callers.phone import CallState, DidNotHappen, PhoneAccount
from tests.callers.raw_sip import RawPhone
from tests.callers.sip.call import RawCall

WAITING, OPERATORS = 200, 20
ARRIVALS_A_SECOND, ARRIVE_S, WATCH_S = 6, 15.0, 8.0
TALK_S = (1.5, 4.5)
FILL_PAUSE_S = 0.05
GOAL_P99_MS = 150.0
MAIN = "+46980477700"


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """Times from an operator's hang-up to the next INVITE at the same phone. `cpu_ms` of the service for a caller and
    second of waiting, nothing else going on. `wrong_positions` of all that the interface showed."""

    calls: int
    waiting: int
    operators: int
    answered: int
    out_of_order: int
    positions: int
    wrong_positions: int
    left_over: int
    next_ring_p50_ms: float
    next_ring_p99_ms: float
    cpu_ms: float

    @property
    def goals(self) -> Sequence[Goal]:
        unanswered = abs(self.calls - self.answered)
        return [
            at_most(f"a free operator is rung within {GOAL_P99_MS:g} ms (p99)", self.next_ring_p99_ms, GOAL_P99_MS),
            none_of(
                "order kept, positions right, nothing left: faults",
                self.out_of_order + self.wrong_positions + self.left_over + unanswered,
            ),
        ]

    @property
    def sentence(self) -> str:
        return (
            f"Queue: {self.waiting} waiting, {self.operators} operators, {self.calls} calls,"
            f" {self.answered} answered, {self.out_of_order} out of order,"
            f" {self.wrong_positions} of {self.positions} positions wrong, {self.left_over} left over;\n"
            f"  free operator to ringing phone p50 {self.next_ring_p50_ms:.0f} ms,"
            f" p99 {self.next_ring_p99_ms:.0f} ms; service {self.cpu_ms:.2f} ms of CPU"
            f" for a caller's second of waiting"
        )


@dataclass
class Operator:
    """Answers at once, talks, hangs up, as often as it rings."""

    phone: RawPhone
    dice: random.Random
    released: asyncio.Event
    next_rings: list[float] = field(default_factory=list)
    answered: int = 0

    async def work(self) -> None:
        free_at: float | None = None
        while True:
            rung = await self.phone.wait_incoming(within=3600)
            assert isinstance(rung, RawCall)
            if free_at is not None:
                self.next_rings.append((rung.recording.started - free_at) * 1000)
            await rung.answer()
            rung.media.close()
            self.answered += 1
            await self.released.wait()
            await asyncio.sleep(self.dice.uniform(*TALK_S))
            free_at = monotonic() if rung.state is CallState.TALKING else None
            await rung.hangup()


def furnish(house: House) -> None:
    """An authority whose desk is staffed by `OPERATORS`; nothing where it is there."""
    if house.sql("SELECT 1 FROM authority WHERE main_number = ?", MAIN):
        return
    authority = _add(house, "authority", name="Stora växeln", main_number=MAIN)
    group = _add(house, "function_group", authority_id=authority, name="Stora växeln", operators=1, ring_seconds=30)
    house.sql("UPDATE authority SET operators_group_id = ? WHERE id = ?", group, authority)
    _add(house, "operator_queue", group_id=group, distribution="longest_idle", announce_seconds=30)
    _add(house, "overflow_rule", group_id=group, situation="max_length", action="message", threshold=1000)
    _add(house, "phone_number", authority_id=authority, e164=MAIN, destination_kind="operators")
    for place in range(OPERATORS):
        person = _add(house, "person", authority_id=authority, name=f"Operatör {place}")
        _add(house, "device", person_id=person, account=f"load{place}", password=_password(place))
        _add(house, "function_member", group_id=group, person_id=person, position=place)
        _add(house, "operator_session", person_id=person, group_id=group, since="2026-08-12 08:00")


def _password(place: int) -> str:
    return f"pw-load{place}-7731-abcdef"


def _add(house: House, table: str, **values: object) -> int:
    columns, marks = ", ".join(values), ", ".join("?" for _ in values)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING id"  # noqa: S608 - names are ours
    return int(house.one(statement, *values.values())["id"])


async def measure_queue(stand: Stand) -> QueueFigures:
    """Takes about a minute and a half. The callers send no sound, and hang up when the operator has."""
    house = stand.house
    furnish(house)
    token = json.loads(await asyncio.to_thread(house.command, "token", "create", "--role", "operator", "--json"))
    async with AsyncExitStack() as stack:
        operators = [await operator(stand, place, stack) for place in range(OPERATORS)]
        work = [asyncio.create_task(each.work()) for each in operators]
        try:
            run = _Run(stand, token["token"], await _citizens(stand, stack))
            figures = await run.through(operators)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
        await asyncio.gather(*(each.phone.unregister() for each in operators))
    return figures


async def _citizens(stand: Stand, stack: AsyncExitStack) -> RawPhone:
    """One telephone from which all call: the sender's number is what tells them apart."""
    return await stack.enter_async_context(RawPhone(PhoneAccount("+46700000000", stand.box.server)))


async def operator(stand: Stand, place: int, stack: AsyncExitStack) -> Operator:
    account = PhoneAccount(f"load{place}", stand.box.server, password=_password(place))
    phone = await stack.enter_async_context(RawPhone(account))
    await register(phone, stand.box)
    return Operator(phone, random.Random(place), asyncio.Event())


class _Run:
    def __init__(self, stand: Stand, token: str, citizens: RawPhone) -> None:
        self._stand = stand
        self._token = token
        self._citizens = citizens
        self._calls: list[RawCall] = []
        self._positions = self._wrong = 0

    async def through(self, operators: Sequence[Operator]) -> QueueFigures:
        await self._fill(OPERATORS + WAITING)
        cpu_ms = await self._cpu_of_waiting()
        for each in operators:
            each.released.set()
        await self._keep_coming()
        await asyncio.gather(*(call.ended(within=120) for call in self._calls))
        await self._stand.drained()
        rings = sorted(each for operator in operators for each in operator.next_rings)
        return QueueFigures(
            calls=len(self._calls),
            waiting=WAITING,
            operators=OPERATORS,
            answered=sum(each.answered for each in operators),
            out_of_order=self._out_of_order(),
            positions=self._positions,
            wrong_positions=self._wrong,
            left_over=len(await asyncio.to_thread(self._stand.box.leftovers)) + self._open_places(),
            next_ring_p50_ms=_percentile(rings, 50),
            next_ring_p99_ms=_percentile(rings, 99),
            cpu_ms=cpu_ms,
        )

    async def _fill(self, callers: int) -> None:
        for _ in range(callers):
            await self._call()
            await asyncio.sleep(FILL_PAUSE_S)
        await until(self._all_answered, 20, f"{callers} callers talk or wait")

    async def _call(self) -> None:
        sender = f"<sip:+46701{len(self._calls):06d}@127.0.0.1>".encode()
        call = await self._citizens.dial_as(sender, MAIN)
        call.media.close()
        self._calls.append(call)

    async def _all_answered(self) -> bool:
        broken = [call for call in self._calls if call.state is CallState.ENDED]
        if broken:
            raise DidNotHappen(f"{len(broken)} calls ended too early: {broken[0].account_of()}")
        return all(call.state is CallState.TALKING for call in self._calls)

    async def _cpu_of_waiting(self) -> float:
        before = self._stand.usages().service.cpu_s
        await asyncio.sleep(WATCH_S)
        used = self._stand.usages().service.cpu_s - before
        await self._look_at_positions()
        return used * 1000 / WATCH_S / WAITING

    async def _keep_coming(self) -> None:
        end = monotonic() + ARRIVE_S
        while monotonic() < end:
            for _ in range(ARRIVALS_A_SECOND):
                await self._call()
                await asyncio.sleep(1 / ARRIVALS_A_SECOND)
            await self._look_at_positions()

    async def _look_at_positions(self) -> None:
        places = await asyncio.to_thread(self._queue)
        since = [str(place["since"]) for place in places]
        self._positions += len(places)
        self._wrong += sum(place["position"] != number for number, place in enumerate(places, start=1))
        self._wrong += sum(one > other for one, other in pairwise(since))

    def _queue(self) -> list[dict[str, str | int]]:
        url = f"http://127.0.0.1:{self._stand.house.http_port}/api/v1/queue"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self._token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own loopback
            places: list[dict[str, str | int]] = json.load(answer)["items"]
        return places

    def _out_of_order(self) -> int:
        """Callers for whom a telephone rang before it did for one who came earlier."""
        rows = self._stand.house.sql(
            "SELECT place.since FROM call_event AS event JOIN queue_place AS place ON place.call_id = event.call_id"
            " WHERE event.kind = 'rang' ORDER BY event.id"
        )
        since = [row["since"] for row in rows]
        return sum(one > other for one, other in pairwise(since))

    def _open_places(self) -> int:
        return int(self._stand.house.one("SELECT count(*) AS n FROM queue_place WHERE left_at IS NULL")["n"])


def _percentile(values: Sequence[float], percent: int) -> float:
    """Of sorted values, the nearest rank."""
    return values[min(len(values) - 1, len(values) * percent // 100)] if values else float("inf")
