"""What is shown to those who watch the service: its figures, who waits."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from switchboard.asterisk.event_stream import ConnectionState
from switchboard.calls.dispatcher import Dispatcher
from switchboard.calls.live import Losses
from switchboard.calls.overload.admission import Admission
from switchboard.calls.overload.lag import LoopLag
from switchboard.calls.ports import Clock, Log
from switchboard.calls.queue import PlaceView, Queues
from switchboard.db.directory_store import DirectoryStore
from switchboard.db.journal import DatabaseJournal
from switchboard.domain.directory import Directory
from switchboard.views import WaitingCaller


class QueueBoard:
    """The lines before the operators, with names. `directory` gives what is in memory."""

    def __init__(self, queues: Queues, directory: Callable[[], Directory]) -> None:
        self._queues = queues
        self._directory = directory

    async def waiting(self) -> Sequence[WaitingCaller]:
        directory = self._directory()
        return [_waiting_caller(each, directory) for each in self._queues.view()]

    async def ringing(self) -> Collection[int]:
        return self._queues.ringing()


def _waiting_caller(seen: PlaceView, directory: Directory) -> WaitingCaller:
    place = seen.place
    authority, group = directory.authority(place.authority_id), directory.function_group(place.group_id)
    return WaitingCaller(
        call_id=place.id,
        authority=authority.name if authority else "",
        called=place.called,
        caller=place.number,
        since=place.since,
        position=seen.position,
        group_id=place.group_id,
        group=group.name if group else None,
        kind=place.kind,
        why=place.why,
        estimate_minutes=seen.estimate,
        authority_id=place.authority_id,
    )


class Figures(Collector):
    """Read from the parts at each scrape, so that nothing is counted twice."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        ari: ConnectionState,
        journal: DatabaseJournal,
        directory_age: Callable[[], float],
        letters: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        self._dispatcher = dispatcher
        self._ari = ari
        self._journal = journal
        self._directory_age = directory_age
        self._letters = letters

    def collect(self) -> Iterator[Metric]:
        yield _gauge("switchboard_calls_in_progress", "Calls whose story is being told", len(self._dispatcher))
        ended = CounterMetricFamily("switchboard_calls_ended", "Calls since the start, by outcome", labels=["outcome"])
        for outcome, count in self._dispatcher.ended.items():
            ended.add_metric([outcome], count)
        yield ended
        yield _gauge("switchboard_ari_connected", "1 while connected to Asterisk", int(self._ari.connected))
        yield _gauge("switchboard_ari_events_malformed", "Events that could not be read", self._ari.malformed)
        yield _gauge("switchboard_journal_entries_lost", "Journal entries given up", self._journal.lost)
        letters = GaugeMetricFamily("switchboard_letters", "E-mail by what became of it", labels=["state"])
        for state, count in self._letters().items():
            letters.add_metric([state], count)
        yield letters
        yield _gauge("switchboard_spooled_entries", "What waits to be written to the database", self._journal.spooled)
        yield _gauge("switchboard_tasks", "What goes on at the same time in the event loop", _tasks())
        age = self._directory_age()
        yield _gauge("switchboard_directory_age_seconds", "Since the directory was last known to be true", age)


class LoadFigures(Collector):
    """How many calls there are, may be, and were turned away."""

    def __init__(self, dispatcher: Dispatcher, admission: Admission, lag: LoopLag) -> None:
        self._dispatcher = dispatcher
        self._admission = admission
        self._lag = lag

    def words(self) -> str:
        admission = self._admission
        calls = f"{len(self._dispatcher)} of {admission.limits.calls} calls"
        here, elsewhere = admission.turned_away.total(), admission.elsewhere
        told = f", {here} turned away since the start" if here else ""
        told += f", {elsewhere} by Asterisk since its own" if elsewhere else ""
        return f"overloaded: {calls}{told}" if admission.overloaded else f"{calls}{told}"

    def collect(self) -> Iterator[Metric]:
        admission = self._admission
        yield _gauge("switchboard_most_calls", "Calls at the same time, at most", admission.limits.calls)
        yield _gauge("switchboard_overloaded", "1 while callers are turned away", int(admission.overloaded))
        turned = CounterMetricFamily(
            "switchboard_calls_turned_away", "Calls above capacity, by what the caller got", labels=["got", "why"]
        )
        for (answer, why), count in admission.turned_away.items():
            turned.add_metric([answer, why], count)
        yield turned
        text = "Calls that the dialplan turned away by itself, since Asterisk's start"
        yield CounterMetricFamily("switchboard_calls_turned_away_by_dialplan", text, value=admission.elsewhere)
        yield _gauge(
            "switchboard_loop_lag_seconds", "How late the event loop was, at the latest look", self._lag.latest
        )


class MailboxFigures(Collector):
    """`counts` by what mailboxes answer, as last counted."""

    def __init__(self, counts: Callable[[], Mapping[str, int]]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        mailboxes = GaugeMetricFamily("switchboard_mailboxes", "Mailboxes by what they answer", labels=["answer"])
        for answer, count in self._counts().items():
            mailboxes.add_metric([answer], count)
        yield mailboxes


class LossFigures(Collector):
    """`losses` since the start."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses

    def collect(self) -> Iterator[Metric]:
        yield _gauge("switchboard_messages_lost", "Messages that a fault of ours cost", self._losses.messages)


class HealthFigures(Collector):
    """`latest` by the part of /health."""

    def __init__(self, latest: Callable[[], Mapping[str, bool]]) -> None:
        self._latest = latest

    def collect(self) -> Iterator[Metric]:
        text = "1 where the part of /health was well at the latest look"
        healthy = GaugeMetricFamily("switchboard_healthy", text, labels=["part"])
        for part, ok in self._latest().items():
            healthy.add_metric([part], int(ok))
        yield healthy


class DamageFigures(Collector):
    """Recordings that were found to be damaged since the start: each is counted once, however often it is asked for.
    `tell` may be called in any thread."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._damaged: set[str] = set()

    def tell(self, sha256: str) -> None:
        self._damaged.add(sha256)
        self._log.warning("recording_damaged", sha256=sha256)

    def collect(self) -> Iterator[Metric]:
        text = "Recordings whose files are not what their names say"
        yield CounterMetricFamily("switchboard_recordings_damaged", text, value=len(self._damaged))


def _tasks() -> int:
    """0 where no loop runs; a scrape comes from the service's own."""
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:
        return 0


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def age_of(directory: DirectoryStore, clock: Clock) -> float:
    """Seconds since the directory was last known to equal the database; -1 where it never was."""
    checked = directory.checked_at
    return (clock.now() - checked).total_seconds() if checked else -1.0


class CalendarFigures(Collector):
    """`ages`: seconds since each calendar was read, by the id of its row."""

    def __init__(self, ages: Callable[[], Mapping[int, float]]) -> None:
        self._ages = ages

    def collect(self) -> Iterator[Metric]:
        text = "Since a calendar was last read; -1: not since the start"
        age = GaugeMetricFamily("switchboard_calendar_age_seconds", text, labels=["source"])
        for id, seconds in self._ages().items():
            age.add_metric([str(id)], seconds)
        yield age


def registry_of(*figures: Collector) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    for each in figures:
        registry.register(each)
    return registry
