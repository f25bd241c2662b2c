"""Whose greetings and messages they are."""

from dataclasses import dataclass

from switchboard.calls.conversation import Conversation
from switchboard.changes import Act
from switchboard.domain.directory import Person


@dataclass(frozen=True, slots=True)
class MailboxOwner:
    """`actor` as the audit log shows it: the phone, or how else somebody proved to be the person."""

    person: Person
    actor: str

    def act(self, talk: Conversation) -> Act:
        return Act(self.actor, talk.now)
