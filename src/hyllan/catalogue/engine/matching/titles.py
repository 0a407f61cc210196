"""Titles side by side: written alike, in another order, begun alike, or known by another title."""

from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from hyllan.catalogue.engine.matching.table import Table
from hyllan.catalogue.engine.matching.text import code, consonants, sound

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.int64]

WORKERS = 2
SHORT, LONG = 4, 16  # letters a title has at least to be read with one slip, or two
_SMALL_WORDS = """
del d vol volume volym band bd bok book part pt och and i of the a en ett den det nr no
"""
_SMALL = frozenset(_SMALL_WORDS.split())


def likeness(table: Table, left: Array, right: Array) -> Array:
    """Return how alike two texts are (0 to 100), given their places in the table's texts."""
    alike = np.where(left == right, 100.0, 0.0)
    unlike = np.flatnonzero((left != right) & (left != 0) & (right != 0))
    if len(unlike):
        alike[unlike] = process.cpdist(
            table.texts[left[unlike]].tolist(),
            table.texts[right[unlike]].tolist(),
            scorer=ratio,
            workers=WORKERS,
            dtype=np.float32,
        )
    return alike


def slips(table: Table, left: Array, right: Array) -> Array:
    """Return which unlike texts differ by a slip of the pen: one letter, in long ones two."""
    found = np.zeros(len(left), bool)
    rows = np.flatnonzero((left != right) & (left != 0) & (right != 0))
    if len(rows):
        ours, theirs = table.texts[left[rows]].tolist(), table.texts[right[rows]].tolist()
        apart = process.cpdist(
            ours, theirs, scorer=OSA.distance, score_cutoff=2, workers=WORKERS, dtype=np.int32
        )
        lengths = np.fromiter(map(len, ours), np.int64, len(ours))
        found[rows] = ((apart == 1) & (lengths >= SHORT)) | ((apart == 2) & (lengths >= LONG))
    return found


def sounds_alike(table: Table, left: Array, right: Array, *, shortest: int) -> Array:
    """
    Return which unlike texts have the same consonants: another romanisation, or Arabic script.

    :param shortest: letters that must be left
    """
    found = np.zeros(len(left), bool)
    rows = np.flatnonzero((left != right) & (left != 0) & (right != 0))
    if len(rows):
        places, inverse = np.unique(np.stack([left[rows], right[rows]]), return_inverse=True)
        bare = [consonants(sound(text)) for text in table.texts[places]]
        codes = np.array([code(text) if len(text) >= shortest else -1 for text in bare])
        one, other = codes[inverse.reshape(2, -1)]
        found[rows] = (one == other) & (one >= 0)
    return found


def by_other_title(table: Table, left: Rows, right: Rows, unlike: Array) -> Array:
    """Return which of the unlike pairs have a title of one among the other's, by its sound."""
    found = np.zeros(len(left), bool)
    more = (table.others[left, 0] != 0) | (table.others[right, 0] != 0)
    for place in np.flatnonzero(unlike & more).tolist():
        ours, theirs = _sounds(table, left[place]), _sounds(table, right[place])
        found[place] = not ours.isdisjoint(theirs)
    return found


def _sounds(table: Table, row: int) -> set[str]:
    places = [table.title[row], *table.others[row]]
    return {sound(table.texts[place]) for place in places if place}


def same_words(table: Table, left: Rows, right: Rows, unlike: Array) -> Array:
    """Return which of the unlike pairs have whole titles of the same words, in any order."""
    found = np.zeros(len(left), bool)
    more = (table.rest[left] != 0) | (table.rest[right] != 0)
    for place in np.flatnonzero(unlike & more).tolist():
        ours, theirs = _words(table, left[place]), _words(table, right[place])
        found[place] = bool(ours) and ours == theirs
    return found


def _words(table: Table, row: int) -> set[str]:
    return set(_whole(table, row).split()) - _SMALL


def begins(table: Table, left: Rows, right: Rows, unlike: Array) -> Array:
    """Return which of the unlike pairs have whole titles of which one begins with the other."""
    found = np.zeros(len(left), bool)
    for place in np.flatnonzero(unlike).tolist():
        ours, theirs = _whole(table, left[place]), _whole(table, right[place])
        found[place] = ours.startswith(theirs) or theirs.startswith(ours)
    return found


def _whole(table: Table, row: int) -> str:
    title, rest = table.texts[table.title[row]], table.texts[table.rest[row]]
    return f"{title} {rest} " if rest else f"{title} "
