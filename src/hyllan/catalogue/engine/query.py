"""What a reader means by what she writes: words, "phrases" and ISBNs; all must be found."""

import re
from dataclasses import dataclass

from hyllan.catalogue.engine.folding import fold, words
from hyllan.catalogue.engine.isbn import normalised

LONGEST, MOST_PARTS, LONGEST_WORD = 500, 20, 100
_PHRASE = re.compile('"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Part:
    """Words that must stand side by side (one word is a phrase of one), or an ISBN."""

    written: tuple[str, ...] = ()
    isbn: str = ""

    @property
    def folded(self) -> tuple[str, ...]:
        return tuple(fold(word) for word in self.written)


def parse(text: str) -> tuple[Part, ...]:
    """Return the parts of a query; anything at all may be written, nothing is an error."""
    text = re.sub("[“”„«»]", '"', text[:LONGEST])
    if isbn := normalised(text.strip()):
        return (Part(isbn=isbn),)
    parts: list[Part] = []
    for number, piece in enumerate(_PHRASE.split(text)):
        if number % 2:
            parts.append(_phrase(piece))
        else:
            parts += [part for token in piece.split() for part in _token(token)]
    return tuple(dict.fromkeys(part for part in parts if part.written or part.isbn))[:MOST_PARTS]


def _phrase(text: str) -> Part:
    return Part(tuple(word for word in words(text) if len(word) <= LONGEST_WORD))


def _token(token: str) -> list[Part]:
    if isbn := normalised(token.strip(".,;:()")):
        return [Part(isbn=isbn)]
    return [Part((word,)) for word in words(token) if len(word) <= LONGEST_WORD]
