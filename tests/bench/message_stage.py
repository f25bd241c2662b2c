"""One stage of messages, whoever takes them: calls at a rate, what is kept of them, and what it cost."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from tests.acceptance.asterisk_box import AsteriskBox
from tests.acceptance.house import House
from tests.acceptance.wait import until
from tests.bench.load import Load, Sipp
from tests.bench.measure import MOST_FAILED, MOST_P95_MS, Idle
from tests.bench.processes import machine_busy_s
from tests.bench.sipp_files import Percentiles, percentiles
from tests.bench.stand import Stand, System, Usages
from tests.bench.voicemail_box import SPOOL, inside
from tests.hearing.noise import speech_like
from tests.hearing.pcm import to_alaw

LISTEN_MS = 8_500
"""After the answer: five seconds of greeting and tone, then about three of message."""
_KEPT_WITHIN_S = 10.0
Kept = Callable[[], Sequence[float]]
"""Seconds of each message kept so far, oldest first."""


class Way(StrEnum):
    SERVICE = System.SERVICE.value
    """Decision, absence, key, recording, message and task in the database, the sound in the service's own folder."""
    VOICEMAIL = "VoiceMail()"
    """Asterisk's own: greeting, tone, recording, mailbox; no directory, no task."""
    RECORD = "Record()"
    """The least: the same greeting and tone, then a file; what the sound itself costs."""
    BARE = System.BARE.value
    """A client in the service's place that keeps message and task by the plainest means (message_calls.py)."""
    AIOARI = System.AIOARI.value
    """The same, by a published library."""
    ASYNCARI = System.ASYNCARI.value
    """The same, by another."""

    @property
    def is_dialplan(self) -> bool:
        """Asterisk alone."""
        return self in (Way.VOICEMAIL, Way.RECORD)


CLIENT_WAYS = (Way.BARE, Way.AIOARI, Way.ASYNCARI)


@dataclass(frozen=True, slots=True)
class MessageStage:
    """`kept` messages, of the service and the clients with as many tasks. Processor milliseconds a message, idle share
    taken off, a client's as the service's; `message_s` how long what was kept is, in the middle."""

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
        return self.asterisk_cpu_ms + (0.0 if self.way.is_dialplan else self.service_cpu_ms)

    @property
    def line(self) -> str:
        service = "" if self.way.is_dialplan else f" + {self.service_cpu_ms:.1f}"
        return (
            f"{self.way} at {self.rate:g} messages/s: {self.kept} of {self.calls} kept, {self.message_s:.1f} s each,"
            f" p95 {self.setup_ms.p95:.1f} ms, {self.asterisk_cpu_ms:.1f}{service} ms of CPU, busy {self.busy:.0%}"
        )


def gave_up(way: Way, rate: int, calls: int) -> MessageStage:
    nothing = float("inf")
    return MessageStage(way, rate, calls, 0, percentiles([]), 0.0, nothing, nothing, 0.0)


def message_load(numbers: Sequence[str], rate: int, calls: int) -> Load:
    """Callers who press 1, listen, speak and hang up."""
    return Load("", rate, calls, LISTEN_MS, numbers=tuple(numbers), speech=to_alaw(speech_like(4.0)))


async def measure_messages_at(stand: Stand, way: Way, load: Load, kept: Kept, idle: Idle) -> MessageStage:
    """Raises FileNotFoundError or ProcessLookupError when a client is gone."""
    loop = asyncio.get_running_loop()
    before_kept, before, busy, began = len(kept()), stand.usages(), machine_busy_s(), loop.time()
    with Sipp(stand.box.sip_port, load) as sipp:
        result = await asyncio.to_thread(sipp.wait)
    took, busy = loop.time() - began, machine_busy_s() - busy
    await stand.drained()
    lengths = await newly_kept(kept, before_kept, result.counts.successful)
    spent, cpu = loop.time() - began, _cpu(before, stand.usages())
    return MessageStage(
        way, load.rate, load.calls, min(len(lengths), result.counts.successful), percentiles(result.setup_ms),
        sorted(lengths)[len(lengths) // 2] if lengths else 0.0,
        max(0.0, cpu[0] - idle.asterisk * spent) * 1000 / load.calls,
        max(0.0, cpu[1] - idle.service * spent) * 1000 / load.calls,
        busy / took / len(os.sched_getaffinity(0)),
    )  # fmt: skip


def _cpu(before: Usages, after: Usages) -> tuple[float, float]:
    return after.asterisk.cpu_s - before.asterisk.cpu_s, after.service.cpu_s - before.service.cpu_s


async def newly_kept(kept: Kept, before: int, expected: int) -> Sequence[float]:
    """What is kept behind the caller's back may come a little later."""

    async def all_kept() -> bool:
        return len(kept()) - before >= expected

    with contextlib.suppress(AssertionError):
        await until(all_kept, _KEPT_WITHIN_S, "all messages are kept")
    return kept()[before:]


def kept_by_service(house: House) -> Sequence[float]:
    rows = house.sql(
        "SELECT message.duration_s FROM voicemail_message AS message"
        " JOIN callback_task AS task ON task.voicemail_message_id = message.id ORDER BY message.rowid"
    )
    return [float(row["duration_s"]) for row in rows]


def kept_by_dialplan(box: AsteriskBox, way: Way) -> Sequence[float]:
    folder, names = (SPOOL, "msg*.wav") if way is Way.VOICEMAIL else ("/data/spool/tmp", "bench-*.wav")
    return _lengths(inside(box, f"find {folder} -name '{names}' -printf '%T@ %s\\n' | sort"))


def _lengths(listed: str) -> list[float]:
    """Of wav files by their sizes: 8000 samples of 2 bytes a second, after a header."""
    return [(int(line.split()[1]) - 44) / 16_000 for line in listed.splitlines()]


def kept_by(stand: Stand, way: Way) -> Kept:
    """Of the ways that are there all the time."""
    return partial(kept_by_service, stand.house) if way is Way.SERVICE else partial(kept_by_dialplan, stand.box, way)
