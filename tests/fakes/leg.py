"""One party of a call without a telephone."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from switchboard.calls.ports import (
    AttendedTransfer,
    BlindTransfer,
    HangupCause,
    HoldChanged,
    KeyPressed,
    LegGone,
    PlaybackControl,
    RecordingLimits,
    TalkEvent,
    TelephonyFault,
)
from tests.fakes.moving import move_about
from tests.fakes.stage import Acting, Stage
from tests.fakes.stage import Speech as Speech

RING_TONE, MUSIC, BEEP = "<ring tone>", "<music>", "<beep>"
BEEP_SECONDS = 0.2
KEPT_DIGITS = 32
PHONE_ENDS_S, PHONE_IS_ENDED_S = 0.05, 1.0


class FakeLeg:
    """A party of a call. `hears`, `answered_at`, `ended_with` show what happened; `speech` is its message.

    `account` is the phone's. `transfers` shows what became of the transfers it asked for; a phone whose transfer is
    accepted hangs up, or does not (`stays`) and is hung up.
    """

    def __init__(self, stage: Stage, name: str, account: str | None = None) -> None:
        self._stage = stage
        self._gone = asyncio.Event()
        self._digits: deque[str] = deque(maxlen=KEPT_DIGITS)
        self._pressed = asyncio.Event()
        self._reactions: list[tuple[str, Callable[[], object]]] = []
        self.acting: str | None = None
        self.name = name
        self._account = account
        self.hears: list[str] = []
        self.tone: str | None = None
        self.answered_at: float | None = None
        self.ended_with: HangupCause | Literal["party", "fallback", "overload"] | None = None
        self.speech = Speech()
        self.talking_to: str | None = None
        self.tells: Callable[[TalkEvent], None] | None = None
        self.on_end: Callable[[FakeLeg], None] | None = None
        self.transfers: list[Literal["accepted", "declined"]] = []
        self.stays = False
        self.going_on: tuple[str, float] | None = None
        self.moved: list[float] = []

    # What the person does

    def press(self, digits: str) -> None:
        if self.gone:
            return
        self._digits.extend(digits)
        self._pressed.set()
        for digit in digits:
            self._tell(KeyPressed(self, digit))

    def hold(self) -> None:
        """The phone's hold button; the other party hears music."""
        self._tell(HoldChanged(self, held=True))

    def unhold(self) -> None:
        self._tell(HoldChanged(self, held=False))

    def transfer(self, target: str) -> None:
        """The phone's transfer button, and whatever was typed."""
        self._tell(BlindTransfer(self, target))

    def transfer_attended(self, consultation: str) -> None:
        """Join the other party with the one in the phone's other call, whose leg there is `consultation`."""
        self._tell(AttendedTransfer(self, consultation))

    def do_after(self, seconds: float, act: Callable[[], object]) -> None:
        asyncio.get_running_loop().call_later(seconds, act)

    def press_after(self, seconds: float, digits: str) -> None:
        asyncio.get_running_loop().call_later(seconds, self.press, digits)

    def hang_up_after(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self.leave)

    def leave(self) -> None:
        """The person hangs up."""
        self.end("party")

    def on_hearing(self, fragment: str, action: Callable[[], object]) -> None:
        """Do `action` each time something that contains `fragment` begins to be heard."""
        self._reactions.append((fragment, action))

    # CallLeg

    @property
    def id(self) -> str:
        return self.name

    @property
    def account(self) -> str | None:
        return self._account

    @property
    def gone(self) -> bool:
        return self._gone.is_set()

    async def answer(self) -> None:
        await self._step("answer")
        if self.answered_at is None:
            self.answered_at = asyncio.get_running_loop().time()

    def answer_ahead(self) -> None:
        if not self.gone and self.answered_at is None:
            self.answered_at = asyncio.get_running_loop().time()

    async def ring(self) -> None:
        await self._step("ring")
        self._sound(RING_TONE)

    async def hold_music(self) -> None:
        await self._step("hold_music")
        self._sound(MUSIC)

    async def silence(self) -> None:
        await self._step("silence")
        self.tone = None

    async def play(self, media: Sequence[str], until_digit: bool = False) -> str | None:
        await self._step("play")
        self.tone = None
        if until_digit and self._digits:
            return self._digits.popleft()
        playable = [item for item in media if item not in self._stage.missing_media]
        if not playable:
            raise TelephonyFault(f"nothing could be played of {list(media)}")
        with Acting(self, "play"):
            for item in playable:
                await self._step("play")
                self.hear(item)
                digit = await self.listen(self._stage.seconds_of(item), until_digit)
                if digit is not None:
                    return digit
        await self._step("play")
        return None

    async def play_controlled(self, medium: str, controls: Mapping[str, PlaybackControl]) -> str | None:
        await self._step("play")
        self.tone = None
        if medium in self._stage.missing_media:
            raise TelephonyFault(f"nothing could be played of {medium}")
        with Acting(self, "play"):
            self.hear(medium)
            return await move_about(self, self._stage.seconds_of(medium), controls)

    async def digit(self, timeout_s: float) -> str | None:
        await self._step("digit")
        return await self.listen(timeout_s, until_digit=True)

    async def record(self, name: str, limits: RecordingLimits) -> None:
        await self._step("record")
        self.tone = None
        if name in self._stage.recordings.stored:
            raise TelephonyFault(f"a recording named {name} exists")
        with Acting(self, "record"):
            self.hear(BEEP)
            await self._step("record")
            await self._pass(BEEP_SECONDS)
            await self._record_speech(name, limits)
        self._digits.clear()
        await self._step("record")

    async def finish_recording(self, name: str) -> None:
        """`going_on` is a recording that was begun before a restart, and the seconds until it ends by itself."""
        await self._step("finish_recording")
        if self.going_on is not None and self.going_on[0] == name:
            started = asyncio.get_running_loop().time()
            try:
                await self._pass(self.going_on[1])
            finally:
                recorded = asyncio.get_running_loop().time() - started
                self._stage.recordings.store(name, recorded, recorded)
                self.going_on = None
        self._digits.clear()

    async def hang_up(self, cause: HangupCause = HangupCause.NORMAL) -> None:
        await self._stage.step()
        self.end(cause)

    async def leave_to_overload(self) -> None:
        await self._stage.step()
        self.end("overload")

    async def leave_to_fallback(self) -> None:
        await self._stage.step()
        self.end("fallback")

    async def wait_gone(self) -> None:
        await self._gone.wait()

    async def accept_transfer(self) -> None:
        await self._stage.step()
        if self.gone:
            return
        self.transfers.append("accepted")
        loop = asyncio.get_running_loop()
        if self.stays:
            loop.call_later(PHONE_IS_ENDED_S, self.end, HangupCause.NORMAL)
        else:
            loop.call_later(PHONE_ENDS_S, self.leave)

    async def decline_transfer(self) -> None:
        await self._stage.step()
        if not self.gone:
            self.transfers.append("declined")

    # How it works

    async def _record_speech(self, name: str, limits: RecordingLimits) -> None:
        speech = self.speech
        silence = limits.silence_seconds if speech.then == "silence" else 0.0
        length = min(speech.seconds + silence, float(limits.max_seconds))
        started = asyncio.get_running_loop().time()
        try:
            await self._step("record")
            await self._until_hash(length)
        finally:
            recorded = asyncio.get_running_loop().time() - started
            self._stage.recordings.store(name, min(speech.seconds, recorded), recorded)
        if speech.then == "hang_up" and length < limits.max_seconds:
            self.leave()

    async def _step(self, act: str) -> None:
        await self._stage.step()
        if self.gone:
            raise LegGone
        self._stage.fail_if_asked(act)

    async def _pass(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._gone.wait()
        except TimeoutError:
            return
        raise LegGone

    async def _until_hash(self, seconds: float) -> None:
        self._digits.clear()
        until = asyncio.get_running_loop().time() + seconds
        digit: str | None = ""
        while digit not in ("#", None):
            digit = await self.listen(until - asyncio.get_running_loop().time(), until_digit=True)

    async def listen(self, seconds: float, until_digit: bool) -> str | None:
        if not until_digit:
            await self._pass(seconds)
            return None
        try:
            async with asyncio.timeout(seconds):
                while not self._digits:
                    self._pressed.clear()
                    await self._either_pressed_or_gone()
        except TimeoutError:
            return None
        return self._digits.popleft()

    async def _either_pressed_or_gone(self) -> None:
        if not self.gone:
            await self._pressed.wait()
        if self.gone:
            raise LegGone

    def _tell(self, event: TalkEvent) -> None:
        if self.tells is not None and not self.gone:
            self.tells(event)

    def _sound(self, tone: str) -> None:
        self.tone = tone
        self.hear(tone)

    def hear(self, what: str) -> None:
        self.hears.append(what)
        for fragment, action in self._reactions:
            if fragment in what:
                action()

    def end(self, cause: HangupCause | Literal["party", "fallback", "overload"]) -> None:
        if self.ended_with is None:
            self.ended_with = cause
            self._gone.set()
            self._pressed.set()
            if self.on_end is not None:
                self.on_end(self)
