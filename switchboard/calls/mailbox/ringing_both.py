"""A call back that is ordered over HTTP: the colleague's telephones ring first, then whoever waits to be called (R14).

Once the colleague has answered, the call is one that they made: with their rights, in the journal under their
telephone, and so it proves itself.
"""

import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from switchboard.calls.conversation import Conversation
from switchboard.calls.incoming import see_through
from switchboard.calls.mailbox.calling_back import CallBack, connect_with, shown_as
from switchboard.calls.ports import Ports, RingRequest
from switchboard.calls.talk.race import Race, Winner, name_of
from switchboard.domain.absence import absence_in_force
from switchboard.domain.call import CallEvent, CallOutcome, EventKind, IncomingCall, Outcome
from switchboard.domain.directory import Device, Directory, Person
from switchboard.domain.display import show_callback
from switchboard.domain.diversion import phones_of
from switchboard.domain.routing import NotAllowed, Route, ToOutside, ToPerson, decide_own_call
from switchboard.domain.tasks.life import TaskState
from switchboard.errors import BadValue, Conflict

RING_S = 25.0
Make = Callable[[str, Callable[[], Coroutine[object, object, CallOutcome]]], bool]
"""Tells the story of a call beside others: `Dispatcher.make`."""


@dataclass(frozen=True, slots=True)
class _Order:
    call_id: str
    task: TaskState
    person: Person
    back: CallBack


class CallsBack:
    def __init__(self, ports: Ports, make: Make) -> None:
        self._ports = ports
        self._make = make

    async def start(self, task_id: str, person_id: int | None, actor: str) -> str:
        """The id of the call that begins now. `person_id` None: whoever has the task, or whom it is for. NotFound;
        BadValue where nobody is named; Conflict, with the reason, where nobody can be rung."""
        ports = self._ports
        task, directory = await ports.task_book.one(task_id), await ports.directory.current()
        person = directory.person(person_id or task.taken_by or task.mailbox.person_id or 0)
        if person is None:
            raise BadValue("person", "is needed: nobody has the task, and it is for nobody in particular")
        order = _Order(f"back-{uuid.uuid4().hex}", task, person, _back(task, person, directory))
        _refuse_forbidden(self._route(order, directory), task)
        devices = await self._free_devices(person, directory)
        if not self._make(order.call_id, lambda: self._story(order, devices)):
            raise Conflict("the service is about to stop")
        ports.log.info("call_back_ordered", call_id=order.call_id, task=task.id, person=person.id, by=actor)
        return order.call_id

    def _route(self, order: _Order, directory: Directory) -> Route:
        ports = self._ports
        calendar, now = ports.calendars.calendar, ports.clock.now()
        return shown_as(order.back, decide_own_call(order.back.number, order.person, directory, calendar, now))

    async def _free_devices(self, person: Person, directory: Directory) -> tuple[Device, ...]:
        """Who is away is not rung, whoever orders it (R1)."""
        ports = self._ports
        absence = absence_in_force(directory.absences(person.id), ports.clock.now())
        if absence is not None and not absence.open:
            raise Conflict(f"person {person.id} is absent, and is not rung")
        accounts = [each.account for each in directory.devices(person.id) if each.enabled]
        found = phones_of(person, directory, await ports.telephony.phone_states(accounts))
        if not found.free:
            raise Conflict(f"no telephone of person {person.id} is free ({found.why_none})")
        return found.free

    async def _story(self, order: _Order, devices: tuple[Device, ...]) -> CallOutcome:
        shown = show_callback(order.back.number)
        requests = [RingRequest(order.call_id, each.account, shown, order.back.number, RING_S) for each in devices]
        race = Race(self._ports.telephony, requests)
        try:
            result = await race.outcome()
            if not isinstance(result, Winner):
                return await self._unanswered(order)
            race.taken()
        finally:
            await race.stop()
        return await self._talk(order, result)

    async def _unanswered(self, order: _Order) -> CallOutcome:
        """Nobody was called: for the task it is no attempt, and the journal names no telephone."""
        outcome = CallOutcome(Outcome.ABANDONED, "the colleague did not answer")
        journal, call = self._ports.journal, self._call(order, None)
        await journal.arrived(call, order.task.mailbox.authority_id)
        for kind in (EventKind.ARRIVED, EventKind.ENDED):
            await journal.note(CallEvent(call.id, self._ports.clock.now(), kind, {"task": order.task.id}))
        await journal.ended(call.id, self._ports.clock.now(), outcome)
        return outcome

    async def _talk(self, order: _Order, answer: Winner) -> CallOutcome:
        talk = Conversation(self._call(order, name_of(answer.request)), answer.leg, self._ports)
        return await see_through(talk, lambda talk: self._connect(talk, order))

    async def _connect(self, talk: Conversation, order: _Order) -> CallOutcome:
        talk.answered = True
        await talk.refresh()
        authority = talk.directory.authority(order.task.mailbox.authority_id)
        await talk.ports.journal.arrived(talk.call, order.task.mailbox.authority_id)
        await talk.note(EventKind.ARRIVED, source="service", task=order.task.id)
        if authority is not None:
            talk.belong_to(authority)
        talk.language = order.person.language
        await talk.ports.journal.routed(talk.call.id, order.task.mailbox.authority_id, "called back by order over HTTP")
        outcome = await connect_with(talk, self._route(order, talk.directory))
        return outcome or CallOutcome(Outcome.INFORMED, "the number cannot be rung")

    def _call(self, order: _Order, account: str | None) -> IncomingCall:
        now = self._ports.clock.now()
        return IncomingCall(order.call_id, order.back.number, account, None, "service", account, now)


def _back(task: TaskState, person: Person, directory: Directory) -> CallBack:
    if task.ended:
        raise Conflict(f"callback task {task.id} is {task.status}")
    if task.caller is None:
        raise Conflict(f"callback task {task.id} has no number to call")
    return CallBack(task.caller, person, ("task", task.id), directory.authority(task.mailbox.authority_id))


def _refuse_forbidden(route: Route, task: TaskState) -> None:
    if isinstance(route, NotAllowed):
        raise Conflict(f"callback task {task.id}: the person may not call there ({route.reason.text})")
    if not isinstance(route, ToOutside | ToPerson):
        raise Conflict(f"callback task {task.id} has no number that can be called")
