"""One telephone in a call, with a voice that the others know it by."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from tests.callers.phone import CallState
from tests.callers.sip.call import RawCall
from tests.hearing.heard import Heard, Kind
from tests.hearing.noise import tone

VOICES = {"caller": 1300, "op1": 700, "op2": 800, "anna": 900, "erik": 1100, "maria": 1200, "outside": 1500}
"""Hz."""
WITHIN_S = 8.0
RING_PAUSE_S = 5.4
"""Sweden's ring tone is a second long, every six."""
LONGEST_SILENCE_S = 2.4
"""Who presses `*110#` is not heard for 1.6 s at least: a telephone sends no sound with its keys."""


class Party:
    """What it `hears` counts from the last `forget` on."""

    def __init__(self, call: RawCall, voice: str) -> None:
        self.call = call
        self.voice = voice
        self.since = 0.0

    async def speak(self) -> None:
        await self.call.play_on(tone(VOICES[self.voice], 1.0))

    def forget(self) -> None:
        self.since = self.call.heard.until

    @property
    def lately(self) -> Heard:
        """What began before counts from then on."""
        heard = self.call.heard
        since = (replace(each, start=max(each.start, self.since)) for each in heard.sounds)
        return Heard(tuple(each for each in since if each.end > each.start), heard.until)

    async def hears(self, other: "Party | str", within: float = WITHIN_S) -> None:
        voice = other if isinstance(other, str) else other.voice
        await self._hears(lambda heard: heard.tone(VOICES[voice]), within, f"{voice}'s voice")

    async def hears_music(self, within: float = WITHIN_S) -> None:
        await self._hears(lambda heard: heard.music, within, "music")

    async def hears_ringing(self, within: float = WITHIN_S) -> None:
        """In the ear; before the answer the telephone itself makes the tone."""
        call = self.call
        await self._hears(lambda heard: heard.ringing or call.state is CallState.RINGING, within, "ring tone")

    async def hears_prompt(self, *names: str, within: float = WITHIN_S) -> None:
        spoken = [name if "/" in name else f"sv/{name}" for name in names]
        await self._hears(lambda heard: heard.says(*spoken), within, f"hearing {', '.join(spoken)}")

    async def _hears(self, condition: Callable[[Heard], bool], within: float, what: str) -> None:
        await self.call.hears(lambda _: condition(self.lately), within, f"{self.voice}: {what}")

    async def press(self, keys: str) -> None:
        """What the last key does may end the call before the key is let go."""
        await asyncio.gather(self.call.dtmf(keys), return_exceptions=True)

    async def hang_up(self) -> None:
        await self.call.hangup()

    async def ended(self, within: float = WITHIN_S) -> None:
        await self.call.ended(within)

    @property
    def display(self) -> str:
        return self.call.shown[-1].name

    def never_in_silence(self) -> None:
        """From the answer to the end there was always somebody, a word, music, or ring tone and its pauses."""
        heard, answered = self.call.heard, self.call.state_times.get(CallState.TALKING, 0.0)
        rung = False
        for sound in heard.sounds:
            longest = RING_PAUSE_S if rung else LONGEST_SILENCE_S
            seconds = sound.end - max(sound.start, answered)
            assert sound.kind is not Kind.SILENCE or seconds <= longest, f"{sound}\n{self.call.account_of()}"
            rung = sound.kind is Kind.RINGING if sound.kind is not Kind.SILENCE else rung


async def hear_each_other(one: Party, other: Party) -> None:
    """From now on."""
    one.forget()
    other.forget()
    await one.hears(other)
    await other.hears(one)
