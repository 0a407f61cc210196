"""
What may have been meant where nothing was found.

The same without articles, two words that are one in the catalogue, one that is two, words with few
other letters, or an unknown word as a beginning.

Other letters: one wrong, missing, doubled or swapped; two in a word of eight letters or more. A
word is compared with those that share its first or its last half, so that few of hundreds of
thousands are looked at: one letter is wrong in one half only. (Two can be wrong in both halves:
such a word is found only if one of its thirds is whole at either end.)
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise, product
from pathlib import Path
from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Searcher

from hyllan.catalogue.engine.query import Part, as_text
from hyllan.catalogue.search_index.entry import terms
from hyllan.catalogue.search_index.reader import Opened

SHORTEST, LONG = 3, 8  # a shorter word is left alone; a long one may have two wrong letters
MOST_TRIES = 8
_FEW = 50_000  # editions: their words are read again after every commit
_STALE = 0.02  # of more editions may be new before their words are read again
_FIELDS = ("title", "responsible", "subjects", "series")
_ARTICLES = frozenset({"a", "an", "de", "den", "det", "en", "ett", "the"})


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
    plain = [number for number, part in enumerate(parts) if _may_be_wrong(part)]
    often = {number: _often(index.searcher, parts[number].written[0]) for number in plain}
    tried = chain(
        _without_articles(parts),
        _put_together(index.searcher, parts, often),
        _taken_apart(index.searcher, parts, often),
        _with_other_letters(_words(home, index), index.searcher, parts, often) if often else (),
        _begun(parts, often),
    )
    for other in islice(tried, MOST_TRIES):
        yield Respelt(tuple(other), as_text(other))


def _without_articles(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Leave articles out: den lille prinsen, as lille prinsen."""
    left = [part for part in parts if part.exact or not _ARTICLES.issuperset(part.written or "-")]
    if left and len(left) < len(parts):
        yield left


def _begun(parts: Sequence[Part], often: Mapping[int, int]) -> Iterator[list[Part]]:
    """Take an unknown word for the beginning of one: mumin, as mumin*."""
    begun = {number for number in often if not often[number] and len(parts[number].written[0]) > 3}
    if begun:
        yield [replace(p, begins=True) if n in begun else p for n, p in enumerate(parts)]


def _put_together(
    searcher: Searcher, parts: Sequence[Part], often: Mapping[int, int]
) -> Iterator[list[Part]]:
    """Write two words as one: rövar dotter, as rövardotter."""
    for first, second in pairwise(range(len(parts))):
        if first in often and second in often:
            word = parts[first].written[0] + parts[second].written[0]
            if _often(searcher, word):
                yield [*parts[:first], Part((word,)), *parts[second + 1 :]]


def _taken_apart(
    searcher: Searcher, parts: Sequence[Part], often: Mapping[int, int]
) -> Iterator[list[Part]]:
    """Write an unknown word as two: nallepuh, as nalle puh."""
    for number in (number for number in often if not often[number]):
        word = parts[number].written[0]
        splits = [(word[:at], word[at:]) for at in range(3, len(word) - 2)]
        known = {split: min(_often(searcher, each) for each in split) for split in splits}
        for split in sorted((s for s in splits if known[s]), key=lambda s: (-known[s], s))[:2]:
            yield [*parts[:number], *(Part((each,)) for each in split), *parts[number + 1 :]]


def _with_other_letters(
    words: _Words, searcher: Searcher, parts: Sequence[Part], often: Mapping[int, int]
) -> Iterator[list[Part]]:
    unknown = [number for number in often if not often[number]]
    choices = {
        number: _choices(searcher, words, parts[number], more_than=often[number])
        for number in unknown or often
    }
    if unknown:
        changes = [
            dict(zip(unknown, chosen, strict=True))
            for chosen in islice(product(*choices.values()), MOST_TRIES)
        ]
    else:  # all are words, but in no edition together: one of them may be meant for another
        rarest_first = sorted(choices, key=lambda number: (often[number], number))
        changes = [{number: word} for number in rarest_first for word in choices[number][:2]]
    for change in changes:
        yield [
            replace(part, written=(change[number],)) if number in change else part
            for number, part in enumerate(parts)
        ]


def _may_be_wrong(part: Part) -> bool:
    if part.without or part.begins or part.exact or part.identifier or len(part.written) != 1:
        return False
    return len(part.written[0]) >= SHORTEST and part.written[0].isalpha()


def _often(searcher: Searcher, word: str) -> int:
    return max(searcher.doc_freq("words", term) for term in terms(word, in_english=True))


def _choices(searcher: Searcher, words: _Words, part: Part, *, more_than: int) -> list[str]:
    """Return the words most editions have among the likest, if more have them than this one."""
    word = part.folded[0]
    near = words.like(word) if len(word) > SHORTEST else []
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
            if often >= fewest and len(word) >= SHORTEST and word.isalpha():
                found.add(word)
    forwards = sorted(found)
    return _Words(
        stamp=index.stamp,
        editions=index.searcher.num_docs,
        forwards=forwards,
        backwards=sorted(word[::-1] for word in forwards),
    )
