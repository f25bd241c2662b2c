"""People whom the benchmark adds to a house's directory while the service is away, with numbers; some on holiday."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing

from tests.acceptance.house import House
from tests.bench.search_people import make_people

AWAY = {"reason": "vacation", "start": "2026-08-01T00:00:00.000000+00:00", "until": "2026-09-30T00:00:00.000000+00:00"}
AWAY_OF = 10
"""One of so many is away."""
MOST_CALLED = 500
_FIRST_ID = 1000
_FIRST_NUMBER = 46_980_400_000


def add_people(house: House, count: int) -> tuple[str, ...]:
    """Until there are so many. Gives numbers of some who are away, spread over the whole."""
    there = int(house.one("SELECT count(*) AS n FROM person WHERE id >= ?", _FIRST_ID)["n"])
    _add(house, range(_FIRST_ID + there, _FIRST_ID + count))
    step = AWAY_OF * max(1, count // AWAY_OF // MOST_CALLED)
    return tuple(_number(id) for id in range(_FIRST_ID, _FIRST_ID + count, step))


def _add(house: House, ids: range) -> None:
    unit = house.one("SELECT min(id) AS id FROM unit WHERE authority_id = 1")["id"]
    made = make_people(ids.stop - _FIRST_ID)
    people = [person | {"id": id, "authority_id": 1, "unit_id": unit} for id, person in enumerate(made, _FIRST_ID)]
    _fill(house, "person", people[ids.start - _FIRST_ID :])
    led = {"authority_id": 1, "destination_kind": "person"}
    _fill(house, "phone_number", [led | {"e164": _number(id), "destination_key": str(id)} for id in ids])
    _fill(house, "extension", [led | {"digits": _number(id)[-6:], "destination_key": str(id)} for id in ids])
    _fill(house, "absence", [AWAY | {"person_id": id} for id in ids if id % AWAY_OF == 0])


def _number(id: int) -> str:
    return f"+{_FIRST_NUMBER + id}"


def _fill(house: House, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    if not rows:
        return
    names = list(rows[0])
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})"  # noqa: S608 - ours
    with closing(sqlite3.connect(house.database, timeout=10)) as database, database:
        database.executemany(statement, [tuple(row[name] for name in names) for row in rows])
