"""A caller who comes to an operator past the queue: it counts for the operator as a call of the queue's does (R26)."""

from dataclasses import dataclass

from switchboard.calls.conversation import Conversation
from switchboard.calls.ports import CallLeg, RingFailure
from switchboard.domain.directory import Device, OperatorSession


@dataclass(frozen=True, slots=True)
class PastTheQueue:
    """The call, by the rules of the operator's group."""

    id: str
    group_id: int


class Served:
    """By whoever the phone `account` belongs to; nothing is counted for one who is not signed in as an operator."""

    def __init__(self, talk: Conversation, account: str) -> None:
        self._ports = talk.ports
        self._crew = talk.ports.queues.crew
        self._device = talk.directory.device(account)
        session = _session(talk, self._device)
        self._person = session.person_id if session is not None else 0
        self._errand = PastTheQueue(talk.call.id, session.group_id) if session is not None else None
        self._reserved = False

    def reserve(self) -> bool:
        """The queue rings them for nobody meanwhile. False: it rings or talks with them already."""
        self._reserved = self._errand is not None and self._crew.reserve(self._person, self._errand)
        return self._reserved or self._errand is None

    def let_go(self) -> None:
        """They were reserved, and are not rung any more; nobody is to blame."""
        if self._reserved and self._errand is not None:
            self._crew.release(self._person, self._errand.id)
        self._reserved = False

    def missed(self, why: RingFailure) -> None:
        self._reserved = False
        if self._errand is not None and self._device is not None:
            self._crew.unanswered(self._ports, self._person, self._errand, {self._device: why})

    def talks(self, leg: CallLeg) -> None:
        self._reserved = False
        if self._errand is not None:
            self._crew.talks(self._ports, self._person, self._errand, leg)


def _session(talk: Conversation, device: Device | None) -> OperatorSession | None:
    """In the group that answers for the authority dialled, if they are signed in there."""
    sessions = talk.directory.sessions_of(device.person_id) if device is not None else ()
    group_id = talk.authority.operators_group_id if talk.authority is not None else None
    return min(sessions, key=lambda each: (each.group_id != group_id, each.group_id), default=None)
