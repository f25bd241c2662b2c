"""Words that somebody may have meant, from those that occur in the directory."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 3
_MOST_MEANT = 12
# The comparison holds the interpreter; in small parts the rest of the service gets its turn between them.
_AT_A_TIME = 500


class Vocabulary:
    """Folded words, by their length and first letter. One that no card has any more stays; searching for it finds
    nothing."""

    def __init__(self) -> None:
        self._words: defaultdict[tuple[int, str], dict[str, None]] = defaultdict(dict)

    def add(self, words: Iterable[str]) -> None:
        """Numbers are not kept: they are meant as they are typed."""
        for word in words:
            if word.isalpha():
                self._words[len(word), word[0]][word] = None

    def meant_by(self, word: str) -> Sequence[str]:
        """The word itself, then those a slip or two away, nearest first; also beginnings of longer words. A slip is a
        letter too many, too few, wrong, or two that changed places."""
        slips = _slips(word)
        if not slips:
            return [word]
        near: dict[str, float] = {}
        for candidates in _portions(self._candidates(word, slips)):
            found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=slips, limit=_MOST_MEANT)
            near |= {candidate: distance for candidate, distance, _ in found}
        nearest = sorted(near, key=lambda candidate: (near[candidate], candidate))
        return list(dict.fromkeys([word, *nearest]))[: _MOST_MEANT + 1]

    def _candidates(self, word: str, slips: int) -> Iterator[str]:
        """Whole words of about the length, and the beginnings of longer ones, where the first letter is right."""
        beginnings: set[str] = set()
        for (length, first), words in list(self._words.items()):
            if abs(length - len(word)) <= slips:
                yield from words
            elif length > len(word) and first == word[0]:
                beginnings.update(each[: len(word)] for each in words)
        yield from beginnings


def _slips(word: str) -> int:
    if len(word) < _SHORTEST or not word.isalpha():
        return 0
    return 1 if len(word) <= 5 else 2 if len(word) <= 10 else 3


def _portions(words: Iterator[str]) -> Iterator[list[str]]:
    while portion := list(islice(words, _AT_A_TIME)):
        yield portion
