"""Which of Asterisk's security events tell of a failed sign-in, and from where."""

import pytest

from switchboard.asterisk.door.failed_sign_ins import FAILURES, failed_from

SEEN = {
    "Event": "ChallengeResponseFailed",
    "Privilege": "security,all",
    "Severity": "Error",
    "Service": "PJSIP",
    "AccountID": "anna",
    "LocalAddress": "IPV4/UDP/127.0.0.1/18615",
    "RemoteAddress": "IPV4/UDP/192.0.2.9/47316",
}


@pytest.mark.parametrize("event", sorted(FAILURES))
def test_a_failed_sign_in_tells_its_address(event: str) -> None:
    assert failed_from({**SEEN, "Event": event}) == "192.0.2.9"


@pytest.mark.parametrize(
    "other",
    [
        {"Event": "ChallengeSent"},
        {"Event": "SuccessfulAuth"},
        {"Event": "PeerStatus"},
        {"Service": "AMI"},
        {"RemoteAddress": ""},
        {"RemoteAddress": "192.0.2.9"},
    ],
)
def test_other_events_tell_of_nobody(other: dict[str, str]) -> None:
    assert failed_from({**SEEN, **other}) is None
