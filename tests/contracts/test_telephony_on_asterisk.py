"""The contract of telephony on a real Asterisk with real SIP telephones."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.acceptance.asterisk_box import AsteriskBox
from tests.asterisk.box import wire_box
from tests.contracts.telephony_control_suite import TestControlledPlaying
from tests.contracts.telephony_joined_suite import TestHold, TestJoining
from tests.contracts.telephony_lab import Lab
from tests.contracts.telephony_real_lab import RealCaller, RealLab, real_lab
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

pytestmark = pytest.mark.asterisk


@pytest.fixture(scope="module")
def box() -> Iterator[tuple[AsteriskBox, dict[int, str]]]:
    with wire_box() as made:
        yield made


@pytest.fixture
async def lab(box: tuple[AsteriskBox, dict[int, str]]) -> AsyncIterator[Lab]:
    async with real_lab(*box) as real:
        yield real


@pytest.mark.parametrize(("begin", "what", "quiet_s"), [("ring", "ring tone", 5.5), ("hold_music", "music", 1.5)])
async def test_who_takes_a_call_over_can_silence_it(lab: RealLab, begin: str, what: str, quiet_s: float) -> None:
    """Who adopts the call does not know what it hears. Longer than a ring tone's pause, nothing is heard."""
    leg, caller = await lab.call()
    assert isinstance(caller, RealCaller)
    await leg.answer()
    await getattr(leg, begin)()
    await caller.hears(what)
    [stray] = await lab.telephony.strays(lambda _: False)
    await stray.leg.silence()
    await caller.heard_nothing_for(quiet_s)
    await stray.leg.hang_up()
    assert await lab.left_over() == []
