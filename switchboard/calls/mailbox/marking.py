"""Somebody marks a message while they listen: secret, or a threat (R45, R47)."""

from switchboard.calls.conversation import Conversation
from switchboard.calls.desk.asking import CANCEL, ask_choice
from switchboard.calls.mailbox.owner import MailboxOwner
from switchboard.changes import Marking
from switchboard.domain.announcement import FixedPrompt
from switchboard.domain.call import EventKind
from switchboard.domain.keeping.marks import BY_TELEPHONE, Mark, may_lift_by_telephone
from switchboard.domain.mailbox.session import MailboxMessage, with_mark

MARKS = {"1": Mark.SECRET, "2": Mark.THREAT}
MOST_ROUNDS = 20


class Marker:
    """Of one call: what was marked in it as a threat can be undone in it."""

    def __init__(self, talk: Conversation, owner: MailboxOwner) -> None:
        self._talk = talk
        self._owner = owner
        self._threats: set[str] = set()

    async def attend(self, message: MailboxMessage) -> MailboxMessage:
        """The message with the marks that it has then. The same key sets a mark and takes it back."""
        for _round in range(MOST_ROUNDS):
            key = await ask_choice(self._talk, (*MARKS, CANCEL), FixedPrompt("message-marks"))
            if key is None or key == CANCEL:
                break
            message = await self._turn(message, MARKS[key])
        return message

    async def _turn(self, message: MailboxMessage, mark: Mark) -> MailboxMessage:
        on = not message.bears(mark)
        if not on and not may_lift_by_telephone(mark, in_this_call=message.id in self._threats):
            await self._talk.say(FixedPrompt("message-threat-stays"))
            return message
        marking = Marking(mark, on, BY_TELEPHONE)
        await self._talk.ports.marks.change(message.id, marking, self._owner.act(self._talk))
        if mark is Mark.THREAT:
            (self._threats.add if on else self._threats.discard)(message.id)
        await self._talk.note(EventKind.DESK, order="Mark", message=message.id, mark=mark.value, on=on)
        await self._talk.say(*_told(mark, on))
        return with_mark(message, mark, on=on)


def marks_of(message: MailboxMessage) -> tuple[FixedPrompt, ...]:
    """What is said of them with the message's header."""
    return tuple(FixedPrompt(MARKED[mark]) for mark in Mark if message.bears(mark))


MARKED = {Mark.SECRET: "message-marked-secret", Mark.THREAT: "message-marked-threat"}
UNMARKED = {Mark.SECRET: "message-unmarked-secret", Mark.THREAT: "message-unmarked-threat"}


def _told(mark: Mark, on: bool) -> tuple[FixedPrompt, ...]:
    if not on:
        return (FixedPrompt(UNMARKED[mark]),)
    told = (FixedPrompt("message-threat-told"),) if mark is Mark.THREAT else ()
    return (FixedPrompt(MARKED[mark]), *told)
