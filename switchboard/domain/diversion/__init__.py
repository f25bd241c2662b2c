"""What the system does about an absence: whether any phone may ring, what the caller is told, what is offered."""

from switchboard.domain.diversion.deputies import deputy_chain, present_deputy
from switchboard.domain.diversion.groups import people_of_group, ringable_members
from switchboard.domain.diversion.people import decide_diversion, phones_of
from switchboard.domain.diversion.unreferred import Counted, NotCounted, count_unanswered, does_not_answer, is_diverted
from switchboard.domain.diversion.values import (
    DeputyChoice,
    Diversion,
    GroupRinging,
    Inform,
    LeftOut,
    PhoneState,
    Ring,
    RingableMember,
)

__all__ = [
    "Counted",
    "DeputyChoice",
    "Diversion",
    "GroupRinging",
    "Inform",
    "LeftOut",
    "NotCounted",
    "PhoneState",
    "Ring",
    "RingableMember",
    "count_unanswered",
    "decide_diversion",
    "deputy_chain",
    "does_not_answer",
    "is_diverted",
    "people_of_group",
    "phones_of",
    "present_deputy",
    "ringable_members",
]
