"""A parked caller is fetched by whoever dials the place."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.operator import dialling_operator
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CallOutcome, Outcome


async def fetch_parked(talk: Conversation, place: str | None) -> CallOutcome:
    """`place` None: the colleague's own. The parked caller's story takes the colleague's leg over."""
    parked = talk.ports.parking.at(place or _own_place(talk))
    if parked is None:
        await talk.say(FixedPrompt("desk-nobody-parked"))
        return CallOutcome(Outcome.SERVED, "nobody is parked there")
    parked.fetch(talk.leg.id)
    return CallOutcome(Outcome.SERVED, "fetched a parked caller")


def _own_place(talk: Conversation) -> str:
    person = dialling_operator(talk).person
    extension = talk.directory.extension_of(person.id) if person is not None else None
    return extension.digits if extension is not None else ""
