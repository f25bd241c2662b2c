"""The autoreply of an absence (R8, R9): what whoever writes an e-mail is told, and the script that says it.

It says what callers are told: the same reason, the same return, and somebody to turn to who is there.
"""

from switchboard.domain.autoreply.facts import AutoreplyFacts, Telling
from switchboard.domain.autoreply.occasions import Occasion, expected_by_mail, nearest_turn, next_change, occasions_of
from switchboard.domain.autoreply.parity import Disparity, MailState, find_disparity
from switchboard.domain.autoreply.referral import Addresses, Referral, decide_referral
from switchboard.domain.autoreply.wording import Autoreply, facts_of, tell_person, write_autoreply

__all__ = [
    "Addresses",
    "Autoreply",
    "AutoreplyFacts",
    "Disparity",
    "MailState",
    "Occasion",
    "Referral",
    "Telling",
    "decide_referral",
    "expected_by_mail",
    "facts_of",
    "find_disparity",
    "nearest_turn",
    "next_change",
    "occasions_of",
    "tell_person",
    "write_autoreply",
]
