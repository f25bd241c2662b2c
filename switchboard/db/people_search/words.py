"""Words of a text as they are compared: small letters, and å ä ö é without what is above them."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_LAST_LETTERS = str.maketrans("åäö", "{|}")
_LONGEST_TEXT, _LONGEST_WORD, _MOST_WORDS = 200, 40, 8


def folded(text: str) -> str:
    """As SQLite's `unicode61 remove_diacritics 2` sees it (https://www.sqlite.org/fts5.html)."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()


def swedish_order(text: str) -> str:
    """To sort by: å, ä and ö come after z, other letters stand where they stand without accents."""
    return folded(unicodedata.normalize("NFC", text).lower().translate(_LAST_LETTERS))


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(folded(text)))


def query_words(text: str) -> Sequence[str]:
    """What somebody typed, each word once; of a very long text only the beginning."""
    found = _WORD.findall(folded(text[:_LONGEST_TEXT]))
    return list(dict.fromkeys(word[:_LONGEST_WORD] for word in found))[:_MOST_WORDS]
