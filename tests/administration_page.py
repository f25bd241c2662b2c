"""The part of docs/administration.md that lists every table and column, made from the comments of the columns.

`python -m tests.administration_page` writes it anew.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import asyncpg

from switchboard.db import tables
from switchboard.db.tables import metadata

PAGE = Path(__file__).parents[1] / "docs" / "administration.md"
BEGIN = "<!-- tables: made from the columns' comments by tests/administration_page.py -->"
END = "<!-- end of tables -->"

_POSTGRESQL = asyncpg.dialect()  # type: ignore[no-untyped-call]

EDITED = (
    tables.authority,
    tables.policy,
    tables.authority_day_off,
    tables.unit,
    tables.person,
    tables.extension,
    tables.phone_number,
    tables.device,
    tables.function_group,
    tables.function_member,
    tables.schedule,
    tables.opening_period,
    tables.schedule_exception,
    tables.absence,
    tables.absence_reason_code,
    tables.greeting,
    tables.routing_rule,
    tables.operator_session,
    tables.operator_queue,
    tables.overflow_rule,
    tables.call_class,
    tables.outgoing_rule,
    tables.mailbox_watcher,
)


def tables_section() -> str:
    """Markdown, from BEGIN to END."""
    written = [table for table in metadata.sorted_tables if table not in EDITED]
    lines = [BEGIN, "", "### Tables that you edit", "", *_described(EDITED)]
    lines += ["### Tables that the service writes", "", "Read them freely; change nothing in them.", ""]
    lines += _described(tuple(sorted(written, key=lambda table: table.name)))
    return "\n".join([*lines, END])


def with_section(page: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + tables_section() + after


def _described(chosen: tuple[Table, ...]) -> Iterator[str]:
    for table in chosen:
        yield f"#### `{table.name}`"
        yield ""
        yield f"{table.comment}."
        yield ""
        yield "| column | kind | may be empty | if left out | meaning |"
        yield "|---|---|---|---|---|"
        for column in table.columns:
            yield _row(column)
        yield ""


def _row(column: Column[object]) -> str:
    kind = str(column.type.compile(_POSTGRESQL)).lower()
    references = ", ".join(f"`{key.column.table.name}`" for key in column.foreign_keys)
    meaning = f"{column.comment or ''}{f' (a row of {references})' if references else ''}"
    cells = (f"`{column.name}`", kind, "yes" if column.nullable else "no", _default(column), meaning)
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _default(column: Column[object]) -> str:
    if column.primary_key and (column.identity is not None or column.autoincrement is True):
        return "the next number"
    default = getattr(column.server_default, "arg", None)
    if default is None:
        return "empty" if column.nullable else "must be given"
    return f"`{default}`" if str(default) else "empty text"


if __name__ == "__main__":
    PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
