"""Send a message on to a colleague, with some words before it; its callback task goes along (R16, R33)."""

import io
import uuid
import wave

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.asking import ask_choice
from switchboard.calls.mailbox.owner import MailboxOwner
from switchboard.calls.mailbox.shared import ask_mailbox
from switchboard.calls.mailbox.takes import Take, let_hear, take
from switchboard.calls.orders import tell_owner
from switchboard.calls.ports import Forwarding, RecordingLimits
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import EventKind
from switchboard.domain.callback import CallbackTask, Mailbox
from switchboard.domain.deadline import count_deadline
from switchboard.domain.mailbox.session import MailboxMessage
from switchboard.domain.spoken_sound import judge_sound

LIMITS = RecordingLimits(max_seconds=120, silence_seconds=4)
ATTEMPTS, MOST_HEARD = 5, 20
SEND, HEAR, AGAIN = "1", "2", "3"


async def forward_message(talk: Conversation, owner: MailboxOwner, message: MailboxMessage) -> bool:
    """Whether it was sent. Who hangs up before the confirmation has sent nothing."""
    talk.stage = "while forwarding a message"
    to = await ask_mailbox(talk, owner.person, FixedPrompt("forward-extension"), owner.mailbox)
    if to is None:
        return False
    for _attempt in range(ATTEMPTS):
        await talk.say(FixedPrompt("forward-record"))
        async with take(talk, LIMITS) as taken:
            choice = await _confirm(talk, taken)
            if choice == SEND:
                return await _send(talk, owner, message, to, spoken(taken.wav))
        if choice != AGAIN:
            break
    await talk.say(FixedPrompt("forward-cancelled"))
    return False


def spoken(wav: bytes | None) -> bytes | None:
    """None where nobody said anything: the message goes without words."""
    if wav is None:
        return None
    with wave.open(io.BytesIO(wav)) as audio:
        heard = judge_sound(audio.readframes(audio.getnframes()))
    return wav if heard.holds_speech else None


async def _confirm(talk: Conversation, taken: Take) -> str | None:
    for _ in range(MOST_HEARD):
        key = await ask_choice(talk, "123*", FixedPrompt("forward-confirm"))
        if key != HEAR:
            return key
        await let_hear(talk, taken)
    return None


async def _send(
    talk: Conversation, owner: MailboxOwner, message: MailboxMessage, to: Mailbox, preface: bytes | None
) -> bool:
    """The words are stored before they are named anywhere; message and task are written together."""
    ports, id = talk.ports, uuid.uuid4().hex
    forwarding = Forwarding(
        id=id,
        message_id=message.id,
        to=to,
        by_person_id=owner.person.id,
        at=talk.now,
        preface=await ports.audio.put(preface) if preface is not None else None,
        task=_task(talk, message, to, id),
    )
    sent = await ports.message_book.forward(forwarding, owner.act(talk))
    await talk.note(EventKind.DESK, order="Forward", message=message.id, sent=sent)
    if sent:
        await tell_owner(ports, talk.directory, forwarding.task)
    await talk.say(FixedPrompt("forward-done" if sent else "forward-cancelled"))
    return sent


def _task(talk: Conversation, message: MailboxMessage, to: Mailbox, new_id: str) -> CallbackTask:
    policies = talk.directory.policies(to.authority_id)
    return CallbackTask(
        id=uuid.uuid4().hex,
        mailbox=to,
        caller=message.caller,
        source="voicemail",
        call_id=talk.call.id,
        voicemail_message_id=new_id,
        received_at=talk.now,
        deadline=count_deadline(talk.now, policies, talk.calendar(to.authority_id)),
    )
