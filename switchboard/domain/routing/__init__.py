"""Where a call goes: the rules in order of priority, then the number's own destination, then the operators."""

from switchboard.domain.routing.decision import decide_own_call, decide_route, explain_route
from switchboard.domain.routing.outgoing import may_call_back, number_shown_by
from switchboard.domain.routing.routes import (
    NotAllowed,
    Reason,
    Route,
    RouteExplanation,
    ToAnnouncement,
    ToClosed,
    ToDesk,
    ToGroup,
    ToKeypad,
    ToOperators,
    ToOutside,
    ToPerson,
    ToRefusal,
    mailbox_of,
)
from switchboard.domain.routing.whose import authority_called, dials_emergency

__all__ = [
    "NotAllowed",
    "Reason",
    "Route",
    "RouteExplanation",
    "ToAnnouncement",
    "ToClosed",
    "ToDesk",
    "ToGroup",
    "ToKeypad",
    "ToOperators",
    "ToOutside",
    "ToPerson",
    "ToRefusal",
    "authority_called",
    "decide_own_call",
    "decide_route",
    "dials_emergency",
    "explain_route",
    "mailbox_of",
    "may_call_back",
    "number_shown_by",
]
