"""Ring phones for a caller: in parallel, first answer wins, the others stop; and let the two talk."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import (
    CallLeg,
    HangupCause,
    LegGone,
    RingFailure,
    RingingLeg,
    RingRequest,
    TelephonyFault,
)
from switchboard.domain.call import EventKind
from switchboard.domain.directory import Device


@dataclass(frozen=True, slots=True)
class Answered:
    leg: CallLeg
    device: Device


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why each account did not answer."""

    failures: dict[str, RingFailure]

    @property
    def why(self) -> RingFailure:
        """The most telling of all reasons: somebody's phone rang, was busy, was not there, failed."""
        for reason in (RingFailure.NO_ANSWER, RingFailure.BUSY, RingFailure.UNREGISTERED):
            if reason in self.failures.values():
                return reason
        return RingFailure.FAILED


async def ring_and_connect(talk: Conversation, devices: Sequence[Device], seconds: float) -> Unanswered | None:
    """Ring `devices` for at most `seconds`; None once the caller has talked with the one who answered.

    Raises LegGone when the caller hangs up while the phones ring; then no phone goes on ringing.
    """
    if not devices:
        return Unanswered({})
    await _let_caller_hear_ringing(talk)
    await talk.note(EventKind.RANG, accounts=",".join(device.account for device in devices))
    result = await _ring_first(talk, devices, seconds)
    if isinstance(result, Unanswered):
        failures = ",".join(f"{account}:{why}" for account, why in result.failures.items())
        await talk.note(EventKind.NOT_RUNG, failures=failures)
        return result
    try:
        await _converse(talk, result)
    except TelephonyFault as fault:
        talk.log.warning("not_connected", account=result.device.account, fault=str(fault))
        await talk.note(EventKind.FAULT, what="not connected", account=result.device.account)
        return Unanswered({result.device.account: RingFailure.FAILED})
    return None


async def _let_caller_hear_ringing(talk: Conversation) -> None:
    talk.stage = "while a phone rang"
    try:
        await talk.leg.ring()
    except TelephonyFault as fault:
        talk.log.warning("no_ring_tone", fault=str(fault))


async def _converse(talk: Conversation, answered: Answered) -> None:
    talk.stage = "in conversation"
    try:
        await talk.leg.silence()
        if not talk.answered:
            await talk.leg.answer()
            talk.answered = True
        await talk.note(EventKind.ANSWERED, by=answered.device.account)
        await talk.note(EventKind.CONNECTED, account=answered.device.account)
        with talk.ports.lasting.holds(talk.call.id):
            await talk.ports.telephony.connect(talk.leg, answered.leg)
    finally:
        await asyncio.shield(answered.leg.hang_up())


async def _ring_first(talk: Conversation, devices: Sequence[Device], seconds: float) -> Answered | Unanswered:
    """Race the phones against each other and against the caller's hang-up."""
    ringing = {
        asyncio.create_task(_ring_one(talk, device, seconds), name=f"ring-{device.account}-{talk.call.id}"): device
        for device in devices
    }
    gone = asyncio.create_task(talk.leg.wait_gone(), name=f"gone-{talk.call.id}")
    failures: dict[str, RingFailure] = {}
    winner: Answered | None = None
    keep = False
    try:
        while ringing and winner is None and not gone.done():
            done, _ = await asyncio.wait({*ringing, gone}, return_when=asyncio.FIRST_COMPLETED)
            for task in [each for each in ringing if each in done and winner is None]:
                device, result = ringing.pop(task), task.result()
                if isinstance(result, RingFailure):
                    failures[device.account] = result
                else:
                    winner = Answered(result, device)
        keep = not gone.done()
    finally:
        if winner is not None and not keep:
            await asyncio.shield(winner.leg.hang_up())
        await _stop(ringing, gone)
    if not keep:
        raise LegGone
    return winner or Unanswered(failures)


async def _stop(ringing: dict[asyncio.Task[CallLeg | RingFailure], Device], gone: asyncio.Task[None]) -> None:
    """End every phone that still rings, and a leg that answered in the very same instant."""
    tasks: list[asyncio.Task[CallLeg | RingFailure]] = list(ringing)
    for task in (*tasks, gone):
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if not isinstance(result, BaseException | RingFailure):
            await result.hang_up(HangupCause.ANSWERED_ELSEWHERE)
    await asyncio.gather(gone, return_exceptions=True)


async def _ring_one(talk: Conversation, device: Device, seconds: float) -> CallLeg | RingFailure:
    authority = talk.authority.name if talk.authority else ""
    request = RingRequest(
        call_id=talk.call.id,
        account=device.account,
        pii_display_name=f"{authority}: {(talk.caller and talk.call.caller_name) or talk.shown_caller}"[:80],
        pii_display_number=talk.caller or "anonymous",
        timeout_s=seconds,
    )
    leg = await talk.ports.telephony.ring(request)
    if isinstance(leg, RingFailure):
        return leg
    return await _await_answer(leg)


async def _await_answer(leg: RingingLeg) -> CallLeg | RingFailure:
    try:
        return await leg.answered()
    except BaseException:
        await asyncio.shield(leg.cancel(HangupCause.ANSWERED_ELSEWHERE))
        raise
