"""Ring a group: its present members all at once or in order, until one answers or the group's time is over."""

import asyncio
from collections.abc import Sequence

from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import LegGone
from switchboard.calls.ringing import ring_and_connect
from switchboard.domain.call import EventKind
from switchboard.domain.directory import Device, FunctionGroup, RingOrder
from switchboard.domain.diversion import GroupRinging, PhoneState, ringable_members

# While every member talks, one may become free at any moment: look again this often.
LOOK_AGAIN_S = 1.0


async def ring_group(talk: Conversation, group: FunctionGroup) -> GroupRinging | None:
    """None once the caller has talked with a member; else who was there at the last look.

    Members who are busy are waited for, with music, as long as the group's ring time lasts: the caller hears
    something at every moment.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + group.ring_seconds
    found = await _look(talk, group)
    await talk.note(EventKind.ROUTED, group=group.id, ring=_accounts(found), left_out=_left_out(found))
    while found.ring or _somebody_is_busy(found):
        if found.ring and await _ring_found(talk, group, found, end - loop.time()):
            return None
        if end - loop.time() <= LOOK_AGAIN_S:
            break
        # Also after ringing: phones that refuse at once must not be rung in a tight circle.
        await _wait_with_music(talk, LOOK_AGAIN_S)
        await talk.refresh()
        found = await _look(talk, group)
    return found


async def _ring_found(talk: Conversation, group: FunctionGroup, found: GroupRinging, left: float) -> bool:
    for devices, seconds in _turns(group, found, left):
        failed = await ring_and_connect(talk, devices, seconds)
        if failed is None:
            return True
    return False


def _turns(group: FunctionGroup, found: GroupRinging, left: float) -> Sequence[tuple[tuple[Device, ...], float]]:
    if group.order is RingOrder.ALL:
        return [(tuple(device for member in found.ring for device in member.devices), left)]
    share = left / len(found.ring)
    return [(member.devices, share) for member in found.ring]


async def _wait_with_music(talk: Conversation, seconds: float) -> None:
    talk.stage = "while everybody was busy"
    await talk.answer()
    await talk.leg.hold_music()
    try:
        await asyncio.wait_for(talk.leg.wait_gone(), seconds)
    except TimeoutError:
        return
    raise LegGone


async def _look(talk: Conversation, group: FunctionGroup) -> GroupRinging:
    """Sessions are asked too: an operators' group rings those who are signed in."""
    people = {member.person_id for member in talk.directory.members(group.id)}
    people |= {session.person_id for session in talk.directory.operator_sessions(group.id)}
    accounts = sorted(device.account for each in people for device in talk.directory.devices(each))
    phones = await talk.ports.telephony.phone_states(accounts) if accounts else {}
    return ringable_members(group, talk.directory, talk.now, phones)


def _somebody_is_busy(found: GroupRinging) -> bool:
    return any(each.why == PhoneState.BUSY for each in found.left_out)


def _accounts(found: GroupRinging) -> str:
    return ",".join(device.account for member in found.ring for device in member.devices)


def _left_out(found: GroupRinging) -> str:
    return ",".join(f"person {each.person_id}: {each.why}" for each in found.left_out)
