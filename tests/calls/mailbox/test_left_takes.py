"""A crash in the middle of recording a greeting leaves nothing behind for long."""

from switchboard.domain.call import IncomingCall
from tests.calls.test_recovery import recovery_of
from tests.fakes.leg import BEEP
from tests.fakes.world import World, at_work


async def test_what_somebody_tried_out_is_deleted_once_their_call_is_over() -> None:
    """A take of a call that goes on stays, and so does whatever is no take."""
    world = World(at_work())
    recovery, dispatcher, _ = recovery_of(world)
    leg = world.telephony.caller("maria-out-1", "maria")
    leg.on_hearing(BEEP, lambda: leg.press_after(10, "#"))
    dispatcher.start(IncomingCall(leg.id, "*25*1#", "maria", None, "phone", "maria", world.clock.now()), leg)
    leg.press_after(3, "1")
    going_on, over = f"take-{'1' * 32}-{leg.id}", f"take-{'2' * 32}-asterisk-1786.7"
    for name in (going_on, over, "something-else"):
        world.telephony.recordings.store(name, 1.0, 1.0)
    await recovery.run()
    assert sorted(world.telephony.recordings.stored) == ["something-else", going_on]
    leg.leave()
    await dispatcher.drain(60)
    await recovery.run()
    assert sorted(world.telephony.recordings.stored) == ["something-else"]
