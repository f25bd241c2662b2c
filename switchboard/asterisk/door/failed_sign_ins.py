"""Asterisk's security events (AMI), as far as they tell of a sign-in of a telephone that failed."""

from collections.abc import Mapping

FAILURES = frozenset({"InvalidPassword", "ChallengeResponseFailed", "InvalidAccountID"})
OF_PHONES = "PJSIP"


def failed_from(event: Mapping[str, str]) -> str | None:
    """The address at which a sign-in failed; None for every other event. Asterisk writes `IPV4/UDP/192.0.2.7/5060`."""
    if event.get("Event") not in FAILURES or event.get("Service") != OF_PHONES:
        return None
    parts = event.get("RemoteAddress", "").split("/")
    return parts[2] if len(parts) == 4 else None
