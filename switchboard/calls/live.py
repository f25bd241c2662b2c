"""Talks that go on at this moment, callers who are parked, calls that would go on without us: what one call's story
must know of another's."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from switchboard.calls.ports.parties import CallLeg


@dataclass(frozen=True, slots=True)
class Party:
    """Who talks with the subject of a call. `number`: E.164 or an extension's digits; None is not known."""

    leg: "CallLeg"
    number: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class StillRinging:
    """Nobody has answered the other call yet; `target` is what was dialled. Its phones ring no more."""

    target: str


class LiveTalk(Protocol):
    """A call in which one of our phones has a leg, as other calls' stories see it."""

    @property
    def call_id(self) -> str: ...
    async def ask(self, leg_id: str) -> Party | StillRinging | None:
        """Take over the party who talks with the leg `leg_id` of the call; from then on they are the asker's, who
        must end them. The call itself ends. None: there is nobody to be had."""


class LiveTalks:
    """By the id of each of their legs."""

    def __init__(self) -> None:
        self._by_leg: dict[str, LiveTalk] = {}

    def __len__(self) -> int:
        """How many legs."""
        return len(self._by_leg)

    def of(self, leg_id: str) -> LiveTalk | None:
        return self._by_leg.get(leg_id)

    def put(self, talk: LiveTalk, leg_id: str) -> None:
        self._by_leg[leg_id] = talk

    def drop(self, talk: LiveTalk, leg_id: str) -> None:
        """Harmless where another talk has the leg now."""
        if self._by_leg.get(leg_id) is talk:
            del self._by_leg[leg_id]


@dataclass(frozen=True, slots=True)
class Parked:
    """`place`: the digits under which the caller is fetched; `account`: the phone that parked them. `fetch` lets the
    caller talk with a party; False: the caller is gone, or somebody else came first, and the party is still yours."""

    call_id: str
    place: str
    account: str
    fetch: Callable[[Party], bool]


class ParkingLot:
    """By place, the latest one first."""

    def __init__(self) -> None:
        self._parked: list[Parked] = []

    def all(self) -> tuple[Parked, ...]:
        return tuple(self._parked)

    def at(self, place: str) -> Parked | None:
        return next((each for each in reversed(self._parked) if each.place == place), None)

    @contextmanager
    def holds(self, parked: Parked) -> Iterator[None]:
        self._parked.append(parked)
        try:
            yield
        finally:
            self._parked.remove(parked)


class LastingCalls:
    """Calls that need nobody to lead them just now: two who talk, a message that is being recorded. When the service
    stops they are left as they are, and the next start takes them up. And calls that have only their end before them:
    what was spoken is stored, and its promise heard; a stop waits for them."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._concluding: set[str] = set()

    def __contains__(self, call_id: str) -> bool:
        return call_id in self._ids

    def holds(self, call_id: str) -> AbstractContextManager[None]:
        return _meanwhile_among(self._ids, call_id)

    def concludes(self, call_id: str) -> bool:
        return call_id in self._concluding

    def concluding(self, call_id: str) -> AbstractContextManager[None]:
        return _meanwhile_among(self._concluding, call_id)


@contextmanager
def _meanwhile_among(ids: set[str], call_id: str) -> Iterator[None]:
    ids.add(call_id)
    try:
        yield
    finally:
        ids.discard(call_id)


@dataclass(slots=True)
class Losses:
    """What faults of ours have cost callers since the start. It should stay 0."""

    _recordings: set[str] = field(default_factory=set)

    @property
    def messages(self) -> int:
        return len(self._recordings)

    def note(self, recording: str) -> bool:
        """Whether it is new."""
        new = recording not in self._recordings
        self._recordings.add(recording)
        return new
