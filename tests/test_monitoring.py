"""The figures as a scraper reads them."""

from collections import Counter
from typing import cast

from prometheus_client import generate_latest

from switchboard.asterisk.event_stream import ConnectionState
from switchboard.calls.dispatcher import Dispatcher
from switchboard.db.journal import DatabaseJournal
from switchboard.monitoring import Figures, registry_of


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
