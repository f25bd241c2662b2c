"""The whole way from an absence to a message and its task, with sound, beside Asterisk's own VoiceMail() and beside
the published ARI libraries."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from tests.bench.client_messages import ClientMessages, words_of
from tests.bench.clients import NotInstalled
from tests.bench.goals import Goal, at_least, below
from tests.bench.measure import Idle
from tests.bench.message_stage import CLIENT_WAYS, MessageStage, Way, kept_by, measure_messages_at, message_load
from tests.bench.people import AWAY_OF, add_people
from tests.bench.search import RateSearch
from tests.bench.stand import Stand
from tests.bench.voicemail_box import MAILBOXES, load_voicemail

SEARCH_FROM = 10
GOAL_CPU = 0.5
PRESENT = (Way.SERVICE, Way.VOICEMAIL, Way.RECORD)
"""Which are there side by side, and take turns."""
Measure = Callable[[Way, int, float], Awaitable[MessageStage]]
"""At so many messages a second, for so many seconds."""
_WARM_UP_S = 3


@dataclass(frozen=True, slots=True)
class MessageFigures:
    """`missing` says why a library could not be measured."""

    stages: list[MessageStage]
    searched: list[MessageStage]
    highest: dict[Way, int]
    missing: dict[Way, str] = field(default_factory=dict)

    def stage(self, way: Way) -> MessageStage:
        """The middle one of its rounds by what it costs."""
        rounds = sorted((each for each in self.stages if each.way is way), key=lambda each: each.cpu_ms)
        return rounds[(len(rounds) - 1) // 2]

    @property
    def sentence(self) -> str:
        highest = ", ".join(f"{way} {rate}" for way, rate in self.highest.items()) or "not looked for"
        lines = [
            *(each.line for each in self.stages),
            f"Beyond what the sound costs ({Way.RECORD}), ms of CPU a message: {self._beyond}",
            f"Highest rate of messages a second: {highest}",
            *(f"{way} took no messages: {why}" for way, why in self.missing.items()),
        ]
        return "\n".join(lines)

    @property
    def _beyond(self) -> str:
        record, measured = self.stage(Way.RECORD).cpu_ms, {each.way for each in self.stages} - {Way.RECORD}
        return ", ".join(f"{way} {self.stage(way).cpu_ms - record:.1f}" for way in Way if way in measured)

    @property
    def goals(self) -> Sequence[Goal]:
        whole = self.stage(Way.SERVICE).cpu_ms / self.stage(Way.VOICEMAIL).cpu_ms
        rates = self.highest[Way.SERVICE] / max(1, self.highest[Way.VOICEMAIL]) if self.highest else None
        return [
            below(f"a message at less than {GOAL_CPU:g} of VoiceMail()'s CPU", whole, GOAL_CPU),
            at_least("at least as many messages a second as VoiceMail()", rates, 1.0),
        ]


@dataclass(frozen=True, slots=True)
class MessagePlan:
    rate: int
    stage_s: float
    rounds: int
    search_s: float
    search_tries: int


async def measure_messages(stand: Stand, plan: MessagePlan, idle: Idle, say: Callable[[str], None]) -> MessageFigures:
    people = await asyncio.to_thread(_prepare, stand)
    trial = _Trial(plan, MessageFigures([], [], {}), say)

    async def present(way: Way, rate: int, seconds: float) -> MessageStage:
        load = message_load(_numbers(way, people), rate, round(rate * seconds))
        return await measure_messages_at(stand, way, load, kept_by(stand, way), idle)

    for way in PRESENT:
        await present(way, plan.rate, _WARM_UP_S)
    for _round in range(plan.rounds):
        for way in PRESENT:
            await trial.stage(present, way)
    for way in (Way.SERVICE, Way.VOICEMAIL):
        await trial.search(present, way)
    async with stand.without_service():
        for way in CLIENT_WAYS:
            await trial.client(stand, people, idle, way)
    return trial.found


@dataclass(frozen=True, slots=True)
class _Trial:
    plan: MessagePlan
    found: MessageFigures
    say: Callable[[str], None]

    async def client(self, stand: Stand, people: Sequence[str], idle: Idle, way: Way) -> None:
        """The service is away meanwhile."""
        try:
            words = await asyncio.to_thread(words_of, way)
        except NotInstalled as fault:
            self.found.missing[way] = str(fault)
            self.say(f"{way} could not be installed: {fault}")
            return
        measure = ClientMessages(stand, words, people, idle).measure
        await self.stage(measure, way)
        await self.search(measure, way)

    async def stage(self, measure: Measure, way: Way) -> None:
        self.found.stages.append(await self._said(measure(way, self.plan.rate, self.plan.stage_s)))

    async def search(self, measure: Measure, way: Way) -> None:
        if not self.plan.search_tries:
            return
        self.say(f"{way}: looking for the highest rate of messages")
        search = RateSearch(SEARCH_FROM, self.plan.search_tries)
        while (rate := search.next_rate()) is not None:
            stage = await self._said(measure(way, rate, self.plan.search_s))
            search.record(rate, stage.passes)
            self.found.searched.append(stage)
        self.found.highest[way] = search.passed

    async def _said(self, measuring: Awaitable[MessageStage]) -> MessageStage:
        stage = await measuring
        self.say(stage.line)
        return stage


def _prepare(stand: Stand) -> tuple[str, ...]:
    """Mailboxes for VoiceMail(), and as many people who are away."""
    load_voicemail(stand.box)
    return add_people(stand.house, AWAY_OF * MAILBOXES)


def _numbers(way: Way, people: tuple[str, ...]) -> tuple[str, ...]:
    if way is Way.SERVICE:
        return people
    prefix = "9992" if way is Way.VOICEMAIL else "9993"
    return tuple(f"{prefix}{number:02d}" for number in range(MAILBOXES))
