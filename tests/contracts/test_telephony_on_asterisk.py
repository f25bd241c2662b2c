"""The contract of telephony on a real Asterisk with real SIP telephones."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.box import wire_box
from tests.contracts.telephony_lab import Lab, real_lab
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

pytestmark = pytest.mark.asterisk


@pytest.fixture(scope="module")
def box() -> Iterator[tuple[AsteriskBox, dict[int, str]]]:
    with wire_box() as made:
        yield made


@pytest.fixture
async def lab(box: tuple[AsteriskBox, dict[int, str]]) -> AsyncIterator[Lab]:
    async with real_lab(*box) as real:
        yield real
