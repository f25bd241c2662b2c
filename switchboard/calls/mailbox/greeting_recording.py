"""Record a greeting, judge it, and let the person keep it or do it over. Nothing is in force before it is kept."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.asking import ask_choice
from switchboard.calls.mailbox.owner import MailboxOwner
from switchboard.calls.mailbox.takes import Take, let_hear, take
from switchboard.calls.orders.greetings import Examined, examine_greeting, keep_greeting, longest_greeting
from switchboard.calls.ports import RecordingLimits, UnreadableSound
from switchboard.changes import GreetingSpot, NewGreeting
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import EventKind
from switchboard.domain.mailbox.recording_quality import GreetingFault
from switchboard.domain.working_days import STOCKHOLM

ATTEMPTS = 5
SILENCE_S = 4
# A recording that is cut off at the limit would pass for one that is just short enough.
BEYOND_LIMIT_S = 3
MOST_HEARD = 20
KEEP, HEAR, AGAIN = "1", "2", "3"


@dataclass(frozen=True, slots=True)
class RecordedGreeting:
    """What is to be recorded; `last_day`: of a temporary one."""

    owner: MailboxOwner
    spot: GreetingSpot
    last_day: date | None = None

    @property
    def valid_until(self) -> datetime | None:
        if self.last_day is None:
            return None
        return datetime.combine(self.last_day + timedelta(days=1), time(0), STOCKHOLM)


async def record_greeting(talk: Conversation, wanted: RecordedGreeting) -> bool:
    """Whether one was kept. What is not fit to be heard is refused with its reason, and can be done over."""
    longest = longest_greeting(talk.directory, wanted.owner.person.authority_id, wanted.owner.act(talk))
    for _attempt in range(ATTEMPTS):
        talk.stage = "while recording a greeting"
        await talk.say(FixedPrompt("greeting-record"))
        async with take(talk, RecordingLimits(longest + BEYOND_LIMIT_S, SILENCE_S)) as taken:
            examined = await _examine(talk, taken, longest)
            choice = await _confirm(talk, taken) if examined is not None else AGAIN
        if choice == KEEP and examined is not None:
            await _keep(talk, wanted, examined)
            return True
        if choice != AGAIN:
            return False
    return False


async def _examine(talk: Conversation, taken: Take, longest_s: int) -> Examined | None:
    """None: it was refused, and the person has been told why."""
    examined = await _examined(talk, taken.wav, longest_s) if taken.wav is not None else None
    fault = examined.verdict.fault if examined is not None else GreetingFault.EMPTY
    if fault is None:
        return examined
    why = examined.verdict.why if examined is not None else "nothing was recorded"
    await talk.note(EventKind.DESK, greeting="refused", why=why)
    await talk.say(FixedPrompt(f"greeting-{fault.value.replace('_', '-')}"))
    return None


async def _examined(talk: Conversation, wav: bytes, longest_s: int) -> Examined | None:
    """Measuring takes a second or two, in which the person hears that it goes on."""
    work = asyncio.create_task(examine_greeting(talk.ports, wav, longest_s), name=f"greeting-{talk.call.id}")
    try:
        await talk.say(FixedPrompt("greeting-examined"))
        return await work
    except UnreadableSound as fault:
        talk.log.warning("greeting_not_read", why=str(fault))
        return None
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def _confirm(talk: Conversation, taken: Take) -> str | None:
    talk.stage = "before keeping a greeting"
    for _ in range(MOST_HEARD):
        key = await ask_choice(talk, "123*", FixedPrompt("greeting-confirm"))
        if key != HEAR:
            return key
        await let_hear(talk, taken)
    return None


async def _keep(talk: Conversation, wanted: RecordedGreeting, examined: Examined) -> None:
    spot = wanted.spot
    new = NewGreeting(
        owner_kind=spot.owner_kind,
        owner_id=spot.owner_id,
        kind=spot.kind,
        language=spot.language,
        sha256="",
        reason=spot.reason,
        valid_until=wanted.valid_until,
        situation=spot.situation,
    )
    await keep_greeting(talk.ports, new, examined, wanted.owner.act(talk))
