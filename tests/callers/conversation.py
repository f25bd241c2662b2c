"""One conversation that every stack must manage, against our own phone at the other end."""

from __future__ import annotations

import numpy as np

from tests.callers.phone import CallState, Party, Phone, PhoneCall
from tests.callers.raw_sip import RawPhone
from tests.hearing.codes import encode
from tests.hearing.noise import tone
from tests.hearing.pcm import silence


async def converse(caller: Phone, callee: RawPhone) -> tuple[PhoneCall, PhoneCall]:
    """Rings, talks both ways, presses keys both ways, holds; returns both ends of the call, still up."""
    call = await caller.dial("+46980319210", {"X-Test": "1"})
    other = await callee.wait_incoming()
    await call.rings()
    assert call.state is CallState.RINGING
    assert other.shown == [Party("Kalle Ö", "+46701234567")]
    await other.answer()
    await call.talks()
    await other.play(np.concatenate([silence(0.3), encode(7), encode(8)]))
    await call.hears_prompt("sv/seven", "sv/eight")
    await call.play(np.concatenate([encode(8), encode(7)]))
    await other.hears_prompt("sv/eight", "sv/seven")
    await other.play_on(tone(900, 1.0))
    await call.hears(lambda heard: heard.tone(900))
    await _press_keys(call, other)
    await call.hold()
    await other.until(lambda: other.held)
    await call.unhold()
    await other.until(lambda: not other.held)
    return call, other


async def _press_keys(call: PhoneCall, other: PhoneCall) -> None:
    await call.dtmf("12#")
    await other.until(lambda: other.digits == "12#", what="keys 12#")
    await other.dtmf("0*")
    await call.until(lambda: call.digits == "0*", what="keys 0*")


async def is_refused(caller: Phone, callee: RawPhone, code: int) -> None:
    callee.refuses_with = code
    call = await caller.dial("+46980319210")
    await call.ended()
    assert call.code == code
    assert CallState.TALKING not in getattr(call, "state_times", {})
