"""Ring phones for a caller: in parallel, first answer wins, the others stop; and let the two talk."""

import asyncio
from collections.abc import Sequence

from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import RingFailure, TelephonyFault
from switchboard.calls.talk.consulting.consulted import answering_party
from switchboard.calls.talk.joining import phone_request, ring_first, try_sound
from switchboard.calls.talk.race import Request, Unanswered, Winner, name_of
from switchboard.calls.talk.talking import converse
from switchboard.domain.call import EventKind
from switchboard.domain.directory import Device, Person

__all__ = ["Unanswered", "connect", "note_rung_out", "ring_and_connect", "ring_for"]

COUNTED_WITHIN_S = 1.0


async def ring_and_connect(talk: Conversation, devices: Sequence[Device], seconds: float) -> Unanswered | None:
    """Ring `devices` for at most `seconds`; None once the caller has talked with the one who answered.

    Raises LegGone when the caller hangs up while the phones ring; then no phone goes on ringing. MovedOn, HandedOver:
    the talk led elsewhere.
    """
    result = await ring_for(talk, [phone_request(talk, device.account, seconds) for device in devices])
    return result if isinstance(result, Unanswered) else await connect(talk, result)


async def ring_for(talk: Conversation, requests: Sequence[Request]) -> Winner | Unanswered:
    """The caller hears ringing meanwhile."""
    if not requests:
        return Unanswered({})
    talk.stage = "while a phone rang"
    await try_sound(talk, talk.leg.ring())
    await talk.note(EventKind.RANG, accounts=",".join(name_of(each) for each in requests))
    result = await ring_first(talk, requests)
    if isinstance(result, Unanswered):
        failures = ",".join(f"{account}:{why}" for account, why in result.failures.items())
        await talk.note(EventKind.NOT_RUNG, failures=failures)
    return result


async def note_rung_out(talk: Conversation, person: Person, failed: Unanswered) -> None:
    """A person's own telephones rang and nobody came: it is counted against who has set no absence (R1)."""
    if failed.why is RingFailure.NO_ANSWER:
        counted = talk.ports.presence.rang_out(person.id, talk.now)
        await talk.at_most(COUNTED_WITHIN_S, counted, "unanswered_call_not_counted")


async def connect(talk: Conversation, winner: Winner) -> Unanswered | None:
    """None once they have talked."""
    talk.stage = "in conversation"
    account = name_of(winner.request)
    try:
        await try_sound(talk, talk.leg.silence())
        if not talk.answered:
            await talk.leg.answer()
            talk.answered = True
        await talk.note(EventKind.ANSWERED, by=account)
        await talk.note(EventKind.CONNECTED, account=account)
        await converse(talk, answering_party(talk, winner))
    except TelephonyFault as fault:
        talk.log.warning("not_connected", account=account, fault=str(fault))
        await talk.note(EventKind.FAULT, what="not connected", account=account)
        return Unanswered({account: RingFailure.FAILED})
    finally:
        await asyncio.shield(talk.end_others())
    return None
