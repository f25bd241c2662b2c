"""The search as the rest of the service sees it: cards kept equal to the database, asked on a thread of their own."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from switchboard.calls.ports import Log
from switchboard.db.engine import Database, DatabaseAway
from switchboard.db.people_search.cards import Cards
from switchboard.db.people_search.reading import Changes, read_cards, read_changes, read_position, read_touched

LATEST = "SELECT seq FROM change_counter"
P = ParamSpec("P")
T = TypeVar("T")


class _Thread:
    """Cards and the one thread that may touch them."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="people-search")

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, lambda: work(*args, **kwargs))

    async def close(self, cards: Cards | None) -> None:
        if cards is not None:
            await self.run(cards.close)
        self._executor.shutdown(wait=False)


@dataclass(slots=True)
class _Loaded:
    """The cards hold every change up to `seq`."""

    thread: _Thread
    cards: Cards
    seq: int


class PeopleSearch:
    """A search sees what was committed before it, unless that takes more than `patience_s` to read in: then, and when
    the database is away, it sees what there was before."""

    def __init__(self, database: Database, log: Log, patience_s: float = 0.02) -> None:
        self._database = database
        self._log = log
        self._patience_s = patience_s
        self._probe = database.probe(LATEST)
        self._loaded: _Loaded | None = None
        self._reading: asyncio.Task[None] | None = None
        self._away = False

    def start(self) -> None:
        """Begin to read the directory; a search that comes before the end waits for it."""
        self._reading = self._under_way()

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})
        if self._loaded is not None:
            await self._loaded.thread.close(self._loaded.cards)
            self._loaded = None
        await self._probe.close()

    async def find(self, text: str, authority_id: int | None, limit: int) -> Sequence[int]:
        """Ids of people, the best match first. DatabaseAway where the directory was never read."""
        if self._loaded is None or self._probe.peek() != self._loaded.seq:
            # One that is under way may have looked before this search came.
            for _ in range(2 if self._is_reading() else 1):
                await asyncio.wait({self._under_way()}, timeout=None if self._loaded is None else self._patience_s)
        if self._loaded is None:
            raise DatabaseAway("the directory was never read")
        return await self._loaded.thread.run(self._loaded.cards.find, text, authority_id, limit)

    def _under_way(self) -> asyncio.Task[None]:
        """The reading under way, or a new one."""
        if self._reading is None or not self._is_reading():
            self._reading = asyncio.create_task(self._catch_up_or_note(), name="people search reading")
        return self._reading

    def _is_reading(self) -> bool:
        return self._reading is not None and not self._reading.done()

    async def _catch_up_or_note(self) -> None:
        try:
            await self._catch_up()
        except Exception as error:  # noqa: BLE001 - whatever broke, searches go on with what they have
            if not self._away:
                self._log.warning("people_search_not_refreshed", error=type(error).__name__)
            self._away = True
        else:
            if self._away:
                self._log.info("people_search_refreshed_again")
            self._away = False

    async def _catch_up(self) -> None:
        loaded = self._loaded
        if loaded is not None and await self._probe.ask() == loaded.seq:
            return
        async with self._database.read() as tx:
            seq, pruned = await read_position(tx)
            changes = await read_changes(tx, loaded.seq) if loaded and pruned <= loaded.seq <= seq else None
            if loaded is None or changes is None:
                self._loaded = await _read_all(tx, seq)
                if loaded is not None:
                    await loaded.thread.close(loaded.cards)
                return
            await _apply(loaded, tx, changes)
        loaded.seq = seq


async def _apply(loaded: _Loaded, tx: AsyncConnection, changes: Changes) -> None:
    """Page by page, so that searches get their turn between."""
    people = await read_touched(tx, changes)
    people |= await loaded.thread.run(loaded.cards.owners, changes["extension"])
    async for page in read_cards(tx, people):
        ids = {card.person_id for card in page}
        people -= ids
        await loaded.thread.run(loaded.cards.replace, ids, page)
    await loaded.thread.run(loaded.cards.replace, people, ())


async def _read_all(tx: AsyncConnection, seq: int) -> _Loaded:
    """Into new cards, while searches use the old ones."""
    thread = _Thread()
    cards: Cards | None = None
    try:
        cards = await thread.run(Cards)
        async for page in read_cards(tx, None):
            await thread.run(cards.add, page)
    except BaseException:
        await thread.close(cards)
        raise
    return _Loaded(thread, cards, seq)
