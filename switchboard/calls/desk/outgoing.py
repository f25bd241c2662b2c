"""A colleague's call out of the house, through the trunk."""

from switchboard.calls.conversation import Conversation
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.routing import NotAllowed, ToOutside


async def call_outside(talk: Conversation, route: ToOutside) -> CallOutcome:
    """Ring the number through the trunk and let the two talk."""
    talk.stage = "while the number rang"
    await talk.leg.ring()
    return CallOutcome(Outcome.FAILED, route.reason.text)


async def tell_not_allowed(talk: Conversation, route: NotAllowed) -> CallOutcome:
    """The colleague's class of service does not allow what was dialled: they hear it said."""
    talk.stage = "during the refusal"
    await talk.say(FixedPrompt("call-not-allowed"))
    return CallOutcome(Outcome.REFUSED, route.reason.text)
