"""The contract of telephony on the fake, in virtual time."""

import pytest

from tests.contracts.telephony_control_suite import TestControlledPlaying
from tests.contracts.telephony_fake_lab import FakeLab
from tests.contracts.telephony_joined_suite import TestHold, TestJoining
from tests.contracts.telephony_lab import Lab
from tests.contracts.telephony_suite import (
    TestAnswering,
    TestDigits,
    TestHangUp,
    TestPlaying,
    TestRecording,
    TestSounds,
)
from tests.contracts.telephony_talk_suite import TestPhoneStates, TestRinging
from tests.contracts.telephony_transfer_suite import TestOutside, TestTransfers

__all__ = [
    "TestAnswering",
    "TestControlledPlaying",
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
    "TestTransfers",
]


@pytest.fixture
async def lab() -> Lab:
    return FakeLab()
