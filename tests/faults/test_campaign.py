"""The campaign's own parts: a line that can be broken, and goals that can be missed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.faults.__main__ import goals, row, told
from tests.faults.cell import Cost, Told, has_what_they_came_for
from tests.faults.harm import FAULTS, ON_POSTGRES, STEPS
from tests.faults.leaks import MORE_DESCRIPTORS, MORE_TASKS, Held, fallback_entries, left_of
from tests.faults.scenes import SCENES
from tests.faults.wire import FaultyLine
from tests.ports import free_port

NEW = Held(descriptors=30, tasks=25, things=frozenset({"recording old"}))
GOOD = Cost("service killed", "talking", seconds=2.0, next_call=Told.AT_ONCE)


class Echo(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


@pytest.fixture
async def line() -> AsyncIterator[FaultyLine]:
    port = free_port()
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", port)
    async with server, FaultyLine(port) as opened:
        yield opened


async def _ask(line: FaultyLine) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(b"hello")
    return reader, writer


async def test_a_whole_line_carries_both_ways(line: FaultyLine) -> None:
    reader, writer = await _ask(line)
    assert await reader.readexactly(5) == b"hello"
    writer.close()


async def test_a_cut_line_is_closed_and_takes_new_connections(line: FaultyLine) -> None:
    reader, first = await _ask(line)
    await reader.readexactly(5)
    line.cut()
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await reader.readexactly(1)
    first.close()
    again, writer = await _ask(line)
    assert await again.readexactly(5) == b"hello"
    writer.close()


async def test_a_dead_line_says_nothing_and_then_goes_on(line: FaultyLine) -> None:
    line.go_dead()
    reader, writer = await _ask(line)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(reading := asyncio.ensure_future(reader.readexactly(5))), 0.1)
    line.go_on()
    assert await reading == b"hello"
    writer.close()


async def test_a_spoiling_line_changes_one_byte(line: FaultyLine) -> None:
    line.spoils = 1
    reader, writer = await _ask(line)
    heard = await reader.readexactly(5)
    assert sum(one != other for one, other in zip(heard, b"hello", strict=True)) == 1
    writer.close()


def test_goals_are_met_and_missed() -> None:
    assert all(goals([GOOD]).values())
    worse = [
        (replace(GOOD, problem="it did not start"), "every cell was measured"),
        (replace(GOOD, messages_lost=1), "no message is lost"),
        (replace(GOOD, doubled=1), "no task is doubled"),
        (replace(GOOD, lost=1), "no call is lost by the service"),
        (replace(GOOD, next_call=Told.NOT), "the next caller is told"),
        (replace(GOOD, cut=1), "no talk is cut by the service"),
        (replace(GOOD, seconds=5.1), "well again within 5 s"),
        (replace(GOOD, seconds=None), "well again within 5 s"),
        (replace(GOOD, left=("recording call-1",)), "nothing is left"),
    ]
    for cost, goal in worse:
        assert [name for name, met in goals([GOOD, cost]).items() if not met] == [goal]
    assert all(goals([replace(GOOD, fault="Asterisk killed", cut=1, lost=1)]).values()), "they fell with Asterisk"
    assert not goals([])["every cell was measured"]


def test_a_goal_that_is_missed_ends_with_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert told({"one": True, "two": True}) == 0
    assert told({"one": True, "two": False}) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "NOT MET: two"
    assert told(goals([])) == 1


@pytest.mark.parametrize(
    ("spoke", "sources", "has"),
    [
        (False, [], False),
        (False, ["voicemail"], False),
        (True, [], False),
        (True, ["voicemail"], True),
        (True, ["fallback"], True),
        (True, ["interrupted"], False),
    ],
)
def test_who_was_thanked_for_a_message_that_is_kept_is_not_lost(spoke: bool, sources: list[str], has: bool) -> None:
    assert has_what_they_came_for(spoke, sources) is has


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (NEW, ()),
        (replace(NEW, descriptors=30 + MORE_DESCRIPTORS, tasks=25 + MORE_TASKS), ()),
        (replace(NEW, descriptors=20, tasks=20, things=frozenset()), ()),
        (replace(NEW, descriptors=31 + MORE_DESCRIPTORS), (f"descriptors: 30, then {31 + MORE_DESCRIPTORS}",)),
        (replace(NEW, tasks=26 + MORE_TASKS), (f"tasks: 25, then {26 + MORE_TASKS}",)),
        (replace(NEW, spooled=2), ("2 entries in the spool",)),
        (
            replace(NEW, things=frozenset({"recording old", "recording new", "bridge b"})),
            ("bridge b", "recording new"),
        ),
    ],
)
def test_what_is_left_was_not_there_before(now: Held, left: tuple[str, ...]) -> None:
    assert left_of(NEW, now) == left


def test_entries_of_the_fallback_are_read_from_the_console() -> None:
    shown = (
        "/fallback/1755000000.7                            : 2|1755000000|+46980319212|+46701234567|arrived|trunk|\n"
        "/fallback/1755000000.9                            : 2|1755000001|210||ended|phone|anna\n2 results found.\n"
    )
    assert fallback_entries(shown) == ["fallback 1755000000.7", "fallback 1755000000.9"]
    assert fallback_entries("0 results found.\n") == []


def test_every_row_of_the_table_names_fault_and_state() -> None:
    for cost in (GOOD, replace(GOOD, problem="it did not start")):
        assert row(cost)[:2] == ("service killed", "talking")
        assert len(row(cost)) == len(row(GOOD))


def test_the_grid_is_whole() -> None:
    assert len(FAULTS) == 17
    assert set(FAULTS) > STEPS | ON_POSTGRES
    assert list(SCENES) == ["ringing", "greeting", "menu", "recording", "queue", "talking", "transfer"]
