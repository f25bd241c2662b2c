"""By when a caller must have been called back: by the authority's policy, or as a colleague told them."""

from switchboard.domain.deadline.counting import END_OF_DAY, count_deadline, policy_in_force
from switchboard.domain.deadline.promised_time import NotPromised, PromisedTime, WhyNot, decide_promised_time

__all__ = [
    "END_OF_DAY",
    "NotPromised",
    "PromisedTime",
    "WhyNot",
    "count_deadline",
    "decide_promised_time",
    "policy_in_force",
]
