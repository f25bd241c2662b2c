"""Small acts that every talk is made of; a sound that fails costs nobody the call."""

from collections.abc import Awaitable, Sequence

from switchboard.calls.conversation import Conversation
from switchboard.calls.live import Party, StillRinging
from switchboard.calls.ports import CallLeg, Joined, LegGone, RingRequest, TelephonyFault
from switchboard.calls.talk.race import Race, Request, Unanswered, Watch, Winner
from switchboard.calls.talk.steps import HandedOver, Transferor
from switchboard.domain.announcement import Announcement
from switchboard.domain.call import EventKind
from switchboard.domain.directory import OperatorQueue

MOST_KEPT_DIGITS = 32


def phone_request(talk: Conversation, account: str, seconds: float) -> RingRequest:
    """What the phone shows: why the call came, else the authority dialled and the caller."""
    authority = talk.authority.name if talk.authority else ""
    caller = (talk.caller and talk.call.caller_name) or talk.shown_caller
    return RingRequest(
        call_id=talk.call.id,
        account=account,
        pii_display_name=(talk.display or f"{authority}: {caller}")[:80],
        pii_display_number=talk.caller or "anonymous",
        timeout_s=seconds,
    )


async def ring_first(talk: Conversation, requests: Sequence[Request]) -> Winner | Unanswered:
    """Race the phones against each other and against the hang-up of the one for whom they ring.

    Another call may ask for the one who waits: then the phones stop, and this call is over.
    """
    race = Race(talk.ports.telephony, requests)
    watch = Watch(gone=talk.leg.wait_gone(), asked=talk.live.asked())
    try:
        result = await race.result(*watch.all())
        if talk.leg.gone:
            raise LegGone
        if isinstance(result, Winner):
            race.taken()
            talk.involve(result.leg)
    finally:
        await race.stop()
        await watch.stop()
    if result is None:
        talk.live.give(StillRinging(talk.dialling))
        raise HandedOver
    return result


async def join(talk: Conversation, other: CallLeg) -> Joined:
    """LegGone: the subject has left. TelephonyFault: the other has, or Asterisk refused."""
    return await talk.ports.telephony.join(talk.leg, other)


async def try_sound(talk: Conversation, sound: Awaitable[None]) -> None:
    """Ring tone, music or silence, where it can be had. LegGone as ever."""
    try:
        await sound
    except TelephonyFault as fault:
        talk.log.warning("no_tone", fault=str(fault))


async def forget_digits(leg: CallLeg) -> None:
    """What was pressed in the talk is no choice in a menu that comes later."""
    for _ in range(MOST_KEPT_DIGITS):
        if await leg.digit(0) is None:
            return


async def tell_party(talk: Conversation, leg: CallLeg, announcement: Announcement) -> None:
    """Said to a colleague, not to the subject of the call. LegGone: the colleague has left."""
    media = talk.ports.announcer.media(announcement, "sv", talk.now)
    if media:
        try:
            await leg.play(media)
        except TelephonyFault as fault:
            talk.log.warning("colleague_not_told", fault=str(fault))


def phone_party(talk: Conversation, leg: CallLeg) -> Party:
    """Who answers a phone of ours."""
    device = talk.directory.device(leg.account) if leg.account else None
    person = talk.directory.person(device.person_id) if device else None
    if person is None:
        return Party(leg)
    extension = talk.directory.extension_of(person.id)
    return Party(leg, extension.digits if extension else None, person.name)


def transferor_at(talk: Conversation, account: str) -> Transferor:
    device = talk.directory.device(account)
    return Transferor(account, talk.directory.person(device.person_id) if device else None)


def queue_rules(talk: Conversation) -> OperatorQueue:
    """How the operators of the authority dialled are run; the defaults where it has none."""
    group = talk.authority.operators_group_id if talk.authority else None
    return talk.directory.operator_queue(group) if group is not None else OperatorQueue(0, 0)


def shown_target(talk: Conversation, by: Transferor, dialled: str) -> str:
    """As the journal may have it: of a private call nothing but that it is one (R40)."""
    authority = talk.directory.authority(by.person.authority_id) if by.person else None
    prefix = authority.private_prefix if authority else ""
    return "private" if prefix and dialled.startswith(prefix) else dialled[:64]


async def note_transfer(talk: Conversation, by: Transferor, target: str | None, how: str) -> None:
    """The chain is counted (R33)."""
    talk.transfers += 1
    shown = shown_target(talk, by, target) if target is not None else None
    await talk.note(EventKind.TRANSFERRED, by=by.account, pii_target=shown, how=how, count=talk.transfers)
