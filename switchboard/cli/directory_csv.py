"""A directory as CSV, read into rows. Comma, semicolon or tab; UTF-8; the headings in the first line, in any order."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from switchboard.changes import ImportedRow, RowProblem
from switchboard.domain.directory import LANGUAGES

REQUIRED = ("authority", "name")
COLUMNS = (*REQUIRED, "unit", "title", "email", "language", "duties", "keywords", "extension", "number")
LONGEST_CELL = 500
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class DirectoryFile:
    """The sound rows, and what is wrong with the others."""

    rows: tuple[ImportedRow, ...]
    problems: tuple[RowProblem, ...]


def read_directory(data: bytes) -> DirectoryFile:
    """Never raises: a file that is no CSV at all is a problem on the line where that shows."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return DirectoryFile((), (RowProblem(line, "", "is not UTF-8: save the file as CSV UTF-8"),))
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        headings = [heading.strip().lower() for heading in next(reader, [])]
        faults = tuple(_heading_faults(headings))
        return DirectoryFile((), faults) if faults else _read(reader, headings)
    except csv.Error as error:
        return DirectoryFile((), (RowProblem(reader.line_num, "", str(error)),))


def _delimiter(text: str) -> str:
    """The one that stands most often in the first line."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _heading_faults(headings: Sequence[str]) -> Iterator[RowProblem]:
    for name in REQUIRED:
        if name not in headings:
            yield RowProblem(1, name, "this column is missing")
    for name in headings:
        if name not in COLUMNS:
            yield RowProblem(1, name, f"there is no such column; there are: {', '.join(COLUMNS)}")
    for name in sorted({name for name in headings if headings.count(name) > 1}):
        yield RowProblem(1, name, "this column stands twice")


def _read(reader: Iterator[list[str]], headings: Sequence[str]) -> DirectoryFile:
    rows: list[ImportedRow] = []
    problems: list[RowProblem] = []
    seen: dict[tuple[str, str, str], int] = {}
    previous = 1
    for cells in reader:
        line, previous = previous + 1, reader.line_num  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        found, row = _row(line, headings, cells)
        found += _repeated(row, seen) if row is not None else []
        problems += found
        if row is not None and not found:
            rows.append(row)
    return DirectoryFile(tuple(rows), tuple(problems))


def _row(line: int, headings: Sequence[str], cells: Sequence[str]) -> tuple[list[RowProblem], ImportedRow | None]:
    if len(cells) != len(headings):
        return [RowProblem(line, "", f"has {len(cells)} cells; the headings have {len(headings)}")], None
    values = {name: cell.strip() for name, cell in zip(headings, cells, strict=True)}
    problems = [
        RowProblem(line, name, message) for name, value in values.items() if (message := _cell_fault(name, value))
    ]
    return problems, None if problems else ImportedRow(line=line, **values)


def _cell_fault(name: str, value: str) -> str | None:
    if len(value) > LONGEST_CELL:
        return f"is longer than {LONGEST_CELL} characters"
    if _CONTROL.search(value):
        return "holds a control character"
    if not value:
        return "is empty" if name in REQUIRED else None
    match name:
        case "language" if value not in LANGUAGES:
            return f"must be one of {', '.join(LANGUAGES)}"
        case "extension" if not re.fullmatch(r"[0-9]{1,8}", value):
            return "must be 1 to 8 digits"
        case "email" if not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
            return "is not an e-mail address"
    return None


def _repeated(row: ImportedRow, seen: dict[tuple[str, str, str], int]) -> list[RowProblem]:
    """An extension or number that a line above has."""
    problems = []
    for name, value in (("extension", row.extension), ("number", re.sub(r"[\s-]", "", row.number))):
        above = seen.setdefault((name, row.authority.casefold(), value), row.line) if value else row.line
        if above != row.line:
            problems.append(RowProblem(row.line, name, f"stands on line {above} too"))
    return problems
