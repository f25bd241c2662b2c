"""One party of a call as the story knows it (`calls.ports.CallLeg`), on a channel that we hold."""

from collections.abc import Mapping, Sequence
from enum import Enum

from switchboard.asterisk import playbacks
from switchboard.asterisk.ari_client import Begun
from switchboard.asterisk.channels import HeldChannel
from switchboard.calls.ports import HangupCause, LegGone, PlaybackControl, RecordingLimits, TelephonyFault

MUSIC_CLASS = "default"
FALLBACK_PLACE = {"context": "fallback", "extension": "start", "priority": 1}
OVERLOAD_PLACE = {"context": "overload", "extension": "spoken", "priority": 1}
DIALPLANS_OWN = frozenset({"fallback", "overload"})
# A phone told that its transfer is done hangs up by itself; not all do.
LEAVES_WITHIN_S = 1.0


class _Sound(Enum):
    """What the party hears by an indication of ours; the value names what ARI must be asked to stop."""

    NOTHING = ""  # not an empty tuple, of which Python 3.11.2's enum makes an object()
    RING_TONE = "ring"
    MUSIC = "moh"
    UNKNOWN = "ring moh"

    @property
    def indications(self) -> list[str]:
        return self.value.split()


class AriLeg:
    def __init__(self, channel: HeldChannel) -> None:
        self.channel = channel
        self._sound = _Sound.NOTHING
        self._answering: Begun | None = None
        self._left_playing = False

    @classmethod
    def adopted(cls, channel: HeldChannel) -> "AriLeg":
        """On a channel that somebody else held before us: it may hear a ring tone, music, or a greeting."""
        leg = cls(channel)
        leg._sound, leg._left_playing = _Sound.UNKNOWN, True
        return leg

    @property
    def id(self) -> str:
        return self.channel.id

    @property
    def gone(self) -> bool:
        return self.channel.gone

    @property
    def account(self) -> str | None:
        return self.channel.account

    def answer_ahead(self) -> None:
        if not self.gone and not self.channel.up and self._answering is None:
            self._answering = self.channel.begin("POST", "answer")

    async def answer(self) -> None:
        self._check_here()
        if self.channel.up:
            return
        await self._stop_left_playing()
        begun, self._answering = self._answering or self.channel.begin("POST", "answer"), None
        await self.channel.finish(begun)
        self.channel.up = True
        if self._sound is _Sound.RING_TONE:
            await self.channel.send("POST", "ring")  # what was a 180 becomes a tone of ours

    async def ring(self) -> None:
        await self._hear(_Sound.RING_TONE)

    async def hold_music(self) -> None:
        await self._hear(_Sound.MUSIC)

    async def silence(self) -> None:
        await self._hear(_Sound.NOTHING)

    async def _hear(self, wanted: _Sound) -> None:
        self._check_here()
        if self._answering is not None:
            await self.answer()
        await self._stop_left_playing()
        if wanted is self._sound:
            return
        # Given up half way it is one or the other, or neither.
        heard, self._sound = self._sound, _Sound.UNKNOWN
        for indication in heard.indications:
            await self.channel.send("DELETE", indication)
        if wanted is _Sound.MUSIC:
            await self._be_heard()
        for indication in wanted.indications:
            body = {"mohClass": MUSIC_CLASS} if wanted is _Sound.MUSIC else None
            await self.channel.send("POST", indication, body=body)
        self._sound = wanted

    async def _stop_left_playing(self) -> None:
        if self._left_playing:
            self._left_playing = not await playbacks.stop_left_playing(self.channel)

    async def _be_heard(self) -> None:
        """Before an answer, as early media."""
        if not self.channel.up:
            await self.channel.send("POST", "progress")

    async def play(self, media: Sequence[str], until_digit: bool = False) -> str | None:
        await self.silence()
        await self._be_heard()
        return await playbacks.play(self.channel, media, until_digit)

    async def play_controlled(self, medium: str, controls: Mapping[str, PlaybackControl]) -> str | None:
        await self.silence()
        return await playbacks.play_controlled(self.channel, medium, controls)

    async def digit(self, timeout_s: float) -> str | None:
        digits = self.channel.digits
        await self.channel.until(lambda: self.gone or bool(digits), timeout_s)
        self._check_here()
        return digits.popleft() if digits else None

    async def record(self, name: str, limits: RecordingLimits) -> None:
        await self.silence()
        await playbacks.record(self.channel, name, limits)
        self.channel.digits.clear()

    async def finish_recording(self, name: str) -> None:
        await playbacks.await_recording(self.channel, name)
        self.channel.digits.clear()

    async def hang_up(self, cause: HangupCause = HangupCause.NORMAL) -> None:
        await self.channel.hang_up(cause)

    async def accept_transfer(self) -> None:
        if not self.gone:
            await self.channel.answer_transfer(done=True)
            self.channel.client.in_background(self._leave_soon())

    async def _leave_soon(self) -> None:
        if not await self.channel.until(lambda: self.gone, LEAVES_WITHIN_S):
            await self.hang_up()

    async def decline_transfer(self) -> None:
        if not self.gone:
            await self.channel.answer_transfer(done=False)

    async def stop_hold_music(self) -> None:
        """What Asterisk itself began when who talks with this party put it on hold. Never raises."""
        if self._sound is _Sound.NOTHING and not self.gone:
            await self.channel.client.undo("DELETE", "channels", self.id, "moh")

    async def leave_to_fallback(self) -> None:
        """What was dialled the dialplan reads from the channel itself."""
        await self._stop_left_playing()
        try:
            await self.channel.send("POST", "continue", body=FALLBACK_PLACE)
        except (LegGone, TelephonyFault) as fault:
            self.channel.log.warning("not_left_to_fallback", channel=self.id, fault=repr(fault))

    async def leave_to_overload(self) -> None:
        try:
            await self.channel.send("POST", "continue", body=OVERLOAD_PLACE)
        except LegGone:
            pass
        except TelephonyFault as fault:
            self.channel.log.warning("not_turned_away", channel=self.id, fault=str(fault))
            await self.hang_up(HangupCause.CONGESTION)

    async def wait_gone(self) -> None:
        await self.channel.until(lambda: self.gone)

    def _check_here(self) -> None:
        if self.gone:
            raise LegGone
