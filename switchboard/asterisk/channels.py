"""The channels that we hold: what Asterisk's events made of each, and requests about it.

An event changes the state at once and wakes who waits; there is no queue that could fill or block the reader. A
channel has ended for us at `StasisEnd` or `ChannelDestroyed`, whichever comes first (asterisk.md §2).
"""

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Callable, Iterator

from switchboard.asterisk.ari_client import GONE, AriClient, AriError, Begun, Json
from switchboard.asterisk.ari_events import (
    ChannelDestroyed,
    Dialled,
    DigitPressed,
    HoldAsked,
    LeftBridge,
    LegEvent,
    PlaybackFinished,
    RecordingFinished,
    StasisEnd,
    StasisStart,
    TalkSignal,
    TransferAsked,
)
from switchboard.calls.ports import HangupCause, LegGone, Log, TelephonyFault

KEPT_DIGITS = 32
KEPT_SIGNALS = 64
# Names of playbacks come again after so many: who takes a channel over can stop what still plays by trying each.
PLAYBACK_NAMES = 8
_CONFLICT = 409
# Of a hang-up Asterisk first shows what it broke off, and says a moment later that the channel is gone.
HANG_UP_FOLLOWS_S = 0.1

# A phone that asks for a transfer while nobody listens to its talk is told no after this.
UNHEARD_AFTER_S = 4.0

Finished = PlaybackFinished | RecordingFinished
# Of all channels, in order: two parties of one talk are asked which of them did something first.
_order = itertools.count()


class HeldChannel:
    """`entered`: it is in our application; `up`: it has been answered; `cause`: Q.850's, once it is destroyed;
    `account`: the phone's, None outside; `being_rung`: who rings it waits for the cause and forgets it then.

    `signals`: what its phone did that belongs to a talk, kept until a talk asks for it; keys only if `in_talks`: from
    its first talk on, and for a phone that we rang from its answer on. `holding`: it has put who it talks with on
    hold."""

    def __init__(self, channel_id: str, client: AriClient, log: Log) -> None:
        self.id = channel_id
        self.client = client
        self.log = log
        self.entered = False
        self.up = False
        self.being_rung = False
        self.gone = False
        self.cause: int | None = None
        self.ended: int | None = None
        self.account: str | None = None
        self.in_talks = False
        self.holding = False
        self.left_bridge: str | None = None
        self.digits: deque[str] = deque(maxlen=KEPT_DIGITS)
        self.signals: deque[tuple[int, TalkSignal]] = deque(maxlen=KEPT_SIGNALS)
        self._transferring = False
        self._expected: dict[str, Finished | None] = {}
        self._waiting: set[asyncio.Future[None]] = set()
        self._plays = itertools.count()

    def playback_names(self) -> list[str]:
        """The same in every service that holds the channel, one after the other."""
        return [self._playback_name(number) for number in range(PLAYBACK_NAMES)]

    def next_playback(self) -> str:
        return self._playback_name(next(self._plays) % PLAYBACK_NAMES)

    def _playback_name(self, number: int) -> str:
        return f"playback-{self.id}-{number}"

    def receive(self, event: LegEvent) -> None:
        match event:
            case DigitPressed() | HoldAsked() | TransferAsked():
                self._receive_signal(event)
            case PlaybackFinished(playback_id=name) | RecordingFinished(name=name):
                if name in self._expected:
                    self._expected[name] = event
            case _:
                self._receive_state(event)
        self._wake()

    def _receive_state(self, event: LeftBridge | StasisStart | StasisEnd | Dialled | ChannelDestroyed) -> None:
        match event:
            case LeftBridge(bridge_id=bridge):
                self.left_bridge = bridge
            case StasisStart(channel=channel):
                self.entered, self.account = True, channel.account
                self.up = self.up or channel.state == "Up"
            case Dialled(status=status):
                self.up = self.up or status == "ANSWER"
            case ChannelDestroyed(cause=cause):
                self.cause = cause
                self.end()
            case StasisEnd():
                self.end()

    def _receive_signal(self, event: TalkSignal) -> None:
        match event:
            case DigitPressed(digit=digit):
                self.digits.append(digit)
                if not self.in_talks:
                    return
            case HoldAsked(held=held):
                self.holding = held
            case TransferAsked():
                # It comes once more when the phone leaves a transfer that is still open (asterisk.md §9).
                if self.gone or self._transferring:
                    return
                self._transferring = True
        kept = (next(_order), event)
        self.signals.append(kept)
        if isinstance(event, TransferAsked):
            asyncio.get_running_loop().call_later(UNHEARD_AFTER_S, self._not_heard, kept)

    def _not_heard(self, kept: tuple[int, TalkSignal]) -> None:
        if kept in self.signals and not self.gone:
            self.signals.remove(kept)
            self.client.in_background(self.answer_transfer(done=False))

    async def answer_transfer(self, done: bool) -> None:
        """What its phone is told of the transfer that it asked for. Never raises."""
        self._transferring = False
        states = "channel_answered" if done else "channel_declined"
        try:
            await self.send("POST", "transfer_progress", body={"states": states})
        except LegGone:
            return
        except TelephonyFault as fault:
            self.log.warning("transfer_not_answered", channel=self.id, fault=str(fault))

    def end(self) -> None:
        if not self.gone:
            self.gone, self.ended = True, next(_order)
        self._wake()

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    async def until(self, condition: Callable[[], bool], timeout_s: float | None = None) -> bool:
        """Whether `condition`, looked at after each event, came true in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not condition():
                    await self.next_event()
        return condition()

    async def next_event(self, *others: "HeldChannel") -> None:
        """Of this channel or one of the others."""
        waiting = asyncio.get_running_loop().create_future()
        for channel in (self, *others):
            channel._waiting.add(waiting)
        try:
            await waiting
        finally:
            for channel in (self, *others):
                channel._waiting.discard(waiting)

    @contextlib.contextmanager
    def expecting(self, name: str) -> Iterator[Callable[[], Finished | None]]:
        """Gives what became of the playback or recording `name`. Expect before you act, then no event is too early."""
        if self.gone:
            raise LegGone
        self._expected[name] = None
        try:
            yield lambda: self._expected.get(name)
        finally:
            self._expected.pop(name, None)

    async def send(self, method: str, *path: str, body: Json = None) -> Json:
        """A request about this channel, carried through once it is sent. Raises LegGone or TelephonyFault."""
        if self.gone:
            raise LegGone
        return await self.finish(self.begin(method, *path, body=body))

    def begin(self, method: str, *path: str, body: Json = None) -> Begun:
        """The same, and sent at once if it can be: for `finish`."""
        return self.client.begin(method, "channels", self.id, *path, body=body)

    async def finish(self, begun: Begun) -> Json:
        try:
            return await self.client.carry_through(begun.json())
        except AriError as error:
            raise await self._verdict(error) from None

    async def _verdict(self, error: AriError) -> LegGone | TelephonyFault:
        """A channel that Asterisk does not know, or that has left our application, has ended. One that is just being
        hung up refuses with any status."""
        if error.status == GONE or (error.status == _CONFLICT and "Stasis" in error.message):
            self.end()
        gone = await self.until(lambda: self.gone, HANG_UP_FOLLOWS_S)
        return LegGone() if gone else TelephonyFault(str(error))

    async def hang_up(self, cause: HangupCause) -> None:
        """Even if the awaiting task is cancelled. A channel that Asterisk cannot be told of now is told of again by
        `HeldChannels.compare`."""
        if not self.gone:
            self.end()
            await self.client.undo("DELETE", "channels", self.id, query={"reason": cause.value})


class HeldChannels:
    """By id. One that has ended is forgotten by whoever added it, or at its last event."""

    def __init__(self, client: AriClient, log: Log) -> None:
        self._client = client
        self._log = log
        self._channels: dict[str, HeldChannel] = {}

    def __len__(self) -> int:
        return len(self._channels)

    def add(self, channel_id: str) -> HeldChannel:
        channel = HeldChannel(channel_id, self._client, self._log)
        self._channels[channel_id] = channel
        return channel

    def find(self, channel_id: str) -> HeldChannel | None:
        return self._channels.get(channel_id)

    def forget(self, channel: HeldChannel) -> None:
        if self._channels.get(channel.id) is channel:
            del self._channels[channel.id]

    async def compare(self) -> None:
        """Make up for lost events: what Asterisk no longer has is gone, what is up was answered. Raises AriError."""
        known = [channel for channel in self._channels.values() if channel.entered]
        states = {each["id"]: each["state"] for each in await self._client.request("GET", "channels")}
        for channel in known:
            await self._compare(channel, states.get(channel.id))

    async def _compare(self, channel: HeldChannel, state: str | None) -> None:
        if state is None:
            if not channel.gone:
                self._log.info("channel_gone_unnoticed", channel=channel.id)
            channel.end()
            self.forget(channel)
        elif channel.gone:
            await self._client.undo("DELETE", "channels", channel.id)
        elif state == "Up" and not channel.up:
            channel.receive(Dialled(channel.id, "ANSWER"))
