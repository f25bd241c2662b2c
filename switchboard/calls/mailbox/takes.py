"""A recording that somebody tries out: it is in Asterisk until it is decided about, and then it is nowhere.

Its name says in which call it was made, so that one whose call is over, after a crash, is known to be nobody's.
"""

import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import RecordingLimits, TelephonyFault

_NAME = re.compile(r"take-[0-9a-f]{32}-(.+)")


@dataclass(frozen=True, slots=True)
class Take:
    """`wav` None: nothing was recorded."""

    name: str
    wav: bytes | None = field(repr=False)

    @property
    def medium(self) -> str:
        return f"recording:{self.name}"


def call_of_take(name: str) -> str | None:
    """The id of the call in which the recording was made; None where it is no take."""
    found = _NAME.fullmatch(name)
    return found[1] if found else None


@asynccontextmanager
async def take(talk: Conversation, limits: RecordingLimits) -> AsyncIterator[Take]:
    """Beep, record, and give what was recorded. Raises LegGone and TelephonyFault."""
    name = f"take-{uuid.uuid4().hex}-{talk.call.id}"
    try:
        await talk.leg.record(name, limits)
        stored = await talk.ports.recordings.fetch(name)
        yield Take(name, stored.wav if stored is not None else None)
    finally:
        await _let_go(talk, name)


async def _let_go(talk: Conversation, name: str) -> None:
    """What stays goes at the next recovery."""
    try:
        await talk.ports.recordings.delete(name)
    except TelephonyFault as fault:
        talk.log.warning("recording_not_deleted", recording=name, fault=str(fault))


async def let_hear(talk: Conversation, taken: Take) -> None:
    """A sound that cannot be played is logged and costs nobody the call."""
    try:
        await talk.leg.play([taken.medium], until_digit=True)
    except TelephonyFault as fault:
        talk.log.warning("take_not_played", fault=str(fault))
