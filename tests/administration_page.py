"""The parts of docs/administration.md that list every table and column, made from the comments of the columns, and
where personal data are, made from the inventory of them.

`python -m tests.administration_page` writes it anew.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import asyncpg

from switchboard.db import tables
from switchboard.db.retention.inventory import HELD, PERSONAL, Beside, Personal
from switchboard.db.tables import metadata
from switchboard.domain.keeping.retention import Kind

PAGE = Path(__file__).parents[1] / "docs" / "administration.md"
BEGIN = "<!-- tables: made from the columns' comments by tests/administration_page.py -->"
END = "<!-- end of tables -->"
BEGIN_PERSONAL = "<!-- personal data: made from db/retention/inventory.py by tests/administration_page.py -->"
END_PERSONAL = "<!-- end of personal data -->"

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
    tables.calendar_source,
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
    page = _replaced(page, BEGIN_PERSONAL, END_PERSONAL, personal_section())
    return _replaced(page, BEGIN, END, tables_section())


def _replaced(page: str, begin: str, end: str, section: str) -> str:
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return before + section + after


def personal_section() -> str:
    """Markdown, from BEGIN_PERSONAL to END_PERSONAL."""
    lines = [BEGIN_PERSONAL, "", "| table | personal data | erased | held by |", "|---|---|---|---|"]
    lines += [_of_table(name, personal) for name, personal in sorted(PERSONAL.items())]
    return "\n".join([*lines, "", END_PERSONAL])


def _of_table(name: str, personal: Personal) -> str:
    columns = ", ".join(f"`{column}`" for column in personal.columns)
    erased = "; ".join(filter(None, (_limit(personal.how), personal.also)))
    held = HELD.get(personal.how, "") if isinstance(personal.how, Kind) else ""
    return f"| `{name}` | {columns} | {erased} | {held} |"


def _limit(how: Kind | Beside) -> str:
    match how:
        case Beside.DIRECTORY:
            return "by an administrator"
        case Beside.PASSING:
            return "when it is over"
        case Kind.PINS:
            return "after seven days"
        case _:
            return f"by `keep_{how.value}_days`"


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
