"""Whether phones are free: asked once for each phone, then kept by Asterisk's device state events.

A phone is watched from the first time that somebody asks for it; only what is watched is known. After each connection
the table is empty, for what changed meanwhile is not known. `on_change` is called at each change; it must not wait.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence

from switchboard.asterisk.ari_client import AriClient, AriError
from switchboard.asterisk.ari_events import DeviceStateChanged
from switchboard.calls.ports import Log
from switchboard.domain.diversion import PhoneState

_TECHNOLOGY = "PJSIP/"
_AT_ONCE = 50

_STATES: Mapping[str, PhoneState] = {
    "NOT_INUSE": PhoneState.FREE,
    "INUSE": PhoneState.BUSY,
    "BUSY": PhoneState.BUSY,
    "RINGING": PhoneState.BUSY,
    "RINGINUSE": PhoneState.BUSY,
    "ONHOLD": PhoneState.BUSY,
    "UNAVAILABLE": PhoneState.UNREGISTERED,
    "INVALID": PhoneState.UNREGISTERED,
    "UNKNOWN": PhoneState.UNREGISTERED,
}


class PhoneStates:
    def __init__(self, client: AriClient, log: Log) -> None:
        self._client = client
        self._log = log
        self._connection = 0
        self._watched: set[str] = set()
        self._states: dict[str, PhoneState] = {}
        self.on_change: Callable[[], None] = lambda: None

    def receive(self, event: DeviceStateChanged) -> None:
        account = event.device.removeprefix(_TECHNOLOGY)
        if event.device.startswith(_TECHNOLOGY) and account in self._watched:
            state = _STATES.get(event.state, PhoneState.UNREGISTERED)
            changed = self._states.get(account) is not state
            self._states[account] = state
            if changed:
                self.on_change()

    def forget(self) -> None:
        """The connection was lost: nothing is known any more, nor by an answer that is still under way."""
        self._connection += 1
        self._watched.clear()
        self._states.clear()

    async def of(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]:
        """A phone that Asterisk does not tell of now counts as free: trying to ring it shows the truth."""
        unknown = [account for account in accounts if account not in self._states]
        told: dict[str, PhoneState] = {}
        for first in range(0, len(unknown), _AT_ONCE):
            told |= await self._learn(unknown[first : first + _AT_ONCE])
        return {account: self._states.get(account, told.get(account, PhoneState.FREE)) for account in accounts}

    async def _learn(self, accounts: Sequence[str]) -> Mapping[str, PhoneState]:
        """Watch first and ask then: an event that comes meanwhile is newer than the answer."""
        connection = self._connection
        self._watched.update(accounts)
        try:
            await self._watch(accounts)
        except AriError as error:
            self._unwatch(connection, accounts, error)
            return {}
        answers = await asyncio.gather(*(self._ask(account) for account in accounts), return_exceptions=True)
        pairs = list(zip(accounts, answers, strict=True))
        told = {account: answer for account, answer in pairs if isinstance(answer, PhoneState)}
        faults = {account: answer for account, answer in pairs if isinstance(answer, BaseException)}
        if faults:
            self._unwatch(connection, faults, next(iter(faults.values())))
        if connection == self._connection:
            for account in told.keys() & self._watched:
                self._states.setdefault(account, told[account])
        return told

    async def _watch(self, accounts: Sequence[str]) -> None:
        sources = ",".join(f"deviceState:{_TECHNOLOGY}{account}" for account in accounts)
        path = ("applications", self._client.application, "subscription")
        await self._client.request("POST", *path, query={"eventSource": sources})

    async def _ask(self, account: str) -> PhoneState:
        answer = await self._client.request("GET", "deviceStates", _TECHNOLOGY + account)
        return _STATES.get(str(answer["state"]), PhoneState.UNREGISTERED)

    def _unwatch(self, connection: int, accounts: Collection[str], error: BaseException) -> None:
        """Ask anew next time, unless an event or somebody else's question has told meanwhile."""
        self._log.warning("phone_states_unknown", error=repr(error), phones=len(accounts))
        if connection == self._connection:
            self._watched.difference_update(account for account in accounts if account not in self._states)
