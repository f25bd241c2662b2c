"""The whole way from an absence to a message and its task, with sound, beside Asterisk's own VoiceMail()."""

import asyncio
import contextlib
import io
import os
import subprocess
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.acceptance.asterisk_box import ROOT, AsteriskBox
from tests.acceptance.wait import until
from tests.bench.goals import Goal, at_least, below
from tests.bench.load import KEY_AFTER_MS, Load, Sipp
from tests.bench.measure import MOST_FAILED, MOST_P95_MS, Idle
from tests.bench.people import AWAY_OF, add_people
from tests.bench.processes import machine_busy_s
from tests.bench.search import RateSearch
from tests.bench.sipp_files import Percentiles, percentiles
from tests.bench.stand import Stand, Usages
from tests.hearing.noise import speech_like
from tests.hearing.pcm import to_alaw

MAILBOXES = 50
LISTEN_MS = 8_500
"""After the answer: five seconds of greeting and tone, then about three of message."""
SEARCH_FROM = 10
GOAL_CPU = 0.5
_KEPT_WITHIN_S = 10.0
_SPOOL = "/data/spool/voicemail/bench"
_SETTINGS = """[general]
format = wav
maxmsg = 9999
maxsecs = 180
minsecs = 1
maxsilence = 5
attach = no
sendvoicemail = no
[bench]
"""


class Way(StrEnum):
    SERVICE = "service"
    """Decision, absence, key, recording, message and task in the database, the sound in the service's own folder."""
    VOICEMAIL = "VoiceMail()"
    """Asterisk's own: greeting, tone, recording, mailbox; no directory, no task."""
    RECORD = "Record()"
    """The least: the same greeting and tone, then a file; what the sound itself costs."""


@dataclass(frozen=True, slots=True)
class MessageStage:
    """`kept` messages, in the service's case with as many tasks. Processor milliseconds a message, idle share taken
    off; `message_s` how long what was kept is, in the middle."""

    way: Way
    rate: float
    calls: int
    kept: int
    setup_ms: Percentiles
    message_s: float
    asterisk_cpu_ms: float
    service_cpu_ms: float
    busy: float

    @property
    def passes(self) -> bool:
        return self.setup_ms.p95 <= MOST_P95_MS and self.calls - self.kept < MOST_FAILED * self.calls

    @property
    def cpu_ms(self) -> float:
        """The dialplan's messages do not touch the service."""
        return self.asterisk_cpu_ms + (self.service_cpu_ms if self.way is Way.SERVICE else 0.0)

    @property
    def line(self) -> str:
        service = f" + {self.service_cpu_ms:.1f}" if self.way is Way.SERVICE else ""
        return (
            f"{self.way} at {self.rate:g} messages/s: {self.kept} of {self.calls} kept, {self.message_s:.1f} s each,"
            f" p95 {self.setup_ms.p95:.1f} ms, {self.asterisk_cpu_ms:.1f}{service} ms of CPU, busy {self.busy:.0%}"
        )


@dataclass(frozen=True, slots=True)
class MessageFigures:
    stages: Sequence[MessageStage]
    searched: Sequence[MessageStage]
    highest: dict[Way, int]

    def stage(self, way: Way) -> MessageStage:
        """The middle one of its rounds by what it costs."""
        rounds = sorted((each for each in self.stages if each.way is way), key=lambda each: each.cpu_ms)
        return rounds[(len(rounds) - 1) // 2]

    @property
    def sentence(self) -> str:
        highest = ", ".join(f"{way} {rate}" for way, rate in self.highest.items()) or "not looked for"
        service, voicemail, record = (self.stage(way).cpu_ms for way in Way)
        beyond = (
            f"Beyond what the sound costs ({Way.RECORD}): the service {service - record:.1f} ms of CPU a message,"
            f" {Way.VOICEMAIL} {voicemail - record:.1f}"
        )
        return "\n".join(
            [*(each.line for each in self.stages), beyond, f"Highest rate of messages a second: {highest}"]
        )

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
    bench = _Bench(stand, people, to_alaw(speech_like(4.0)), idle, say)
    for way in Way:
        await bench.stage(way, plan.rate, 3)
    stages = [await bench.stage(way, plan.rate, plan.stage_s) for _round in range(plan.rounds) for way in Way]
    searched, highest = list[MessageStage](), dict[Way, int]()
    for way in (Way.SERVICE, Way.VOICEMAIL) if plan.search_tries else ():
        say(f"{way}: looking for the highest rate of messages")
        search = RateSearch(SEARCH_FROM, plan.search_tries)
        while (rate := search.next_rate()) is not None:
            searched.append(await bench.stage(way, rate, plan.search_s))
            search.record(rate, searched[-1].passes)
        highest[way] = search.passed
    return MessageFigures(stages, searched, highest)


def _prepare(stand: Stand) -> tuple[str, ...]:
    """Mailboxes for VoiceMail(), and as many people who are away."""
    load_voicemail(stand.box)
    return add_people(stand.house, AWAY_OF * MAILBOXES)


def load_voicemail(box: AsteriskBox) -> None:
    names = [f"{number:02d}" for number in range(MAILBOXES)]
    settings = _SETTINGS + "".join(f"{name} => 0000,Bench {name}\n" for name in names)
    _write(box, "/etc/asterisk/voicemail.conf", settings.encode())
    _write(box, "/tmp/greeting.wav", greeting())  # noqa: S108 - in the container
    _inside(box, f"for name in {' '.join(names)}; do mkdir -p {_SPOOL}/$name && cp /tmp/greeting.wav"
                 f" {_SPOOL}/$name/unavail.wav; done")  # fmt: skip
    for module in ("res_adsi", "res_smdi", "app_voicemail"):
        box.cli(f"module load {module}.so")
    if f"{MAILBOXES} voicemail users" not in (said := box.cli("voicemail show users for bench")):
        raise RuntimeError(f"app_voicemail has not loaded: {said}{box.last_words()}")


def greeting() -> bytes:
    """What the service plays to such a caller until the tone: the absence up to the key, then the invitation."""
    with wave.open(str(ROOT / "sounds/sv/absence-for-vacation.wav")) as why:
        sound = why.readframes(why.getframerate() * KEY_AFTER_MS // 1000)
    with wave.open(str(ROOT / "sounds/sv/leave-message.wav")) as invitation:
        shape, rest = invitation.getparams(), invitation.readframes(invitation.getnframes())
    file = io.BytesIO()
    with wave.open(file, "wb") as whole:
        whole.setparams(shape)
        whole.writeframes(sound + rest)
    return file.getvalue()


def _write(box: AsteriskBox, path: str, text: bytes) -> None:
    words = ["docker", "exec", "-i", box.name, "sh", "-c", f"cat >{path}"]
    subprocess.run(words, input=text, timeout=30, check=True)


def _inside(box: AsteriskBox, script: str) -> str:
    words = ["docker", "exec", box.name, "sh", "-c", script]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout


@dataclass(frozen=True, slots=True)
class _Bench:
    stand: Stand
    people: tuple[str, ...]
    speech: bytes
    idle: Idle
    say: Callable[[str], None]

    async def stage(self, way: Way, rate: int, seconds: float) -> MessageStage:
        load = Load("", rate, round(rate * seconds), LISTEN_MS, numbers=self._numbers(way), speech=self.speech)
        loop = asyncio.get_running_loop()
        kept, before, busy, began = self._kept(way), self.stand.usages(), machine_busy_s(), loop.time()
        with Sipp(self.stand.box.sip_port, load) as sipp:
            result = await asyncio.to_thread(sipp.wait)
        took, busy = loop.time() - began, machine_busy_s() - busy
        await self.stand.drained()
        spent, cpu = loop.time() - began, _cpu(before, self.stand.usages())
        lengths = await self._newly_kept(way, len(kept), result.counts.successful)
        stage = MessageStage(
            way, rate, load.calls, min(len(lengths), result.counts.successful), percentiles(result.setup_ms),
            sorted(lengths)[len(lengths) // 2] if lengths else 0.0,
            max(0.0, cpu[0] - self.idle.asterisk * spent) * 1000 / load.calls,
            max(0.0, cpu[1] - self.idle.service * spent) * 1000 / load.calls,
            busy / took / len(os.sched_getaffinity(0)),
        )  # fmt: skip
        self.say(stage.line)
        return stage

    async def _newly_kept(self, way: Way, before: int, expected: int) -> list[float]:
        """What is kept behind the caller's back may come a little later."""

        async def all_kept() -> bool:
            return len(self._kept(way)) - before >= expected

        with contextlib.suppress(AssertionError):
            await until(all_kept, _KEPT_WITHIN_S, "all messages are kept")
        return self._kept(way)[before:]

    def _numbers(self, way: Way) -> tuple[str, ...]:
        if way is Way.SERVICE:
            return self.people
        prefix = "9992" if way is Way.VOICEMAIL else "9993"
        return tuple(f"{prefix}{number:02d}" for number in range(MAILBOXES))

    def _kept(self, way: Way) -> list[float]:
        """Seconds of each message kept so far."""
        match way:
            case Way.SERVICE:
                return [float(row["duration_s"]) for row in self.stand.house.sql(
                    "SELECT message.duration_s FROM voicemail_message AS message"
                    " JOIN callback_task AS task ON task.voicemail_message_id = message.id ORDER BY message.rowid"
                )]  # fmt: skip
            case Way.VOICEMAIL:
                return _lengths(_inside(self.stand.box, f"find {_SPOOL} -name 'msg*.wav' -printf '%T@ %s\\n' | sort"))
            case Way.RECORD:
                return _lengths(
                    _inside(self.stand.box, "find /data/spool/tmp -name 'bench-*.wav' -printf '%T@ %s\\n' | sort")
                )


def _lengths(listed: str) -> list[float]:
    """Of wav files by their sizes: 8000 samples of 2 bytes a second, after a header."""
    return [(int(line.split()[1]) - 44) / 16_000 for line in listed.splitlines()]


def _cpu(before: Usages, after: Usages) -> tuple[float, float]:
    return after.asterisk.cpu_s - before.asterisk.cpu_s, after.service.cpu_s - before.service.cpu_s
