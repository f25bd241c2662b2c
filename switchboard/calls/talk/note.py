"""A note spoken in the talk, for the message just taken: the other party hears music meanwhile (R20, R30)."""

from switchboard.calls.conversation import Conversation, TakenMessage
from switchboard.calls.desk.spoken_note import note_from, told_of
from switchboard.calls.live import Party
from switchboard.calls.ports import LegGone
from switchboard.calls.talk.joining import forget_digits, tell_party, try_sound
from switchboard.domain.announcement import Announcement, Goodbye, PromisedCallback
from switchboard.domain.callback import promise_for


async def speak_note(talk: Conversation, by: Party, taken: TakenMessage) -> Party | None:
    """`by` speaks after a tone that nobody else hears, until `#`, silence or the limit, hears what became of it, and is
    whom the subject talks with next.

    What was spoken until somebody hangs up is kept. A colleague who does has ended the talk, and the subject hears what
    was promised (None); where the subject does, the colleague may speak to the end.
    """
    if await _music(talk):
        await forget_digits(talk.leg)
    if await _spoken(talk, by, taken):
        return by
    await _part_from(talk, taken)
    return None


async def _music(talk: Conversation) -> bool:
    """False: the subject has left."""
    try:
        await try_sound(talk, talk.leg.hold_music())
    except LegGone:
        return False
    return True


async def _spoken(talk: Conversation, by: Party, taken: TakenMessage) -> bool:
    """False: the colleague has left."""
    note = await note_from(by.leg, talk, taken.task)
    try:
        if not note.gone:
            await tell_party(talk, by.leg, told_of(note))
            await forget_digits(by.leg)
    except LegGone:
        return False
    return not note.gone


async def _part_from(talk: Conversation, taken: TakenMessage) -> None:
    """Whoever has waited is not hung up on without a word."""
    promised, policy = taken.promised, talk.policy()
    promise: Announcement = promise_for(taken.task, policy)
    if promised is not None:
        promise = PromisedCallback(promised.at, promised.whole_day)
    talk.stage = "after a message was taken"
    try:
        await talk.say(promise, Goodbye())
    except LegGone:
        return
