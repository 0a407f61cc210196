"""
The mix of questions, drawn from the documents with a seed: what is asked exists, typos apart.

A class's share follows what library catalogues see: mostly a few words, often with a name. Words
are taken from titles as they stand, so a common word is asked for as often as it is written.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from hyllan.catalogue.engine.folding import fold, words
from hyllan.catalogue.engine.query import parse
from hyllan.catalogue.search_index.entry import terms

SHARES = {
    "words": 0.30,
    "author + title": 0.20,
    "isbn": 0.10,
    "facets": 0.15,
    "phrase": 0.10,
    "prefix": 0.10,
    "typo": 0.05,
}
KINDS = tuple(SHARES)
_TRIES = 400  # draws for each question before the documents are said to be too few
_LETTERS = "abcdefghijklmnoprstuvyåäö"
_BROAD = 0.04  # of all documents that a word of a facet question is in, at least


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a text as a reader writes it, kept to a language or a material."""

    kind: str
    text: str
    language: str = ""
    material: str = ""

    @property
    def facets(self) -> bool:
        """Say whether the four facet lists are asked for."""
        return self.kind == "facets"


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that must be found. Exactly one of these is set."""

    any_of: tuple[str, ...] = ()  # terms of the field `words`
    begins: str = ""  # a beginning of such a term
    phrase: tuple[str, ...] = ()  # folded words side by side in one of the texts
    number: str = ""  # an ISBN
    word: str = ""  # beside any_of: the word as it is compared, for a fuzzy second try


def clauses(text: str) -> list[Clause]:
    """Return what hyllan understands by a text, for engines that are told so in their own words."""
    found = []
    for part in parse(text):
        if part.isbn:
            found.append(Clause(number=part.isbn))
        elif part.begins:
            found.append(Clause(begins=part.folded[0]))
        elif len(part.written) > 1:
            found.append(Clause(phrase=part.folded))
        else:
            (word,) = part.written
            found.append(Clause(any_of=terms(word, in_english=True), word=fold(word)))
    return found


class TooFew(Exception):  # noqa: N818 - says what is wrong with the documents
    """The documents give no such question."""


@dataclass(slots=True)
class _Drawn:
    """What the questions are drawn from."""

    random: random.Random
    sample: list[Mapping[str, Any]]
    known: set[str]  # every term of every document
    broad: set[str]  # words of titles that many documents have

    def title(self) -> list[str]:
        """Return the words of a title, without numbers and single letters."""
        document = self.random.choice(self.sample)
        return [word for word in words(document["shown"]) if word.isalpha() and len(word) > 1]


def draw(documents: Path, *, number: int, seed: int) -> list[Question]:
    """
    Return distinct questions in a random order, by the shares of their classes.

    :param documents: as documents.py writes them
    :raises TooFew: there are not enough different documents
    """
    drawn = _read(documents, random.Random(seed), sample=40_000)  # noqa: S311 - no secret
    found: dict[Question, None] = {}
    for kind, share in SHARES.items():
        wanted = len(found) + round(number * share)
        for _ in range(_TRIES * number):
            if len(found) >= wanted:
                break
            if question := _DRAW[kind](drawn):
                found[question] = None
        else:
            raise TooFew(f"{documents} gives too few different questions of the class {kind}.")
    questions = list(found)
    drawn.random.shuffle(questions)
    return questions


def _read(documents: Path, rng: random.Random, *, sample: int) -> _Drawn:
    kept: list[Mapping[str, Any]] = []
    known: dict[str, int] = {}
    number = 0
    for number, document in enumerate(_documents(documents)):
        for term in set(document["words"].split()):
            known[term] = known.get(term, 0) + 1
        if len(kept) < sample:
            kept.append(document)
        elif (place := rng.randrange(number + 1)) < sample:
            kept[place] = document
    least = _BROAD * number
    titles = {word for document in kept for word in words(document["shown"])}
    broad = {word for word in titles if known.get(fold(word), 0) > least}
    return _Drawn(rng, kept, set(known), broad)


def _documents(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open("rb") as lines:
        yield from map(orjson.loads, lines)


def _words(drawn: _Drawn) -> Question | None:
    title = drawn.title()
    number = drawn.random.choice((1, 1, 2, 2, 2, 3))
    if len(title) < number:
        return None
    return Question("words", " ".join(drawn.random.sample(title, number)))


def _author_and_title(drawn: _Drawn) -> Question | None:
    document = drawn.random.choice(drawn.sample)
    names = words(document["by"])
    title = [word for word in words(document["shown"]) if word.isalpha()]
    if not names or not title or not names[-1].isalpha():
        return None
    some = title[: drawn.random.choice((1, 2, 3))]
    return Question("author + title", " ".join([names[-1], *some]))


def _isbn(drawn: _Drawn) -> Question | None:
    isbns = drawn.random.choice(drawn.sample)["isbns"]
    return Question("isbn", isbns[0]) if isbns else None


def _facets(drawn: _Drawn) -> Question | None:
    """Broad: a common word, alone or with another of its title; some kept to less."""
    document = drawn.random.choice(drawn.sample)
    title = [word for word in words(document["shown"]) if word.isalpha() and len(word) > 1]
    broad = [word for word in title if word in drawn.broad]
    if not broad:
        return None
    asked = [drawn.random.choice(broad)]
    asked += drawn.random.choice(([], [], broad[:1], title[:1]))
    language = material = ""
    if drawn.random.random() < 1 / 6 and document["languages"]:
        language = document["languages"][0]
    elif drawn.random.random() < 1 / 5:
        material = document["material"]
    return Question("facets", " ".join(dict.fromkeys(asked)), language, material)


def _phrase(drawn: _Drawn) -> Question | None:
    written = words(drawn.random.choice(drawn.sample)["shown"])
    number = drawn.random.choice((2, 2, 3))
    if len(written) < number or not all(word.isalpha() for word in written):
        return None
    start = drawn.random.randrange(len(written) - number + 1)
    return Question("phrase", '"' + " ".join(written[start : start + number]) + '"')


def _prefix(drawn: _Drawn) -> Question | None:
    title = drawn.title()
    letters = drawn.random.choice((3, 4, 5, 6))
    longer = [word for word in title if len(word) > letters]
    return Question("prefix", f"{drawn.random.choice(longer)[:letters]}*") if longer else None


def _typo(drawn: _Drawn) -> Question | None:
    """One letter wrong, missing, doubled or swapped, never the first; nothing is spelt so."""
    title = drawn.title()
    long = [word for word in title if len(word) >= 6]
    if not long:
        return None
    meant = drawn.random.choice(long)
    written = _misspelt(drawn.random, meant)
    if any(term in drawn.known for term in terms(written, in_english=True)):
        return None
    others: Sequence[str] = [word for word in title if word != meant][:1]
    return Question("typo", " ".join([written, *others]))


def _misspelt(rng: random.Random, word: str) -> str:
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (
            word[:at] + rng.choice(_LETTERS) + word[at + 1 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


_DRAW: Mapping[str, Callable[[_Drawn], Question | None]] = {
    "words": _words,
    "author + title": _author_and_title,
    "isbn": _isbn,
    "facets": _facets,
    "phrase": _phrase,
    "prefix": _prefix,
    "typo": _typo,
}
