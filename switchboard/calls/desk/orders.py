"""A code that somebody dialled, carried out by the service itself."""

from switchboard.calls.conversation import Conversation
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.routing import ToDesk


async def carry_out_order(talk: Conversation, route: ToDesk) -> CallOutcome:
    """Do what the code says and tell it done, or why not."""
    talk.stage = "at the desk"
    await talk.say(FixedPrompt("desk-unknown-extension"))
    return CallOutcome(Outcome.SERVED, route.reason.text)
