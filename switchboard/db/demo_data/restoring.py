"""Rows put in place by what people know them by: there already, or new, they end up the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

Values = Mapping[str, object]


class Restoring:
    """In one transaction. A row that is right already is not written: no change is listed for it."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def put(self, table: Table, known_by: Values, values: Values) -> int:
        """The id of the row that `known_by` names, now with `values`. Ids and other columns stay as they are."""
        same = _equal(table, known_by)
        found = (await self._tx.execute(select(table).where(same))).mappings().first()
        if found is None:
            row = {**known_by, **values}
            return int((await self._tx.execute(insert(table).values(row).returning(table.c.id))).scalar_one())
        if any(found[column] != value for column, value in values.items()):
            await self._tx.execute(update(table).where(table.c.id == found["id"]).values(dict(values)))
        return int(found["id"])

    async def keep_only(self, table: Table, of: Values, rows: Iterable[Values]) -> None:
        """The rows of `table` that belong to `of` become exactly these."""
        wanted = [dict(row) for row in rows]
        found = (await self._tx.execute(select(table).where(_equal(table, of)))).mappings().all()
        for row in found:
            match = next((each for each in wanted if all(row[key] == value for key, value in each.items())), None)
            if match is None:
                await self._tx.execute(delete(table).where(table.c.id == row["id"]))
            else:
                wanted.remove(match)
        for new in wanted:
            await self._tx.execute(insert(table).values({**of, **new}))

    async def fill(self, table: Table, of: Values, values: Values) -> None:
        """Columns of the rows that belong to `of`, where they are empty."""
        for column, value in values.items():
            empty = and_(_equal(table, of), table.c[column].is_(None))
            await self._tx.execute(update(table).where(empty).values({column: value}))


def _equal(table: Table, values: Values) -> ColumnElement[Any]:
    return and_(*(table.c[column] == value for column, value in values.items()))
