"""A switchboard with a queue to stand in: operators, callers, and what became of each."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from switchboard.calls.incoming import follow_call
from switchboard.domain.call import CallEvent, CallOutcome, EventKind, IncomingCall
from switchboard.domain.directory import (
    Device,
    FunctionMember,
    OperatorQueue,
    OperatorSession,
    OverflowAction,
    OverflowRule,
    OverflowSituation,
    Person,
)
from switchboard.domain.directory_index import Record
from switchboard.domain.diversion import PhoneState
from tests.builders import OP1, OP2, OPERATOR_GROUP
from tests.fakes.leg import FakeLeg
from tests.fakes.world import WEDNESDAY, World, at_work

MAIN = "+46980319200"
GROUP = OPERATOR_GROUP.id
SESSIONS = {
    OP1: OperatorSession(1, OP1.id, GROUP, since=WEDNESDAY, idle_since=WEDNESDAY),
    OP2: OperatorSession(2, OP2.id, GROUP, since=WEDNESDAY, idle_since=WEDNESDAY),
}


def queue(**rules: object) -> OperatorQueue:
    return replace(OperatorQueue(1, GROUP), **rules)  # type: ignore[arg-type]


def rule(
    situation: OverflowSituation, action: OverflowAction, threshold: int = 0, key: str | None = None
) -> OverflowRule:
    return OverflowRule(1, GROUP, situation, action, threshold, key)


class Desk(World):
    """`await desk.caller("a")` begins a call and gives its leg; both operators' phones are free unless said else."""

    def __init__(self, *records: Record, both: bool = True, **more: object) -> None:
        super().__init__(at_work(*SESSIONS.values(), *records), **more)  # type: ignore[arg-type]
        self.op1 = self.telephony.phone("op1")
        self.op2 = self.telephony.phone("op2")
        if not both:
            self.directory.index.remove("operator_session", 2)
        self.calls: dict[str, asyncio.Task[CallOutcome]] = {}

    def ring_in(self, name: str, number: str | None = "+46701234567", called: str = MAIN) -> FakeLeg:
        leg = self.telephony.caller(name)
        call = self.incoming(called, leg, number)
        self.calls[name] = asyncio.create_task(follow_call(call, leg, self.ports), name=f"call-{name}")
        return leg

    def ring_inside(self, name: str, account: str = "anna") -> FakeLeg:
        leg = self.telephony.caller(name, account)
        call = IncomingCall(name, "200", "210", None, "phone", account, self.clock.now())
        self.calls[name] = asyncio.create_task(follow_call(replace(call, called=MAIN), leg, self.ports))
        return leg

    async def ends(self, name: str) -> CallOutcome:
        outcome = await self.calls[name]
        await self.queues.settle()
        return outcome

    def line(self) -> list[str]:
        return [each.place.id for each in self.queues.view()]

    def event(self, call_id: str, kind: EventKind) -> CallEvent:
        return next(event for event in self.events(call_id) if event.kind is kind)

    def left(self, call_id: str) -> object:
        return self.event(call_id, EventKind.LEFT_QUEUE).detail["how"]

    def session(self, person: Person) -> OperatorSession:
        return self.directory.index.sessions_of(person.id)[0]

    async def close(self) -> None:
        """Nothing may be left over but who still stands in the line."""
        await self.queues.close()
        assert self.telephony.left_over() == []
        assert self.log.events("exception") == []


def staff(index_put: Callable[[Record], None], count: int) -> list[str]:
    """More operators, signed in; gives the accounts of their phones."""
    accounts = []
    for number in range(count):
        id_ = 5000 + number
        account = f"agent{number}"
        index_put(Person(id_, 1, f"Telefonist {number}"))
        index_put(Device(id_, id_, account))
        index_put(FunctionMember(id_, GROUP, id_, 10 + number))
        index_put(OperatorSession(id_, id_, GROUP, since=WEDNESDAY, idle_since=WEDNESDAY))
        accounts.append(account)
    return accounts


BUSY = PhoneState.BUSY
