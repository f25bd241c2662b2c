"""Asterisk's manager interface (AMI): what ARI does not carry. Of panoramisk its protocol alone is used, in here.

Its Manager reconnects through timers and tasks that nobody owns; ours is one loop that is cancelled to end it. Every
action has a time limit, and a ping finds a connection that is only half there.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from panoramisk.ami_protocol import AMIProtocol

from switchboard.asterisk.ari_client import HEARTBEAT_S
from switchboard.calls.ports import Log
from switchboard.reconnecting import growing_pauses

# Asterisk answers in turn, so a ping has as long as any action: those before it have had their own time by then.
# Together as the event socket's: a line that is dead is found within 5 s.
PING_EVERY_S = 1.0
ANSWER_WITHIN_S = 1.5 * HEARTBEAT_S - PING_EVERY_S
# Asterisk cuts a longer line of an action without a word.
LONGEST_LINE = 1000

# panoramisk writes whole messages, secrets included, to its logger.
_SILENT = logging.getLogger("switchboard.panoramisk")
_SILENT.disabled = True


class AmiError(Exception):
    """Asterisk's manager interface refused, did not answer, or is not connected."""


@dataclass(frozen=True, slots=True)
class AmiAccess:
    host: str
    port: int
    user: str
    password: str = field(repr=False)


OnEvent = Callable[[Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Listening:
    """Events of these classes (`security`, …) go to `on_event`, which must not wait and not fail."""

    classes: str
    on_event: OnEvent


class _Line(AMIProtocol):  # type: ignore[misc]
    """`heard`: anything, which a list that is long on its way is, too."""

    heard = False
    responses: dict[str, Any]

    def data_received(self, data: bytes) -> None:
        self.heard = True
        super().data_received(data)

    def forget(self, answer: object) -> None:
        """An action that is given up: whatever comes for it later, the protocol itself would keep it."""
        self.responses = {id: action for id, action in self.responses.items() if action.future is not answer}


class _Owner:
    """What panoramisk's protocol asks of its manager."""

    forgetable_actions: tuple[str, ...] = ()
    save_stream = None

    def __init__(self, on_event: OnEvent | None = None) -> None:
        self.awaiting_actions: deque[object] = deque(maxlen=0)  # nobody sends them again: whoever acted learns it
        self.lost = asyncio.Event()
        self._on_event = on_event

    def dispatch(self, event: Mapping[str, str]) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def connection_lost(self, error: object) -> None:
        self.lost.set()


class Ami:
    """`run` keeps it connected; `connected` is for /health."""

    def __init__(
        self, access: AmiAccess, log: Log, timeout_s: float = ANSWER_WITHIN_S, listening: Listening | None = None
    ) -> None:
        self._access = access
        self._log = log
        self._timeout_s = timeout_s
        self._listening = listening
        self._protocol: Any = None
        self._owner = _Owner()
        self._up = asyncio.Event()

    @property
    def connected(self) -> bool:
        return self._up.is_set()

    async def wait_connected(self) -> None:
        await self._up.wait()

    async def run(self) -> NoReturn:
        """Stay connected until cancelled."""
        pauses = growing_pauses()
        while True:
            try:
                await self._open()
                pauses = growing_pauses()
                await self._keep()
            except (AmiError, OSError, TimeoutError) as error:
                failure = str(error) or type(error).__name__
            finally:
                self._close()
            pause_s = next(pauses)
            self._log.warning("ami_disconnected", error=failure, retry_s=round(pause_s, 2))
            await asyncio.sleep(pause_s)

    @asynccontextmanager
    async def visit(self) -> AsyncIterator["Ami"]:
        """Connected for the length of the block, without `run`. Raises AmiError, OSError, TimeoutError."""
        try:
            await self._open()
            yield self
        finally:
            self._close()

    async def _open(self) -> None:
        loop, access = asyncio.get_running_loop(), self._access
        async with asyncio.timeout(self._timeout_s):
            _, protocol = await loop.create_connection(_Line, access.host, access.port)
        self._owner = _Owner(self._listening.on_event if self._listening else None)
        protocol.factory, protocol.log, protocol.encoding = self._owner, _SILENT, "utf8"
        self._protocol = protocol
        events = self._listening.classes if self._listening else "off"
        await self._act({"Action": "Login", "Username": access.user, "Secret": access.password, "Events": events})
        self._up.set()
        self._log.info("ami_connected")

    async def _keep(self) -> NoReturn:
        while True:
            try:
                async with asyncio.timeout(PING_EVERY_S):
                    await self._owner.lost.wait()
                raise AmiError("the connection was closed")
            except TimeoutError:
                await self._ping()

    async def _ping(self) -> None:
        """While another answer comes in, this one may be late."""
        line = self._protocol
        line.heard = False
        try:
            await self._act({"Action": "Ping"})
        except AmiError:
            if not line.heard:
                raise

    def _close(self) -> None:
        self._up.clear()
        if self._protocol is not None:
            self._protocol.close()
            self._owner.lost.set()
            self._protocol = None

    async def act(self, action: str, **fields: str) -> Sequence[Mapping[str, str]]:
        """The response, and the events of a list after it. Raises AmiError."""
        if not self.connected:
            raise AmiError("not connected")
        return await self._act({"Action": action, **fields})

    async def _act(self, fields: dict[str, str]) -> Sequence[Mapping[str, str]]:
        """A line must not end another one's: who could write line ends into a value could write actions."""
        for name, value in fields.items():
            if "\r" in value or "\n" in value or len(f"{name}: {value}".encode()) >= LONGEST_LINE:
                raise AmiError(f"{fields['Action']}: {name} cannot be sent")
        messages = await self._answer_to(fields)
        first, *rest = messages if isinstance(messages, list) else [messages]
        if not first.success:
            raise AmiError(f"{fields['Action']}: {first.message}")
        return [dict(message) for message in (first, *rest)]

    async def _answer_to(self, fields: dict[str, str]) -> Any:  # noqa: ANN401 - panoramisk's message, or several
        protocol = self._protocol
        answer = protocol.send(fields, as_list=None)
        lost = asyncio.create_task(self._owner.lost.wait())
        try:
            await asyncio.wait({answer, lost}, timeout=self._timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                await asyncio.sleep(0)  # a loop that was held up looks at its timers before it reads what has come
        finally:
            lost.cancel()
        if answer.done():
            return answer.result()
        answer.cancel()
        protocol.forget(answer)
        raise AmiError(f"{fields['Action']}: no answer")

    async def command(self, line: str) -> str:
        """What Asterisk's command line prints. Raises AmiError, also where Asterisk knows no such command."""
        printed: object = (await self.act("Command", Command=line))[0].get("Output", "")
        return "\n".join(printed) if isinstance(printed, list) else str(printed)

    # Asterisk's own database

    async def tree(self, family: str) -> Mapping[str, str]:
        """The entries of `family` by key."""
        try:
            answer = await self.act("DBGetTree", Family=family)
        except AmiError as error:
            if "not found" in str(error):
                return {}
            raise
        prefix = f"/{family}/"
        return {each["Key"].removeprefix(prefix): each["Val"] for each in answer if "Key" in each and "Val" in each}

    async def put(self, family: str, key: str, value: str) -> None:
        await self.act("DBPut", Family=family, Key=key, Val=value)

    async def delete(self, family: str, key: str) -> None:
        """Harmless where there is none."""
        try:
            await self.act("DBDel", Family=family, Key=key)
        except AmiError:
            if key in await self.tree(family):
                raise
