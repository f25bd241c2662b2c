"""A phone joins the parties of two calls of its own (REFER with Replaces, RFC 3891)."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.live import Party, StillRinging


async def take_over(talk: Conversation, consultation: str) -> Party | StillRinging | None:
    """Whom the phone talks with by its leg `consultation`, taken out of that call. None: nobody, or not any more."""
    other = talk.ports.live.of(consultation)
    if other is None or other is talk.live:
        return None
    taken = await other.ask(consultation)
    if isinstance(taken, Party):
        talk.involve(taken.leg)
    return taken
