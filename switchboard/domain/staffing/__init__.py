"""Whether somebody can be spared (R21, R24, R26): an operator who leaves the desk, a member who plans to be away."""

from switchboard.domain.staffing.gaps import Gap, staffing_gaps
from switchboard.domain.staffing.planned_absence import decide_planned_absence
from switchboard.domain.staffing.signing_out import decide_leaving, decide_sign_out
from switchboard.domain.staffing.values import Allowed, Refused

__all__ = [
    "Allowed",
    "Gap",
    "Refused",
    "decide_leaving",
    "decide_planned_absence",
    "decide_sign_out",
    "staffing_gaps",
]
