"""
What a query may cost: a mask is compared with every word of the index, and a short one fits many.

CQL puts no bound on it; the numbers are ours and stand in docs/wire.md.
"""

from collections.abc import Iterator

from .cql_tree import CqlError, CqlQuery, Mask, clauses, pieces

FEWEST_LETTERS = 3  # in a masked word
MOST_MASKED_WORDS = 5  # in a query
TOO_SHORT, TOO_MANY = 29, 30


def refuse_costly(query: CqlQuery) -> None:
    """
    Refuse masked words that are short or many; a `*` alone, for everything, may stand.

    :raises CqlError: 29 (too short) or 30 (too many)
    """
    masked = 0
    for clause in clauses(query.tree):
        if clause.term.strip() == Mask.ANY.value:
            continue
        for letters in _masked_words(clause.term):
            if letters < FEWEST_LETTERS:
                raise CqlError(TOO_SHORT, clause.term)
            masked += 1
    if masked > MOST_MASKED_WORDS:
        raise CqlError(TOO_MANY, str(MOST_MASKED_WORDS))


def _masked_words(term: str) -> Iterator[int]:
    """Yield of each word with a mask how many letters and digits it has beside."""
    letters, is_masked = 0, False
    for piece in pieces(term):
        if piece in {Mask.ANY, Mask.ONE}:
            is_masked = True
            continue
        for letter in piece if isinstance(piece, str) else " ":
            if letter.isalnum():
                letters += 1
                continue
            if is_masked:
                yield letters
            letters, is_masked = 0, False
    if is_masked:
        yield letters
