"""What can wait in the spool, as text and back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from switchboard.db.journal_entries import Answer, Arrival, Ending, Entry, Event, Routing, Tally
from switchboard.domain.call import JsonValue
from switchboard.domain.callback import CallbackTask, PendingRecording

Value = datetime | JsonValue


@dataclass(frozen=True, slots=True)
class Began:
    """A recording, as `Messages.begin` is told of it."""

    pending: PendingRecording


@dataclass(frozen=True, slots=True)
class Discarded:
    """A recording of that name in which nothing was said."""

    name: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A callback task, as `Tasks.open` is told of it."""

    task: CallbackTask
    note: str
    actor: str


Item = Entry | Began | Discarded | Opened

_ENTRIES: dict[str, type[Entry]] = {each.__name__: each for each in (Arrival, Event, Answer, Routing, Ending, Tally)}
_ROWS: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
_OTHERS: dict[str, TypeAdapter[Any]] = {each.__name__: TypeAdapter(each) for each in (Began, Discarded, Opened)}
_INSTANTS = frozenset({"arrived_at", "answered_at", "ended_at", "at"})


def to_text(item: Item) -> tuple[str, str]:
    """Kind and JSON."""
    kind = type(item).__name__
    if isinstance(item, Entry):
        return kind, _ROWS.dump_json({"call_id": item.call_id, "row": item.row}).decode()
    return kind, _OTHERS[kind].dump_json(item).decode()


def from_text(kind: str, text: str) -> Item:
    """ValueError for what is none."""
    if kind in _ENTRIES:
        told = _ROWS.validate_json(text)
        row = {name: _read(name, value) for name, value in told["row"].items()}
        return _ENTRIES[kind](told["call_id"], row)
    if kind not in _OTHERS:
        raise ValueError(f"nothing of the kind {kind}")
    item: Item = _OTHERS[kind].validate_json(text)
    return item


def _read(name: str, value: object) -> object:
    return datetime.fromisoformat(value) if name in _INSTANTS and isinstance(value, str) else value
