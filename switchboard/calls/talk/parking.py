"""A parked caller hears music until somebody fetches them, and comes back to whoever parked them after a time."""

import asyncio
from datetime import datetime
from typing import Any

from switchboard.calls.conversation import Conversation
from switchboard.calls.live import Parked, Party
from switchboard.calls.past_the_queue import Served
from switchboard.calls.ports import LegGone, TelephonyFault
from switchboard.calls.talk.joining import queue_rules, try_sound
from switchboard.calls.talk.race import Watch
from switchboard.calls.talk.steps import ComeBack, MovedOn, Transferor
from switchboard.calls.talk.talking import converse
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.display import ComingBack


async def park(talk: Conversation, by: Transferor) -> CallOutcome:
    talk.stage = "while parked"
    since = talk.now
    await try_sound(talk, talk.leg.hold_music())
    await talk.note(EventKind.PARKED, by=by.account)
    fetcher = await _until_fetched(talk, by)
    if fetcher is None:
        raise MovedOn(ComeBack(by, _still_there(since)))
    Served(talk, fetcher.leg.account or "").talks(fetcher.leg)
    await talk.note(EventKind.CONNECTED, account=fetcher.leg.account, fetched=True)
    try:
        await converse(talk, fetcher)
    except TelephonyFault as fault:
        talk.log.warning("not_connected", fault=str(fault))
        raise MovedOn(ComeBack(by, _still_there(since))) from fault
    return CallOutcome(Outcome.CONNECTED, "talked after being fetched")


async def _until_fetched(talk: Conversation, by: Transferor) -> Party | None:
    """None: nobody came in time."""
    fetched: asyncio.Future[Party] = asyncio.get_running_loop().create_future()

    def fetch(party: Party) -> bool:
        if fetched.done() or talk.leg.gone:
            return False
        talk.involve(party.leg)
        fetched.set_result(party)
        return True

    watch = Watch(gone=talk.leg.wait_gone())
    with talk.ports.parking.holds(Parked(talk.call.id, _place(talk, by), by.account, fetch)):
        try:
            waits: list[asyncio.Future[Any]] = [fetched, *watch.all()]
            await asyncio.wait(waits, timeout=queue_rules(talk).park_seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            fetched.cancel()  # who comes later is told that nobody is there; harmless where somebody came
            await watch.stop()
    if talk.leg.gone:
        raise LegGone
    return None if fetched.cancelled() else fetched.result()


def _place(talk: Conversation, by: Transferor) -> str:
    extension = talk.directory.extension_of(by.person.id) if by.person else None
    return extension.digits if extension else by.account


def _still_there(since: datetime) -> ComingBack:
    return ComingBack("parked", since=since)
