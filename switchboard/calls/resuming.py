"""A call that outlived the service: taken up again where it stands, so that no caller is left in silence."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.spoken_note import resume_note
from switchboard.calls.incoming import from_its_arrival, see_through
from switchboard.calls.ports import Ports, Stray
from switchboard.calls.queue import resume_waiting
from switchboard.calls.talk.joining import phone_party
from switchboard.calls.talk.talking import talk_on
from switchboard.calls.voicemail import resume_message
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.callback import PendingRecording
from switchboard.domain.routing import decide_route


async def resume_call(stray: Stray, ports: Ports) -> CallOutcome:
    """Parties who talk go on talking; a message goes on being recorded; who waited for the operators waits
    on in the same place; any other caller is routed anew.

    Never raises but for cancellation; always ends leg and journal.
    """

    async def story(talk: Conversation) -> CallOutcome:
        pending = None if stray.talking else await _pending(stray, ports)
        place = ports.queues.take_kept(stray.call.id, over=stray.talking or pending is not None)
        if stray.talking:
            return await _talk_on(talk, stray)
        if pending is not None:
            return await _record_on(talk, pending)
        return await resume_waiting(talk, place) if place else await from_its_arrival(talk)

    return await see_through(Conversation(stray.call, stray.leg, ports), story)


async def _talk_on(talk: Conversation, stray: Stray) -> CallOutcome:
    """What the talk can lead to is known anew: authority and transfers are those of the number dialled."""
    talk.answered, talk.stage = True, "in conversation"
    await talk.refresh()
    talk.belong_to(decide_route(talk.call, talk.directory, talk.calendars, talk.now).authority)
    await talk.note(EventKind.CONNECTED, resumed=True)
    joined, partner = await talk.ports.telephony.rejoin(stray)
    await talk_on(talk, joined, phone_party(talk, partner))
    return CallOutcome(Outcome.CONNECTED, "talked on over a restart of the service")


async def _record_on(talk: Conversation, pending: PendingRecording) -> CallOutcome:
    talk.answered = True
    await talk.refresh()
    authority = talk.directory.authority(pending.mailbox.authority_id)
    if authority is not None:
        talk.belong_to(authority)
    await talk.note(EventKind.RECORDING, recording=pending.name, resumed=True)
    return await (resume_note if pending.task_id else resume_message)(talk, pending)


async def _pending(stray: Stray, ports: Ports) -> PendingRecording | None:
    """Our own rows say what was being recorded: while only the beep sounds, Asterisk has nothing to show yet."""
    return next((each for each in await ports.messages.pending() if each.call_id == stray.call.id), None)
