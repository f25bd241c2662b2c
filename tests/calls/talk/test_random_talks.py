"""Random sequences of what people do: nobody is left in silence, and nothing is left when all have hung up."""

import random
from collections.abc import Callable

import pytest

from switchboard.domain.diversion import PhoneState
from tests.builders import ANNA, ERIK
from tests.calls.talk.scenes import Desk, assert_nothing_left, tasks_left
from tests.calls.test_diverting import away
from tests.fakes.leg import FakeLeg

SEQUENCES = 300
ACTS = 14
TARGETS = ["210", "211", "212", "220", "299", "*67", "*8211", "0701112233", "0900112233", "", "hej<script>", "#20"]
KEYS = ["*210#", "*211#", "*220#", "*0701112233#", "*1", "*2", "*4", "**8#", "**8211#", "**5#", "**7211#", "*", "12#"]
DIALLED = ["210", "211", "212", "*68", "*68201", "0701112233", "*20", "*22*211"]
OURS = ["op1", "op2", "anna", "erik", "maria"]


class Day:
    """One sequence; `said` tells it again when it fails."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.desk = Desk()
        self.said: list[str] = []
        for account in ("op1", "op2", "anna", "erik", "maria", "+46701112233"):
            phone = self.desk.phone(account)
            phone.answers_after = self.random.choice([None, 0.0, 1.0, 3.0, 12.0])
        self.desk.op1.answers_after = 1.0

    async def play(self) -> None:
        self.desk.world.start("+46980319200", self.desk.citizen)
        await self.desk.passes(30)
        for _ in range(ACTS):
            act = self.random.choice([self._on_a_leg, self._on_a_leg, self._on_a_leg, self._dial, self._change])
            act()
            await self.desk.passes(self.random.choice([0.0, 0.001, 0.3, 2.0, 7.0, 30.0]))
        await self._nobody_in_silence()
        for leg in self.desk.world.telephony.legs:
            leg.leave()
        for phone in self.desk.world.telephony.phones.values():
            phone.answers_after, phone.state = None, PhoneState.UNREGISTERED
        await self.desk.passes(1)
        for leg in self.desk.world.telephony.legs:
            leg.leave()
        await self.desk.world.over()
        await self.desk.passes(10)
        await self.desk.world.queues.settle()

    def _on_a_leg(self) -> None:
        alive = [leg for leg in self.desk.world.telephony.legs if not leg.gone]
        if not alive:
            return
        leg = self.random.choice(alive)
        act = self.random.choice([self._transfer, self._press, self._attended, leg.hold, leg.unhold, leg.leave])
        self.said.append(f"{leg.name}: {getattr(act, '__name__', act)}")
        act() if act in (leg.hold, leg.unhold, leg.leave) else act(leg)  # type: ignore[operator]

    def _transfer(self, leg: FakeLeg) -> None:
        leg.transfer(self._choose(TARGETS))

    def _press(self, leg: FakeLeg) -> None:
        leg.press(self._choose(KEYS))

    def _attended(self, leg: FakeLeg) -> None:
        others = [each.id for each in self.desk.world.telephony.legs if each.account == leg.account and each is not leg]
        leg.transfer_attended(self._choose([*others, "nowhere"]))

    def _dial(self) -> None:
        self.desk.world.dial(self._choose(OURS), self._choose(DIALLED))

    def _change(self) -> None:
        index, phone = self.desk.world.directory.index, self.desk.world.telephony.phones[self._choose(OURS)]
        changes: list[Callable[[], None]] = [
            lambda: index.put(away(ERIK)),
            lambda: index.put(away(ANNA)),
            lambda: index.remove("absence", 900 + ERIK.id),
            lambda: setattr(phone, "state", PhoneState.UNREGISTERED),
            lambda: setattr(phone, "state", PhoneState.FREE),
        ]
        self.random.choice(changes)()

    def _choose(self, of: list[str]) -> str:
        chosen = self.random.choice(of)
        self.said.append(chosen)
        return chosen

    async def _nobody_in_silence(self) -> None:
        """Longer than a menu waits for a digit."""
        silent = set(self._silent())
        for _ in range(12):
            if not silent:
                return
            await self.desk.passes(0.5)
            silent &= set(self._silent())
        assert silent == set(), self.said

    def _silent(self) -> list[str]:
        legs = self.desk.world.telephony.legs
        return [leg.name for leg in legs if not (leg.gone or leg.talking_to or leg.tone or leg.acting)]


@pytest.mark.requirement("R31")
@pytest.mark.requirement("R33")
@pytest.mark.parametrize("seed", range(SEQUENCES))
async def test_random_sequence(seed: int) -> None:
    day = Day(seed)
    await day.play()
    assert_nothing_left(day.desk.world)
    assert tasks_left() == []
