"""How fast the directory is searched among 100,000 people, while it is typed and when it is misspelt.

A part of `make bench`; alone: `python -m tests.bench.search_people [people]`. Prints milliseconds for each query.
"""

import asyncio
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import insert

from switchboard.db.engine import Database, upgrade
from switchboard.db.people_search import PeopleSearch
from switchboard.db.tables import authority, extension, person, unit
from tests.bench.goals import Goal, below
from tests.fakes.world import FakeLog

PEOPLE = 100_000
GOAL_MS = 50.0
ROUNDS = 20
WORDS = {
    "first": "Anna Erik Maria Johan Åsa Nils Karin Lars Eva Anders Kristina Per Birgitta Mikael Jan Ingrid Göran",
    "front": "Anders Lund Berg Öberg Ek Svens Nil Karls Lind Sjö Ny Hag Norr Söder Väster Öster Grön Blom Äng Dal",
    "back": "son berg ström kvist gren holm qvist man lund stedt mark",
    "unit": "Bygglov Socialtjänst Gata/park Förskola Hemtjänst Miljö Kultur Räddningstjänst Skola Vatten",
    "title": "handläggare socialsekreterare ingenjör rektor undersköterska chef bygglovshandläggare tekniker",
    "duty": "parkering avlopp trädfällning barnomsorg färdtjänst serveringstillstånd rivningslov bidrag",
}
LISTS = {kind: words.split() for kind, words in WORDS.items()}
UNITS = 50
QUERIES = [
    *("a", "an", "ann", "anna", "anna an", "asa oberg", "öberg åsa", "obreg", "erik lunt", "kristinna berkvist"),
    *("handläggare", "bygglov handl", "bygg", "parkring", "socialtjanst rektor", "21", "21000", "zzzzzz", "qwertyuiop"),
]


def make_people(count: int) -> Iterator[dict[str, object]]:
    draw = random.Random(1)
    first, front, back, titles, duties = (LISTS[kind] for kind in ("first", "front", "back", "title", "duty"))
    for id in range(1, count + 1):
        # Rare surnames: a true directory has tens of thousands of different words.
        rare = "".join(draw.choices("aeioukmrst", k=7)) if draw.random() < 0.4 else ""
        last = draw.choice(front) + draw.choice(back)
        yield {
            "id": id,
            "authority_id": 1 + id % 5,
            "name": f"{draw.choice(first)} {rare.title() or last}",
            "unit_id": 1 + draw.randrange(UNITS),
            "title": draw.choice(titles),
            "duties": ", ".join(draw.sample(duties, 2)),
            "keywords": draw.choice(duties),
        }


async def _fill(database: Database, count: int) -> None:
    async with database.write() as tx:
        for id in range(1, 6):
            await tx.execute(insert(authority).values(id=id, name=f"Authority {id}", main_number=f"+4698031920{id}"))
        units = [{"id": n + 1, "authority_id": 1 + n % 5, "name": f"{LISTS['unit'][n % 10]} {n}"} for n in range(UNITS)]
        await tx.execute(insert(unit), units)
        await tx.execute(insert(person), list(make_people(count)))
        led = {"destination_kind": "person"}
        numbers = range(1, count + 1)
        rows = [{"authority_id": 1 + n % 5, "digits": str(n), "destination_key": str(n), **led} for n in numbers]
        await tx.execute(insert(extension), rows)


async def _longest_pause(until: asyncio.Event) -> float:
    """The longest time, in ms, that the loop did not come round while something else worked."""
    longest, before = 0.0, time.perf_counter()
    while not until.is_set():
        await asyncio.sleep(0.001)
        longest, before = max(longest, time.perf_counter() - before), time.perf_counter()
    return longest * 1000


@dataclass(frozen=True, slots=True)
class PeopleSearchFigures:
    """`queries`: the slowest of the rounds for each, in ms, in all authorities and in one."""

    people: int
    read_s: float
    queries: Mapping[str, float]
    loop_paused_ms: float

    @property
    def slowest_ms(self) -> float:
        return max(self.queries.values())

    @property
    def goals(self) -> Sequence[Goal]:
        """Of fewer people nothing is proven."""
        slowest = self.slowest_ms if self.people >= PEOPLE else None
        return [below(f"a search among {PEOPLE} people within {GOAL_MS:g} ms", slowest, GOAL_MS)]

    @property
    def sentence(self) -> str:
        return (
            f"A search among {self.people} people: slowest {self.slowest_ms:.1f} ms of {len(self.queries)} queries,"
            f" the loop paused for {self.loop_paused_ms:.1f} ms at most; read in {self.read_s:.1f} s"
        )


async def measure_search(count: int, say: Callable[[str], None]) -> PeopleSearchFigures:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'people.sqlite3'}")
        await upgrade(database)
        await _fill(database, count)
        search = PeopleSearch(database, FakeLog())
        try:
            began = time.perf_counter()
            search.start()
            await search.find("anna", None, 20)
            read_s = time.perf_counter() - began
            return await _measure_queries(search, count, read_s, say)
        finally:
            await search.close()
            await database.close()


async def _measure_queries(
    search: PeopleSearch, count: int, read_s: float, say: Callable[[str], None]
) -> PeopleSearchFigures:
    over = asyncio.Event()
    pause = asyncio.create_task(_longest_pause(over))
    queries: dict[str, float] = {}
    for query in QUERIES:
        for authority_id in (None, 3):
            where = "" if authority_id is None else f" in authority {authority_id}"
            queries[f"{query!r}{where}"] = await _time(search, query, authority_id, say)
    over.set()
    return PeopleSearchFigures(count, read_s, queries, await pause)


async def _time(search: PeopleSearch, query: str, authority_id: int | None, say: Callable[[str], None]) -> float:
    taken = []
    found = 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = len(await search.find(query, authority_id, 20))
        taken.append((time.perf_counter() - began) * 1000)
    where = "" if authority_id is None else f" in authority {authority_id}"
    say(f"{query!r}{where}: {found} found, median {median(taken):.1f} ms, slowest {max(taken):.1f} ms")
    return max(taken)


if __name__ == "__main__":
    figures = asyncio.run(measure_search(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE, print))
    print(figures.sentence)
    for goal in figures.goals:
        print(goal.line)
