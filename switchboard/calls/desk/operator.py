"""Who dialled a code, the colleague whose phone it is, and what they are told when it is done."""

from dataclasses import dataclass

from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import LegGone
from switchboard.domain.announcement import Announcement
from switchboard.domain.call import CallOutcome, Outcome
from switchboard.domain.directory import Person


@dataclass(frozen=True, slots=True)
class Operator:
    """`person` None: the phone is nobody's. `actor` as the audit log and the tasks' history show it."""

    account: str
    person: Person | None
    authority_id: int

    @property
    def actor(self) -> str:
        return f"phone {self.account}"


def dialling_operator(talk: Conversation) -> Operator:
    account = talk.call.account or ""
    device = talk.directory.device(account)
    person = talk.directory.person(device.person_id) if device is not None else None
    home = person.authority_id if person is not None else (talk.authority.id if talk.authority else 0)
    return Operator(account, person, home)


async def served(talk: Conversation, *told: Announcement) -> CallOutcome:
    """The order is carried out, whether its confirmation is heard or not."""
    try:
        await talk.say(*told)
    except LegGone:
        return CallOutcome(Outcome.SERVED, "order carried out, hung up during the confirmation")
    return CallOutcome(Outcome.SERVED, "order carried out")
