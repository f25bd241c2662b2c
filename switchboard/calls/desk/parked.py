"""A parked caller is fetched by whoever dials the place."""

import contextlib

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.operator import dialling_operator
from switchboard.calls.live import Party
from switchboard.calls.ports import LegGone
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CallOutcome, Outcome


async def fetch_parked(talk: Conversation, place: str | None) -> CallOutcome:
    """`place` None: the colleague's own. The parked caller's story takes the colleague's leg over, and ends it."""
    colleague = dialling_operator(talk).person
    own = talk.directory.extension_of(colleague.id) if colleague is not None else None
    digits = own.digits if own is not None else ""
    parked = talk.ports.parking.at(place or digits)
    if parked is not None:
        await talk.answer()
        if parked.fetch(Party(talk.leg, digits or None, colleague.name if colleague is not None else None)):
            talk.give_away(talk.leg)
            return CallOutcome(Outcome.SERVED, "fetched a parked caller")
    with contextlib.suppress(LegGone):
        await talk.say(FixedPrompt("desk-nobody-parked"))
    return CallOutcome(Outcome.SERVED, "nobody is parked there")
