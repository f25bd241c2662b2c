"""How many SQL statements and transactions there were, by the lines that counted_service.py writes."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

FILE = "BENCH_STATEMENTS"
_ALONE = "alone"
_TRANSACTIONS = {"BEGIN IMMEDIATE": "writing", "BEGIN": "reading"}
_AROUND = ("BEGIN", "COMMIT", "ROLLBACK", "END", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True, slots=True)
class Statements:
    """By their verb; transactions by what they are for, `single` those of one statement without BEGIN."""

    statements: Counter[str] = field(default_factory=Counter)
    transactions: Counter[str] = field(default_factory=Counter)


def line(sql: str, *, within: bool) -> str:
    """Of one statement, `within` a transaction or not."""
    words = sql.upper().split()
    shape = " ".join(words[:2]) if words[:2] == ["BEGIN", "IMMEDIATE"] else words[0]
    return f"{shape}\n" if within or shape.startswith(_AROUND) else f"{shape} {_ALONE}\n"


def read(file: Path, start: int = 0) -> Statements:
    """Of what was written after byte `start`."""
    found = Statements()
    for each in file.read_bytes()[start:].decode().splitlines():
        if (kind := _TRANSACTIONS.get(each)) is not None:
            found.transactions[kind] += 1
        elif not each.startswith(_AROUND):
            verb, _, alone = each.partition(" ")
            found.statements[verb] += 1
            found.transactions["single"] += bool(alone)
    return found
