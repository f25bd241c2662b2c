"""What speaks against moving a message to the registry (R45, R47)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.keeping.registry import InMailbox, reference_problem, why_it_stays

SUM, OTHER = "a" * 64, "b" * 64


@pytest.mark.requirement("R45")
@pytest.mark.requirement("R47")
@given(st.booleans(), st.booleans(), st.booleans(), st.sampled_from([SUM, OTHER, ""]))
def test_secret_whole_and_no_evidence_or_it_stays(secret: bool, threat: bool, erased: bool, fetched: str) -> None:
    reason = why_it_stays(InMailbox(SUM, secret, threat, erased), fetched)
    assert (reason is None) is (secret and not threat and not erased and fetched == SUM)
    if threat and not erased:
        assert "threat mark" in (reason or "")


@pytest.mark.requirement("R45")
@pytest.mark.parametrize(
    ("reference", "sound"),
    [("SN 2026/118", True), ("2026-00118", True), ("diariet", False), ("", False), ("7" * 101, False), ("1\0", False)],
)
def test_a_reference_is_a_number_of_the_registry(reference: str, sound: bool) -> None:
    assert (reference_problem(reference) is None) is sound
