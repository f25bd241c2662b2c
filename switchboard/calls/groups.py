"""Ring a group: its present members all at once or in order, until one answers or the group's time is over."""

import asyncio
from collections.abc import Collection, Sequence

from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import LegGone, TelephonyFault
from switchboard.calls.ringing import ring_and_connect
from switchboard.domain.call import EventKind
from switchboard.domain.directory import FunctionGroup, RingOrder
from switchboard.domain.diversion import GroupRinging, PhoneState, RingableMember, people_of_group, ringable_members

# While every member talks, one may become free at any moment: look again this often.
LOOK_AGAIN_S = 1.0


async def ring_group(talk: Conversation, group: FunctionGroup) -> GroupRinging | None:
    """None once the caller has talked with a member; else who was there at the last look.

    Who may be rung is looked up anew before each turn: somebody may have gone absent meanwhile. Members who are busy
    are waited for, with music, as long as the group's ring time lasts: the caller hears something at every moment.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + group.ring_seconds
    found = await _look(talk, group)
    await talk.note(EventKind.ROUTED, group=group.id, ring=_accounts(found), left_out=_left_out(found))
    share = group.ring_seconds / max(1, len(found.ring)) if group.order is RingOrder.IN_ORDER else group.ring_seconds
    rung: set[int] = set()
    while found.ring or somebody_is_busy(found):
        turn = _turn(group, found, rung)
        if turn and await _rings(talk, turn, min(share, end - loop.time())):
            return None
        rung |= {member.person.id for member in turn}
        if end - loop.time() <= LOOK_AGAIN_S:
            break
        found = await _look(talk, group)
        if not _turn(group, found, rung):
            # Also after ringing: phones that refuse at once must not be rung in a tight circle.
            await _wait_with_music(talk, LOOK_AGAIN_S)
            found = await _look(talk, group)
            rung.clear()
    return found


async def _rings(talk: Conversation, turn: Sequence[RingableMember], seconds: float) -> bool:
    devices = [device for member in turn for device in member.devices]
    return await ring_and_connect(talk, devices, seconds) is None


def _turn(group: FunctionGroup, found: GroupRinging, rung: Collection[int]) -> Sequence[RingableMember]:
    """Who is rung now: all, or the next in order who has not been rung in this round."""
    left = [member for member in found.ring if member.person.id not in rung]
    return left if group.order is RingOrder.ALL else left[:1]


async def _wait_with_music(talk: Conversation, seconds: float) -> None:
    talk.stage = "while everybody was busy"
    await talk.answer()
    try:
        await talk.leg.hold_music()
    except TelephonyFault as fault:
        talk.log.warning("no_music", fault=str(fault))
    try:
        await asyncio.wait_for(talk.leg.wait_gone(), seconds)
    except TimeoutError:
        return
    raise LegGone


async def _look(talk: Conversation, group: FunctionGroup) -> GroupRinging:
    await talk.refresh()
    phones = await talk.phone_states(people_of_group(group, talk.directory))
    return ringable_members(group, talk.directory, talk.now, phones)


def somebody_is_busy(found: GroupRinging) -> bool:
    return any(each.why == PhoneState.BUSY for each in found.left_out)


def _accounts(found: GroupRinging) -> str:
    return ",".join(device.account for member in found.ring for device in member.devices)


def _left_out(found: GroupRinging) -> str:
    return ",".join(f"person {each.person_id}: {each.why}" for each in found.left_out)
