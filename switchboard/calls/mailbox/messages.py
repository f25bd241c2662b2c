"""Somebody listens to their messages, or to those of a function that they watch (R11, R28, R41).

What is deleted can be undone until the end of the call, and is deleted then, however it ends; a crash deletes nothing.
"""

from collections.abc import Mapping, Sequence

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.asking import CANCEL, END, ask_choice
from switchboard.calls.mailbox.calling_back import call_back
from switchboard.calls.mailbox.forwarding import forward_message
from switchboard.calls.mailbox.marking import Marker, marks_of
from switchboard.calls.mailbox.owner import MailboxOwner
from switchboard.calls.mailbox.shared import spoken_owner
from switchboard.calls.ports import LegGone, PlaybackControl, TelephonyFault
from switchboard.calls.talk.steps import HandedOver, MovedOn
from switchboard.domain.announcement import Announcement, FixedPrompt, MessagesFor
from switchboard.domain.call import CallOutcome, EventKind, Outcome
from switchboard.domain.directory import Language
from switchboard.domain.greeting import lacking_languages
from switchboard.domain.mailbox.announcements import MailboxSummary, MessageHeader, RecordedSound
from switchboard.domain.mailbox.session import (
    Listening,
    MailboxMessage,
    begin_again,
    begin_listening,
    delete_current,
    go_on,
    undo_deletion,
    with_current,
)

CONTROLS: Mapping[str, PlaybackControl] = {
    "4": PlaybackControl.BACK,
    "5": PlaybackControl.PAUSE,
    "6": PlaybackControl.FORWARD,
}
AGAIN, SAVE, DELETE, MARK, UNDO, CALL_BACK, FORWARD, MENU = "1", "2", "3", "4", "7", "8", "9", "0"
KEYS = AGAIN + SAVE + DELETE + MARK + UNDO + CALL_BACK + FORWARD + MENU + END + CANCEL
MOST_ROUNDS = 2000
ONE_LACKING: Mapping[Language, str] = {"sv": "greeting-reminder-swedish", "en": "greeting-reminder-english"}
HEARD = CallOutcome(Outcome.SERVED, "messages heard")


async def attend_messages(talk: Conversation, owner: MailboxOwner) -> CallOutcome:
    """Raises LegGone only after what was deleted is deleted."""
    talk.stage = "at the messages"
    hearing = _Hearing(talk, owner)
    try:
        outcome = await hearing.to_its_end()
    except (LegGone, MovedOn, HandedOver):
        await hearing.carry_out_deletions()
        raise
    await hearing.carry_out_deletions()
    return outcome


class _Hearing:
    def __init__(self, talk: Conversation, owner: MailboxOwner) -> None:
        self._talk = talk
        self._owner = owner
        self._book = talk.ports.message_book
        self._listening = Listening(())
        self._marker = Marker(talk, owner)

    async def to_its_end(self) -> CallOutcome:
        await self._talk.refresh()
        self._listening = begin_listening(await self._messages())
        new = sum(each.new for each in self._listening.messages)
        summary = MailboxSummary(new, len(self._listening.messages) - new)
        pressed = await self._tell(*self._whose(), summary, *self._reminder())
        for _round in range(MOST_ROUNDS):
            message = self._listening.current
            if message is None:
                if not await self._at_the_end():
                    break
                continue
            key = await self._present(message, pressed)
            pressed = None
            if key is None or key == CANCEL:
                break
            ended = await self._do(message, key)
            if ended is not None:
                return ended
        await self._talk.say(FixedPrompt("service-end"))
        return HEARD

    async def _messages(self) -> Sequence[MailboxMessage]:
        shared = self._owner.shared
        if shared is not None:
            return await self._book.shared_messages(shared)
        return await self._book.messages(self._owner.person.id)

    def _whose(self) -> tuple[Announcement, ...]:
        shared = self._owner.shared
        return (MessagesFor(spoken_owner(self._talk.directory, shared)),) if shared is not None else ()

    def _reminder(self) -> tuple[Announcement, ...]:
        """Whose callers hear no greeting of their own is reminded of it here, where they often come (R12)."""
        if self._owner.shared is not None:
            return ()
        lacking = lacking_languages(self._talk.directory, self._owner.person, self._talk.now)
        if not lacking:
            return ()
        return (FixedPrompt(ONE_LACKING[lacking[0]] if len(lacking) == 1 else "greeting-reminder"),)

    async def carry_out_deletions(self) -> None:
        deleted = self._listening.deleted
        if deleted:
            await self._book.delete(deleted, self._owner.act(self._talk))
            await self._talk.note(EventKind.DESK, messages_deleted=len(deleted))

    async def _tell(self, *what: Announcement) -> str | None:
        return await self._talk.say(*what, until_digit=True)

    async def _present(self, message: MailboxMessage, pressed: str | None) -> str | None:
        """What is chosen about it. A choice that is made while it is told of goes before hearing it."""
        header = MessageHeader(message.new, message.caller, message.received_at)
        key = pressed or await self._tell(header, *marks_of(message))
        if key is None or key not in KEYS or key == AGAIN:
            key = await self._play(message)
        if key is not None and key in KEYS and key != MENU:
            await self._talk.note(EventKind.CHOSE, digit=key)
        else:
            key = await self._choose()
        while key == MARK:
            message = await self._mark(message)
            key = await self._choose()
        return key

    async def _choose(self) -> str | None:
        return await ask_choice(self._talk, KEYS, FixedPrompt("message-menu"))

    async def _mark(self, message: MailboxMessage) -> MailboxMessage:
        marked = await self._marker.attend(message)
        self._listening = with_current(self._listening, marked)
        return marked

    async def _play(self, message: MailboxMessage) -> str | None:
        """The key that broke it off. It counts as heard once it was, or its hearer has decided about it."""
        await self._book.listened(message.id, self._owner.act(self._talk))
        key: str | None = None
        try:
            for sha256 in filter(None, (message.preface, message.sha256)):
                key = await self._play_one(sha256)
                if key is not None:
                    break
        except TelephonyFault as fault:
            self._talk.log.warning("message_not_played", message=message.id, fault=str(fault))
            await self._talk.note(EventKind.FAULT, what="the message could not be played", message=message.id)
            await self._talk.say(FixedPrompt("message-unplayable"))
            return None
        await self._count_as_heard(message)
        return key

    async def _play_one(self, sha256: str) -> str | None:
        talk = self._talk
        await talk.note(EventKind.PLAYED, what="message", sha256=sha256)
        key: str | None = None
        for medium in talk.ports.announcer.media(RecordedSound(sha256, "meddelande"), talk.language, talk.now):
            key = key or await talk.leg.play_controlled(medium, CONTROLS)
        return key

    async def _count_as_heard(self, message: MailboxMessage) -> None:
        if message.new:
            await self._book.heard(message.id)

    async def _do(self, message: MailboxMessage, key: str) -> CallOutcome | None:
        """The outcome where the call went on to something else."""
        match key:
            case "2" | "#":
                await self._go_on(message, save=key == SAVE)
            case "3":
                self._listening = delete_current(self._listening)
                await self._talk.say(FixedPrompt("message-deleted"))
            case "7":
                await self._undo()
            case "8":
                return await call_back(self._talk, self._owner, message)
            case "9":
                if await forward_message(self._talk, self._owner, message):
                    self._listening = go_on(self._listening)
            case _:  # to hear it again, or the menu: it is still the current one
                pass
        return None

    async def _go_on(self, message: MailboxMessage, *, save: bool) -> None:
        self._listening = go_on(self._listening)
        if save:
            await self._count_as_heard(message)
            await self._talk.say(FixedPrompt("message-saved"))

    async def _undo(self) -> None:
        undone = undo_deletion(self._listening)
        told = "message-nothing-to-undo" if undone is self._listening else "message-undeleted"
        self._listening = undone
        await self._talk.say(FixedPrompt(told))

    async def _at_the_end(self) -> bool:
        """False: that is all."""
        listening = self._listening
        if not listening.messages:
            return False
        key = await ask_choice(self._talk, AGAIN + UNDO + CANCEL, FixedPrompt("message-no-more"))
        if key == AGAIN:
            self._listening = begin_again(listening)
            return self._listening.current is not None
        if key == UNDO:
            await self._undo()
            return True
        return False
