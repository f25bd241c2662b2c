"""The contract of telephony on the fake, in virtual time."""

import pytest

from tests.contracts.telephony_lab import FakeLab, Lab
from tests.contracts.telephony_suite import TestDigits, TestHangUp, TestPlaying, TestRecording, TestSounds
from tests.contracts.telephony_talk_suite import TestPhoneStates, TestRinging, TestTalking

__all__ = [
    "TestDigits",
    "TestHangUp",
    "TestPhoneStates",
    "TestPlaying",
    "TestRecording",
    "TestRinging",
    "TestSounds",
    "TestTalking",
]


@pytest.fixture
async def lab() -> Lab:
    return FakeLab()
