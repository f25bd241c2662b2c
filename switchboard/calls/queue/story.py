"""The story of waiting for the operators: the place in the line, what is heard meanwhile, the turn, the talk."""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn

from switchboard.calls.conversation import Conversation
from switchboard.calls.live import StillRinging
from switchboard.calls.ports import LegGone, QueuePlace, RingRequest, TelephonyFault
from switchboard.calls.queue.hearing import Ears, greet
from switchboard.calls.queue.keep_place import NoNumber
from switchboard.calls.queue.leaving import note_abandoned, note_left, queue_mailbox, waited_s
from switchboard.calls.queue.offering import Answer, Ringer
from switchboard.calls.queue.overflowing import end_wait, leave_instead, other_group, tell_closed, tell_of_no_group
from switchboard.calls.queue.places import Waiting
from switchboard.calls.queue.queues import Queues
from switchboard.calls.queue.reach import are_in_hours, authority_mailbox
from switchboard.calls.talk.joining import phone_party, try_sound
from switchboard.calls.talk.steps import HandedOver
from switchboard.calls.talk.talking import converse
from switchboard.domain.announcement import Announcement, FixedPrompt, Goodbye
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import FunctionGroup, OperatorQueue
from switchboard.domain.display import show_new_call
from switchboard.domain.queueing import OverflowDecision

Priority = Literal["recall", "external", "internal"]
Ending = Answer | str | NoNumber | OverflowDecision


async def call_operators(
    talk: Conversation, group: FunctionGroup | None, mailbox: Mailbox, *first: Announcement
) -> CallOutcome:
    """Wait in line for the operators, after colleagues or before them by where the call came from."""
    priority: Priority = "internal" if talk.call.source == "phone" else "external"
    return await enter_queue(talk, group, mailbox, *first, priority=priority)


async def enter_queue(
    talk: Conversation,
    group: FunctionGroup | None,
    mailbox: Mailbox,
    *first: Announcement,
    priority: Priority,
    why: str | None = None,
) -> CallOutcome:
    """The caller hears `first`, then waits in line until an operator answers, the caller keeps the place and hangs
    up, or waiting is over by rule; then a message for `mailbox` may be left.

    A `recall` counts from when the call arrived; `why` is what the operators' phones show of it. Outside their opening
    hours nobody is rung: the caller is told when they open (R23), but one who comes back is served.
    """
    if first:
        talk.stage = "before the operators"
        await talk.say(*first)
    if group is None:
        return await tell_of_no_group(talk, mailbox, welcome=priority != "recall")
    if priority != "recall" and not are_in_hours(talk, group):
        return await tell_closed(talk, mailbox, group)
    place = _new_place(talk, group, priority, why)
    waiting = Waiting(place, talk.now)
    return await _Wait(talk, group, mailbox, waiting, welcome=priority != "recall").story()


async def resume_waiting(talk: Conversation, place: QueuePlace) -> CallOutcome:
    """A caller whom Asterisk held over a restart goes on waiting, in the same place."""
    await talk.refresh()
    authority = talk.directory.authority(place.authority_id)
    if authority is not None:
        talk.belong_to(authority)
    talk.language = place.language
    group = talk.directory.function_group(place.group_id)
    if group is None:
        return await call_operators(talk, None, authority_mailbox(talk))
    waiting = Waiting.kept(place)
    mailbox = queue_mailbox(talk.directory, place)
    return await _Wait(talk, group, mailbox, waiting, welcome=False).story()


def _new_place(talk: Conversation, group: FunctionGroup, priority: Priority, why: str | None) -> QueuePlace:
    queue = talk.directory.operator_queue(group.id)
    return QueuePlace(
        id=talk.call.id,
        group_id=group.id,
        authority_id=talk.authority.id if talk.authority else group.authority_id,
        kind="caller",
        priority=_priority(queue, priority),
        since=min(talk.call.arrived_at, talk.now) if priority == "recall" else talk.now,
        called=talk.call.called[:64],
        number=talk.caller,
        language=talk.language,
        why=why,
        entered_at=talk.now,
    )


def _priority(queue: OperatorQueue, priority: Priority) -> int:
    ours = {"recall": queue.recall_priority, "external": queue.external_priority, "internal": queue.internal_priority}
    return ours[priority]


@dataclass(slots=True)
class _Wait:
    """One caller's wait in one line."""

    talk: Conversation
    group: FunctionGroup
    mailbox: Mailbox
    waiting: Waiting
    welcome: bool

    @property
    def _lines(self) -> Queues:
        return self.talk.ports.queues

    async def story(self) -> CallOutcome:
        talk, place = self.talk, self.waiting.place
        await talk.note(
            EventKind.QUEUED, group=place.group_id, priority=place.priority, came_back=place.why is not None
        )
        while True:
            talk.stage = "while waiting for the operators"
            try:
                ending = await self._stand_in_line()
            except LegGone:
                await asyncio.shield(self._note_abandoned())
                raise
            except HandedOver:
                self._lines.leave(place, "answered")
                raise
            except Exception:
                self._lines.leave(place, "failed")
                raise
            outcome = await self._go_on(ending)
            if outcome is not None:
                return outcome
            # The operator was gone before the talk began: the caller stands where they stood.
            self.waiting.stand_again()

    async def _go_on(self, ending: Ending) -> CallOutcome | None:
        match ending:
            case Answer():
                return await self._converse(ending)
            case str():
                return await self._book(ending)
            case NoNumber():
                return await leave_instead(self.talk, self.waiting, self.mailbox)
            case OverflowDecision():
                return await self._overflow(ending)

    async def _stand_in_line(self) -> Ending:
        """Every place is written before it is acted on; over a stop of the service Asterisk keeps the caller."""
        talk, lines = self.talk, self._lines
        with talk.ports.lasting.holds(talk.call.id):
            await lines.put(self.waiting.place)
            with lines.holds(self.waiting):
                ending = await self._first_ending()
                return ending if ending is not None else await self._rest()

    async def _rest(self) -> NoReturn:
        """The service stops: Asterisk plays music until the next one takes the caller up."""
        await try_sound(self.talk, self.talk.leg.hold_music())
        self.waiting.at_rest.set()
        await self.talk.leg.wait_gone()
        raise LegGone

    async def _first_ending(self) -> Ending | None:
        """None: the service is about to stop."""
        talk, waiting = self.talk, self.waiting
        ringer = Ringer(talk.ports, self._lines.crew, self._request)
        served = _start(ringer.until_answered(waiting), "turn", talk)
        ears = Ears(talk, self._lines, waiting, self.welcome)
        chose = _start(ears.listen(), "ears", talk)
        over = _start(waiting.until(lambda: waiting.over is not None or waiting.resting), "overflow", talk)
        gone = _start(talk.leg.wait_gone(), "gone", talk)
        asked = _start(talk.live.asked(), "asked", talk)
        tasks: list[asyncio.Task[Any]] = [served, chose, over, gone, asked]
        taken = False
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            await _stop(tasks)
            self.welcome = ears.welcome
            ending = self._ending(served, chose, asked)
            taken = isinstance(ending, Answer)
        finally:
            await asyncio.shield(self._clean_up(tasks, served, taken))
        return ending

    def _ending(
        self, served: asyncio.Task[Answer], chose: asyncio.Task[str | NoNumber], asked: asyncio.Task[None]
    ) -> Ending | None:
        """Of all that came in the same instant the most telling."""
        if self.talk.leg.gone:
            raise LegGone
        if not asked.cancelled():
            self.talk.live.give(StillRinging(self.talk.dialling))
            raise HandedOver
        if not served.cancelled():
            return served.result()
        if not chose.cancelled():
            return chose.result()
        return self.waiting.over

    async def _clean_up(self, tasks: list[asyncio.Task[Any]], served: asyncio.Task[Answer], taken: bool) -> None:
        """No phone rings on, and nobody who answered is left with nobody."""
        await _stop(tasks)
        if not taken and not served.cancelled() and served.exception() is None:
            ringer = Ringer(self.talk.ports, self._lines.crew, self._request)
            await ringer.drop(served.result(), self.waiting.place.id)

    def _request(self, account: str) -> RingRequest:
        talk = self.talk
        called = talk.authority.name if talk.authority else self.group.name
        return RingRequest(
            call_id=talk.call.id,
            account=account,
            pii_display_name=self.waiting.place.why or show_new_call(called, talk.caller),
            pii_display_number=talk.caller or "anonymous",
            timeout_s=self.group.ring_seconds,
        )

    async def _converse(self, answer: Answer) -> CallOutcome | None:
        """None: the operator's leg was gone before the two could talk."""
        talk, lines, place = self.talk, self._lines, self.waiting.place
        lines.crew.talks(talk.ports, answer.person_id, place, answer.leg)
        talk.involve(answer.leg)
        try:
            await self._pick_up()
            lines.leave(place, "answered")
            await note_left(lines, place, "answered", self.waiting.before)
            await talk.note(EventKind.ANSWERED, by=answer.device.account)
            waited = waited_s(lines, place, self.waiting.before)
            await talk.note(EventKind.CONNECTED, account=answer.device.account, waited_s=waited)
            await converse(talk, phone_party(talk, answer.leg))
        except TelephonyFault as fault:
            talk.log.warning("not_connected", account=answer.device.account, fault=str(fault))
            await talk.note(EventKind.FAULT, what="not connected", account=answer.device.account)
            return None
        finally:
            await asyncio.shield(talk.end_others())
        return CallOutcome(Outcome.CONNECTED, "talked with an operator")

    async def _pick_up(self) -> None:
        """Who hung up in that moment has given up waiting (R16)."""
        talk = self.talk
        try:
            if not talk.answered:
                await talk.leg.answer()
                talk.answered = True
        except LegGone:
            await asyncio.shield(self._note_abandoned())
            raise

    async def _note_abandoned(self) -> None:
        await note_abandoned(self._lines, self.waiting.place, self.mailbox, self.waiting.before)

    async def _book(self, number: str) -> CallOutcome:
        """The place is the same, but for the caller on the line; its wait has no limit, and is counted as a whole."""
        talk, lines = self.talk, self._lines
        waiting = self.waiting
        began = waiting.entered_at - waiting.before
        place = replace(waiting.place, kind="callback", number=number, language=talk.language, entered_at=began)
        lines.book(place)
        await lines.put(place)
        await note_left(lines, place, "booked")
        await talk.note(EventKind.BOOKED, group=place.group_id)
        outcome = CallOutcome(Outcome.BOOKED, "the caller keeps the place and is called back")
        talk.stage = "after the place was kept"
        with contextlib.suppress(LegGone):
            await talk.say(FixedPrompt("queue-place-kept"), Goodbye())
        return outcome

    async def _overflow(self, decision: OverflowDecision) -> CallOutcome:
        talk, lines, place = self.talk, self._lines, self.waiting.place
        lines.leave(place, "closed" if decision.situation == "closing" else "overflowed")
        await note_left(lines, place, decision.situation, self.waiting.before)
        talk.log.info("queue_overflowed", situation=decision.situation, action=decision.action, rule=decision.rule_id)
        await talk.refresh()
        other = other_group(talk, decision)
        if other is None:
            if self.welcome:
                await greet(talk)
            return await end_wait(talk, place, self.mailbox, decision)
        if not are_in_hours(talk, other):
            return await tell_closed(talk, self.mailbox, other)
        waiting = self.waiting.in_other_line(other.id, talk.now)
        return await _Wait(talk, other, self.mailbox, waiting, self.welcome).story()


def _start(work: Coroutine[Any, Any, Any], what: str, talk: Conversation) -> asyncio.Task[Any]:
    return asyncio.create_task(work, name=f"{what}-{talk.call.id}")


async def _stop(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
