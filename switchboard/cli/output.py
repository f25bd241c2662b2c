"""Printing: tables and sentences for people, JSON for programs. What a caller sent (a name, a number) is shown with
its control characters made visible, so that it cannot move the cursor."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from switchboard.domain.working_days import STOCKHOLM
from switchboard.views import AbsenceView, Page
from switchboard.web.cursors import encode_cursor

WIDTH_OF_A_PIPE = 400
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def print_json(value: object) -> None:
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def print_page(page: Page[Any]) -> None:
    """The API's form of a list."""
    print_json({"items": page.items, "next": encode_cursor(page.next) if page.next else None})


def plain(value: object) -> object:
    """JSON's own types, with the API's names and ISO times with offset."""
    if is_dataclass(value) and not isinstance(value, type):
        renamed = {"start": "from"} if isinstance(value, AbsenceView) else {}
        return {renamed.get(one.name, one.name): plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(STOCKHOLM).isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def print_table(headings: Sequence[str], rows: Sequence[Sequence[object]], empty: str) -> None:
    """`empty` is said where there are no rows."""
    if not rows:
        typer.echo(empty)
        return
    table = Table(*headings, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    console = _console()
    with console.capture() as printed:
        console.print(table)
    typer.echo("\n".join(line.rstrip() for line in printed.get().splitlines()))


def print_facts(facts: Sequence[tuple[str, object]]) -> None:
    """Name and value, a line each; what is empty is left out."""
    width = max((len(name) for name, _ in facts), default=0)
    for name, value in facts:
        if value not in (None, "", ()):
            typer.echo(f"{name:<{width}}  {shown(value)}")


def shown(value: object) -> str:
    """As people read it: local times without their zone, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        local = value.astimezone(STOCKHOLM)
        return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"
    return _CONTROL.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), str(value))


def _console() -> Console:
    """A pipe has no width: nothing is folded or cut there."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH_OF_A_PIPE)
