"""
What may have been meant where nothing was found: words of the catalogue with few other letters.

One wrong, missing, doubled or swapped letter; two in a word of eight letters or more. A word is
compared with those that share its first or its last half, so that few of hundreds of thousands
are looked at: one letter is wrong in one half only. (Two can be wrong in both halves: such a word
is found only if one of its thirds is whole at either end.)
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path
from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Searcher

from hyllan.catalogue.engine.query import Part, as_text
from hyllan.catalogue.search_index.entry import terms
from hyllan.catalogue.search_index.reader import Opened

SHORTEST, LONG = 4, 8  # a shorter word is left alone; a long one may have two wrong letters
MOST_TRIES = 4
_FEW = 50_000  # editions: their words are read again after every commit
_STALE = 0.02  # of more editions may be new before their words are read again
_FIELDS = ("title", "responsible", "subjects")


@dataclass(frozen=True, slots=True)
class Respelt:
    """A query with other words, and how it would have been written."""

    parts: tuple[Part, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Words:
    """All words of titles, names and subjects, in order from the front and from the back."""

    stamp: int  # of the commit they were read from
    editions: int
    forwards: list[str]
    backwards: list[str]  # each turned round

    def like(self, word: str) -> list[str]:
        """Return the words that may have been meant, the likest first."""
        half = len(word) // 2
        # One letter of leave between the halves: two letters may be swapped across their border
        found = self._at_most(1, word, half, len(word) - half - 1)
        if not found and len(word) >= LONG:
            found = self._at_most(2, word, len(word) // 3, len(word) // 3)
        return found

    def _at_most(self, distance: int, word: str, first: int, last: int) -> list[str]:
        ahead = _beginning(self.forwards, word[:first])
        behind = _beginning(self.backwards, word[::-1][:last])
        found = _near(word, ahead, distance)
        found |= {each[::-1]: far for each, far in _near(word[::-1], behind, distance).items()}
        found.pop(word, None)
        return sorted(found, key=lambda each: (found[each], each))


_known: dict[Path, _Words] = {}
_known_lock = Lock()


def respelt(home: Path, index: Opened, parts: Sequence[Part]) -> Iterator[Respelt]:
    """Offer queries that may have been meant instead, the likeliest first; few."""
    looked_at = [number for number, part in enumerate(parts) if _may_be_wrong(part)]
    if not looked_at:
        return
    often = {number: _often(index.searcher, parts[number].written[0]) for number in looked_at}
    unknown = [number for number in looked_at if not often[number]]
    known_words = _words(home, index)
    choices = {
        number: _choices(index.searcher, known_words, parts[number], more_than=often[number])
        for number in unknown or looked_at
    }
    if unknown:
        changes = [
            dict(zip(unknown, chosen, strict=True))
            for chosen in islice(product(*choices.values()), MOST_TRIES)
        ]
    else:  # all are words, but in no edition together: one of them may be meant for another
        rarest_first = sorted(choices, key=lambda number: (often[number], number))
        changes = [{number: word} for number in rarest_first for word in choices[number][:2]]
    for change in changes[:MOST_TRIES]:
        other = tuple(
            replace(part, written=(change[number],)) if number in change else part
            for number, part in enumerate(parts)
        )
        yield Respelt(other, as_text(other))


def _may_be_wrong(part: Part) -> bool:
    if part.without or part.begins or part.identifier or len(part.written) != 1:
        return False
    return len(part.written[0]) >= SHORTEST and part.written[0].isalpha()


def _often(searcher: Searcher, word: str) -> int:
    return max(searcher.doc_freq("words", term) for term in terms(word, in_english=True))


def _choices(searcher: Searcher, words: _Words, part: Part, *, more_than: int) -> list[str]:
    """Return the words most editions have among the likest, if more have them than this one."""
    word = part.folded[0]
    near = words.like(word)
    often = {each: searcher.doc_freq("words", each) for each in near}
    far = {each: OSA.distance(word, each) for each in near}
    chosen = [each for each in near if often[each] > more_than]
    return sorted(chosen, key=lambda each: (far[each], -often[each], each))[:MOST_TRIES]


def _near(word: str, others: Sequence[str], distance: int) -> dict[str, int]:
    found = process.extract(
        word, others, scorer=OSA.distance, score_cutoff=distance, limit=None, processor=None
    )
    return {each: int(far) for each, far, _ in found}


def _beginning(ordered: list[str], start: str) -> list[str]:
    return ordered[bisect_left(ordered, start) : bisect_left(ordered, start + chr(0x10FFFF))]


def _words(home: Path, index: Opened) -> _Words:
    """Return the words, read again when many editions are new since they were read."""
    with _known_lock:
        known = _known.get(home)
        if known is None or _is_stale(known, index):
            known = _known[home] = _read(index)
        return known


def _is_stale(known: _Words, index: Opened) -> bool:
    if known.stamp == index.stamp:
        return False
    now = index.searcher.num_docs
    return now < _FEW or abs(now - known.editions) > _STALE * now


def _read(index: Opened) -> _Words:
    found: set[str] = set()
    fewest = 1 if index.searcher.num_docs < _FEW else 2  # of many, a word seen once is an error
    for field in _FIELDS:
        for word, often in index.searcher.terms_with_prefix(field, ""):
            if often >= fewest and len(word) >= SHORTEST - 1 and word.isalpha():
                found.add(word)
    forwards = sorted(found)
    return _Words(
        stamp=index.stamp,
        editions=index.searcher.num_docs,
        forwards=forwards,
        backwards=sorted(word[::-1] for word in forwards),
    )
