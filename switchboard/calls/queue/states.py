"""What an operator does just now, as one word for lists and one lamp for other phones (R26)."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from switchboard.calls.ports import Lamp, Ports
from switchboard.domain.directory import Directory, OperatorSession, PauseReason
from switchboard.domain.diversion import PhoneState


class OperatorState(StrEnum):
    SIGNED_OUT = "signed_out"
    FREE = "free"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class OperatorStatus:
    """Of one person in one group. `reason` of a pause; `since` when they signed in; `until` of wrap-up time; `call_id`
    of the place that rings or talks with them."""

    person_id: int
    group_id: int
    state: OperatorState
    reason: PauseReason | None = None
    since: datetime | None = None
    until: datetime | None = None
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class Occupied:
    """By a call of the queue's: rung for it, or talking."""

    place_id: str
    talking: bool


LAMPS = {
    OperatorState.SIGNED_OUT: Lamp.AWAY,
    OperatorState.FREE: Lamp.IDLE,
    OperatorState.RINGING: Lamp.BUSY,
    OperatorState.TALKING: Lamp.BUSY,
    OperatorState.WRAP_UP: Lamp.HELD,
    OperatorState.PAUSED: Lamp.HELD,
}


def operator_state(
    session: OperatorSession | None, occupied: Occupied | None, phones: Sequence[PhoneState], now: datetime
) -> OperatorState:
    """`phones` are the states of the operator's devices. What goes on with the phone comes before what the session
    says: one who talks talks, also in a pause. A phone that is not registered makes a pause."""
    if session is None:
        return OperatorState.SIGNED_OUT
    if occupied is not None:
        return OperatorState.TALKING if occupied.talking else OperatorState.RINGING
    if PhoneState.BUSY in phones:
        return OperatorState.TALKING
    if session.paused or PhoneState.FREE not in phones:
        return OperatorState.PAUSED
    if session.wrap_up_until is not None and now.timestamp() < session.wrap_up_until.timestamp():
        return OperatorState.WRAP_UP
    return OperatorState.FREE


def lamp_name(digits: str) -> str:
    """Of the operator whose extension has these digits."""
    return f"operator-{digits}"


class Lamps:
    """Shown beside the looks: a phone's lamp keeps no caller waiting."""

    def __init__(self) -> None:
        self._wanted: dict[str, Lamp] = {}
        self._shown: dict[str, Lamp] = {}
        self._task: asyncio.Task[None] | None = None

    def show(self, ports: Ports, statuses: Iterable[OperatorStatus], directory: Directory) -> None:
        self._wanted = _lamps(statuses, directory)
        if self._changed() and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._light(ports), name="operators' lamps")

    def forget(self) -> None:
        """Asterisk may know nothing of them any more: all are shown anew."""
        self._shown.clear()

    async def _light(self, ports: Ports) -> None:
        while changed := self._changed():
            name, lamp = next(iter(changed.items()))
            self._shown[name] = lamp
            await ports.telephony.show_lamp(name, lamp)

    def _changed(self) -> dict[str, Lamp]:
        return {name: lamp for name, lamp in self._wanted.items() if self._shown.get(name) is not lamp}

    async def settle(self) -> None:
        while self._task is not None and not self._task.done():
            await asyncio.wait({self._task})

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def _lamps(statuses: Iterable[OperatorStatus], directory: Directory) -> dict[str, Lamp]:
    """One for each person: the group in which somebody is at work comes before those in which not."""
    lamps: dict[str, Lamp] = {}
    for status in sorted(statuses, key=lambda each: each.state is not OperatorState.SIGNED_OUT):
        extension = directory.extension_of(status.person_id)
        if extension is not None:
            lamps[lamp_name(extension.digits)] = LAMPS[status.state]
    return lamps
