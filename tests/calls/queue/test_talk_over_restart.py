"""A talk that outlived a restart of the service counts for its operator as any (R26)."""

from datetime import timedelta

import pytest

from switchboard.domain.call import EventKind, IncomingCall
from tests.builders import OP1
from tests.calls.queue.desk import BUSY, Desk, queue
from tests.calls.queue.test_keep_place import CITIZEN
from tests.calls.queue.test_restart import recover


@pytest.mark.requirement("R26")
async def test_a_talk_that_went_on_counts_for_the_operator_as_if_nothing_had_been() -> None:
    desk = Desk(queue(wrap_up_seconds=30))
    desk.op2.state = BUSY
    partner = desk.telephony.caller("op1-before", "op1")
    call = IncomingCall("talks", "+46980319200", CITIZEN, None, "trunk", None, desk.clock.start)
    leg = desk.telephony.stray(call, partner)
    await recover(desk)
    desk.queues.wake()
    await desk.passes(1)
    assert {each.person_id: each.state for each in desk.queues.operator_states()}[OP1.id] == "talking"
    assert desk.event("talks", EventKind.CONNECTED).detail["account"] == "op1"
    other = desk.ring_in("other")
    await desk.passes(60)
    assert desk.op1.rung == []
    leg.leave()
    at = desk.clock.now()
    await desk.ends("talks")
    await desk.passes(1)
    session = desk.session(OP1)
    assert (session.idle_since, session.wrap_up_until) == (at, at + timedelta(seconds=30))
    assert desk.op1.rung == []
    await desk.passes(31)
    assert [request.call_id for request in desk.op1.rung] == ["other"]
    other.leave()
    await desk.ends("other")
    await desk.close()
