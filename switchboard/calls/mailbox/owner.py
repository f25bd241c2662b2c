"""Whose greetings, messages and tasks they are."""

from dataclasses import dataclass

from switchboard.calls.conversation import Conversation
from switchboard.changes import Act
from switchboard.domain.callback import Mailbox
from switchboard.domain.directory import Person


@dataclass(frozen=True, slots=True)
class MailboxOwner:
    """`actor` as the audit log shows it: the phone, or how else somebody proved to be the person. `shared`: the mailbox
    of a function or a unit that the person watches; None: their own."""

    person: Person
    actor: str
    shared: Mailbox | None = None

    @property
    def mailbox(self) -> Mailbox:
        return self.shared or Mailbox(self.person.authority_id, person_id=self.person.id)

    def act(self, talk: Conversation) -> Act:
        return Act(self.actor, talk.now)
