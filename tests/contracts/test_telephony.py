"""The contract of telephony on the fake, in virtual time."""

import pytest

from tests.contracts.telephony_fake_lab import FakeLab
from tests.contracts.telephony_joined_suite import TestHold, TestJoining, TestOutside, TestTransfers
from tests.contracts.telephony_lab import Lab
from tests.contracts.telephony_suite import TestDigits, TestHangUp, TestPlaying, TestRecording, TestSounds
from tests.contracts.telephony_talk_suite import TestPhoneStates, TestRinging, TestTalking

__all__ = [
    "TestDigits",
    "TestHangUp",
    "TestHold",
    "TestJoining",
    "TestOutside",
    "TestPhoneStates",
    "TestPlaying",
    "TestRecording",
    "TestRinging",
    "TestSounds",
    "TestTalking",
    "TestTransfers",
]


@pytest.fixture
async def lab() -> Lab:
    return FakeLab()
