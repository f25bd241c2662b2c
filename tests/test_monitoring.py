"""The figures as a scraper reads them."""

from collections import Counter
from datetime import UTC, datetime
from typing import cast

from prometheus_client import generate_latest

from switchboard.asterisk.event_stream import ConnectionState
from switchboard.calls.dispatcher import Dispatcher
from switchboard.calls.overload.admission import boundless
from switchboard.calls.overload.lag import LoopLag
from switchboard.db.journal import DatabaseJournal
from switchboard.domain.call import IncomingCall
from switchboard.domain.overload import Limits
from switchboard.monitoring import DamageFigures, Figures, LoadFigures, registry_of
from tests.fakes.world import FakeLog


class _Parts:
    """What the figures are read from."""

    connected = True
    malformed = lost = spooled = 0

    def __init__(self) -> None:
        self.ended = Counter({"message": 3})

    def __len__(self) -> int:
        return 2


def test_calls_that_ended_are_a_counter() -> None:
    parts = _Parts()
    dispatcher, ari, journal = cast("Dispatcher", parts), cast("ConnectionState", parts), cast("DatabaseJournal", parts)
    scraped = generate_latest(registry_of(Figures(dispatcher, ari, journal, lambda: 0.5))).decode()
    assert "# TYPE switchboard_calls_ended_total counter" in scraped
    assert 'switchboard_calls_ended_total{outcome="message"} 3.0' in scraped
    assert "switchboard_calls_in_progress 2.0" in scraped


async def test_the_load_in_words_and_figures() -> None:
    admission, log = boundless(FakeLog()), LoopLag()
    admission.limits = Limits(calls=2)
    load = LoadFigures(cast("Dispatcher", _Parts()), admission, log)
    assert load.words() == "2 of 2 calls"
    call = IncomingCall("c-1", "+46980319200", None, None, "trunk", None, datetime(2026, 8, 12, tzinfo=UTC))
    assert not admission.decide(call, 2).admitted
    admission.note_elsewhere(3)
    assert load.words() == "overloaded: 2 of 2 calls, 1 turned away since the start, 3 by Asterisk since its own"
    scraped = generate_latest(registry_of(load)).decode()
    assert 'switchboard_calls_turned_away_total{got="spoken",why="all lines are busy"} 1.0' in scraped
    assert "switchboard_calls_turned_away_by_dialplan_total 3.0" in scraped
    assert "switchboard_overloaded 1.0" in scraped
    assert "switchboard_most_calls 2.0" in scraped
    admission.close()


async def test_a_damaged_recording_is_told_each_time_and_counted_once() -> None:
    log = FakeLog()
    damage = DamageFigures(log)
    assert "switchboard_recordings_damaged_total 0.0" in generate_latest(registry_of(damage)).decode()
    for sha256 in ("a" * 64, "b" * 64, "a" * 64):
        damage.tell(sha256)
    assert "switchboard_recordings_damaged_total 2.0" in generate_latest(registry_of(damage)).decode()
    assert log.lines[-1] == ("warning", "recording_damaged", {"sha256": "a" * 64})
    assert len(log.lines) == 3
