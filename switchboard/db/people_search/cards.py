"""The cards of the directory in a full-text table of SQLite's, in memory. Every method blocks: for one thread alone."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from switchboard.db.people_search.spelling import Vocabulary
from switchboard.db.people_search.words import folded, query_words, swedish_order, words_of

# Prefixes of one to three letters have an index of their own: whoever types begins with them.
_TABLE = """
CREATE VIRTUAL TABLE card USING fts5(
  name, title, unit, duties, keywords, digits, authority,
  tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
)
"""
_LEADS = "CREATE TABLE leads (extension_id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL)"
_NAME, _DIGITS = "{name}", "{digits}"
_CARD = "{name title unit digits}"
_ALL = "{name title unit duties keywords digits}"
_MOST_RANKED = 200


@dataclass(frozen=True, slots=True)
class Card:
    """What of a person can be searched. `extensions` by the id of their rows."""

    person_id: int
    authority_id: int
    name: str
    title: str
    unit: str
    duties: str
    keywords: str
    extensions: tuple[tuple[int, str], ...] = ()


class Cards:
    def __init__(self) -> None:
        self._table = sqlite3.connect(":memory:", isolation_level=None)
        self._table.execute(_TABLE)
        self._table.execute(_LEADS)
        self._vocabulary = Vocabulary()

    def close(self) -> None:
        self._table.close()

    def add(self, cards: Sequence[Card]) -> None:
        """Of people who have none yet."""
        self._table.execute("BEGIN")
        self._table.executemany(
            "INSERT INTO card (rowid, name, title, unit, duties, keywords, digits, authority)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(each.person_id, *_texts(each), _authority(each.authority_id)) for each in cards],
        )
        leads = [(id, each.person_id) for each in cards for id, _ in each.extensions]
        self._table.executemany("INSERT OR REPLACE INTO leads VALUES (?, ?)", leads)
        self._table.execute("COMMIT")
        for each in cards:
            for text in _texts(each):
                self._vocabulary.add(words_of(text))

    def replace(self, person_ids: Iterable[int], cards: Sequence[Card]) -> None:
        """The cards of these people are now those given, and no others."""
        gone = [(id,) for id in person_ids]
        self._table.executemany("DELETE FROM card WHERE rowid = ?", gone)
        self._table.executemany("DELETE FROM leads WHERE person_id = ?", gone)
        self.add(cards)

    def owners(self, extension_ids: Iterable[int]) -> set[int]:
        """To whom the extensions led when their cards were read."""
        rows = (
            self._table.execute("SELECT person_id FROM leads WHERE extension_id = ?", (id,)) for id in extension_ids
        )
        return {person_id for found in rows for (person_id,) in found}

    def find(self, text: str, authority_id: int | None, limit: int) -> list[int]:
        """Ids of people. Each word must be there, at least as the beginning of one; where nobody has them all, words
        that were meant may stand in."""
        words = query_words(text)
        if not words or limit < 1:
            return []
        typed = [[word] for word in words]
        found = self._ranked(_tiers(typed, authority_id), words, limit)
        if not found:
            meant = [self._vocabulary.meant_by(word) for word in words]
            if any(len(each) > 1 for each in meant):
                return self._ranked(_tiers(meant, authority_id)[2:], words, limit, by_likeness=True)
        return found

    def _ranked(self, tiers: Sequence[str], words: Sequence[str], limit: int, by_likeness: bool = False) -> list[int]:
        """Tier by tier until there are enough; in each by name, or what is most like the words first."""
        found: dict[int, None] = {}
        wanted = " ".join(sorted(words))
        for tier in tiers:
            rows = self._table.execute(
                "SELECT rowid, name, title, unit FROM card WHERE card MATCH ? LIMIT ?", (tier, max(limit, _MOST_RANKED))
            ).fetchall()
            keyed = [(_unlike(wanted, row) if by_likeness else 0, swedish_order(row[1]), row[0]) for row in rows]
            found |= dict.fromkeys(id for _, _, id in sorted(keyed))
            if len(found) >= limit:
                break
        return list(found)[:limit]


def _texts(card: Card) -> tuple[str, ...]:
    digits = " ".join(digits for _, digits in card.extensions)
    return card.name, card.title, card.unit, card.duties, card.keywords, digits


def _authority(id: int) -> str:
    return f"a{id}"


def _unlike(wanted: str, row: tuple[int, str, str, str]) -> int:
    """In coarse steps: a small difference says less than the alphabet."""
    name, rest = folded(row[1]), folded(f"{row[2]} {row[3]}")
    return -round(max(fuzz.token_sort_ratio(wanted, name), fuzz.token_set_ratio(wanted, f"{name} {rest}") - 10) / 10)


def _tiers(meant: Sequence[Sequence[str]], authority_id: int | None) -> list[str]:
    """Queries from the best match to the widest: the extension and whole words of the name, words of the name being
    typed, then with title and unit, then duties and keywords too."""
    within = "" if authority_id is None else f' AND authority : "{_authority(authority_id)}"'
    whole, begun = _all_of(meant, ""), _all_of(meant, "*")
    tiers = [(_DIGITS, whole), (_NAME, whole), (_NAME, begun), (_CARD, begun), (_ALL, begun)]
    return [f"({columns} : ({words})){within}" for columns, words in tiers]


def _all_of(meant: Sequence[Sequence[str]], ending: str) -> str:
    """Words hold letters and digits only, so that quotes are enough."""
    return " AND ".join("(" + " OR ".join(f'"{word}"{ending}' for word in words) + ")" for words in meant)
