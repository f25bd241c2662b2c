"""The stage that all parties of a call share."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from switchboard.calls.ports import TelephonyFault
from tests.fakes.recordings import FakeRecordings

if TYPE_CHECKING:
    from tests.fakes.leg import FakeLeg


class Stage:
    """Counts the points at which the story gives control away, and says what goes wrong.

    `media_seconds` gives lengths of media (1 s else); `missing_media` cannot be played. `who_hangs_up` names the leg
    that leaves at the step, if it is there by then; the first caller else.
    """

    def __init__(self, hang_up_after_steps: int | None = None, who_hangs_up: str | None = None) -> None:
        self._hang_up_after_steps = hang_up_after_steps
        self._who_hangs_up = who_hangs_up
        self._failing: list[str] = []
        self.steps = 0
        self.legs: list[FakeLeg] = []
        self.media_seconds: dict[str, float] = {}
        self.missing_media: set[str] = set()
        self.recordings = FakeRecordings(self.step)

    def fail(self, act: str) -> None:
        """The next `act` (answer, play, record, ring_phone, join, phone_states …) is a TelephonyFault."""
        self._failing.append(act)

    def fail_if_asked(self, act: str) -> None:
        if act in self._failing:
            self._failing.remove(act)
            raise TelephonyFault(f"{act} was asked to fail")

    def seconds_of(self, media: str) -> float:
        return self.media_seconds.get(media, 1.0)

    async def step(self) -> None:
        """A point at which the story gives control away."""
        self.steps += 1
        await asyncio.sleep(0)
        if self.steps == self._hang_up_after_steps:
            for leg in self.legs[:1] if self._who_hangs_up is None else self.legs:
                if self._who_hangs_up in (None, leg.name):
                    leg.leave()


class Acting:
    """One act at a time: Asterisk would queue a second one behind the first."""

    def __init__(self, leg: "FakeLeg", name: str) -> None:
        self._leg, self._name = leg, name

    def __enter__(self) -> None:
        busy = self._leg.acting
        assert busy is None, f"{self._name} on {self._leg.name} while {busy} goes on"
        self._leg.acting = self._name

    def __exit__(self, *_: object) -> None:
        self._leg.acting = None


@dataclass(slots=True)
class Speech:
    """What a party does after the beep: speaks for `seconds`, then is silent, presses `#`, or hangs up."""

    seconds: float = 5.0
    then: Literal["silence", "hash", "hang_up"] = "silence"
