"""What the web needs from the rest, as narrow Protocols: lists from the database, live states, audio."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol

from prometheus_client import CollectorRegistry

from switchboard.calls.ports import AudioStore, Clock, Log
from switchboard.changes import Act, NewAbsence, NewGreeting
from switchboard.domain.diversion import PhoneState
from switchboard.views import (
    AbsenceView,
    Bearer,
    CallbackTaskView,
    CallView,
    Filter,
    GreetingView,
    HealthPart,
    OperatorView,
    Page,
    PersonView,
    Slice,
    VoicemailMessageView,
    WaitingCaller,
)


class Health(Protocol):
    async def parts(self) -> Sequence[HealthPart]:
        """`ari`, `ami`, `database` and `schema`, each with its state now."""


class Phones(Protocol):
    async def phone_states(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]: ...


class Queue(Protocol):
    async def waiting(self) -> Sequence[WaitingCaller]:
        """Longest waiting first."""


class Tokens(Protocol):
    async def bearer(self, token: str, now: datetime) -> Bearer | None: ...


class CallbackTasks(Protocol):
    async def page(self, narrow: Filter, part: Slice) -> Page[CallbackTaskView]: ...
    async def one(self, id: str) -> CallbackTaskView: ...


class VoicemailMessages(Protocol):
    async def page(self, narrow: Filter, part: Slice) -> Page[VoicemailMessageView]: ...
    async def one(self, id: str) -> VoicemailMessageView: ...
    async def listened(self, id: str, act: Act) -> None: ...


class Absences(Protocol):
    async def page(self, narrow: Filter, part: Slice, now: datetime) -> Page[AbsenceView]: ...
    async def set(self, new: NewAbsence, act: Act) -> AbsenceView: ...
    async def clear(self, id: int, act: Act) -> None: ...


class People(Protocol):
    async def page(self, narrow: Filter, part: Slice, now: datetime) -> Page[PersonView]: ...


class Calls(Protocol):
    async def page(self, narrow: Filter, part: Slice) -> Page[CallView]: ...
    async def one(self, id: str) -> CallView: ...


class Operators(Protocol):
    async def all(self, authority_name: str | None = None) -> Sequence[OperatorView]: ...
    async def sign_in(self, who: str, group: str | None, act: Act) -> Sequence[OperatorView]: ...
    async def sign_out(self, who: str, act: Act) -> Sequence[OperatorView]: ...
    async def pause(self, who: str, paused: bool, act: Act) -> Sequence[OperatorView]: ...


class Greetings(Protocol):
    async def page(self, owner: tuple[str, int] | None, part: Slice) -> Page[GreetingView]: ...
    async def put(self, new: NewGreeting, act: Act) -> GreetingView: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPorts:
    """`media_peers` are networks, besides this machine itself, that may fetch audio without a token: Asterisk's."""

    health: Health
    phones: Phones
    queue: Queue
    audio: AudioStore
    tokens: Tokens
    callback_tasks: CallbackTasks
    voicemail_messages: VoicemailMessages
    absences: Absences
    people: People
    calls: Calls
    operators: Operators
    greetings: Greetings
    clock: Clock
    log: Log
    registry: CollectorRegistry
    media_peers: Sequence[IPv4Network | IPv6Network] = ()
