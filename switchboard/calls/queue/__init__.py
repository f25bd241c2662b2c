"""The operators' queue: who waits, whose turn it is, what is heard meanwhile, and what comes of it."""

from switchboard.calls.queue.queues import PlaceView, Queues
from switchboard.calls.queue.reach import (
    authority_mailbox,
    authority_to_show,
    operators_group,
    operators_on_offer,
)
from switchboard.calls.queue.states import OperatorState, OperatorStatus
from switchboard.calls.queue.story import call_operators, enter_queue, resume_waiting

__all__ = [
    "OperatorState",
    "OperatorStatus",
    "PlaceView",
    "Queues",
    "authority_mailbox",
    "authority_to_show",
    "call_operators",
    "enter_queue",
    "operators_group",
    "operators_on_offer",
    "resume_waiting",
]
