"""Two records side by side: for each question one of a few outcomes, for many pairs at a time."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from hyllan.catalogue.engine.matching.table import Table

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.int64]
Comparison = Callable[[Table, Rows, Rows], Array]

WORKERS = 2

# The outcomes of each question; the first is always "silent": one of the two does not say
OUTCOMES: dict[str, tuple[str, ...]] = {
    "isbn": ("silent", "agree", "agree_in_part", "differ", "wrong_alike"),
    "number": ("silent", "agree", "differ"),
    "title": ("silent", "agree", "agree_in_part", "nearly", "alike", "other_title", "differ"),
    "rest": ("silent", "agree", "alike", "differ"),
    "figures": ("silent", "agree", "differ"),
    "volume": ("silent", "agree", "one_has", "differ"),
    "name": ("silent", "agree", "given_differs", "mentioned", "share", "differ"),
    "year": ("silent", "agree", "next", "near", "differ"),
    "pages": ("silent", "agree", "close", "near", "differ"),
    "publisher": ("silent", "agree", "differ"),
    "edition": ("silent", "agree", "one_has", "differ"),
    "language": ("silent", "agree", "share", "differ"),
    "form": ("silent", "agree", "one_has", "differ"),
    "material": ("silent", "agree", "differ"),
    "units": ("silent", "agree", "differ"),
}
NAMES = tuple(OUTCOMES)


def compare(table: Table, left: Rows, right: Rows) -> Array:
    """Return the outcomes as numbers (places in OUTCOMES): pairs x questions."""
    found = np.zeros((len(left), len(NAMES)), np.uint8)
    for place, name in enumerate(NAMES):
        found[:, place] = _COMPARISONS[name](table, left, right)
    return found


def outcome(found: Array, name: str) -> Array:
    """Return the column of one question."""
    column: Array = found[:, NAMES.index(name)]
    return column


def common(sets: Array, left: Rows, right: Rows) -> Array:
    """Return how many values the two sets of each pair share."""
    return _shared(sets[left], sets[right])


def _shared(ours: Array, theirs: Array) -> Array:
    shared = np.zeros(len(ours), np.int8)
    for place in range(ours.shape[1]):
        one = ours[:, place]
        shared += (one != 0) & (theirs == one[:, None]).any(axis=1)
    return shared


def _sizes(sets: Array) -> Array:
    sizes: Array = (sets != 0).sum(axis=1)
    return sizes


def _isbn(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.isbns[left], table.isbns[right]
    shared, a, b = _shared(ours, theirs), _sizes(ours), _sizes(theirs)
    wrong = common(table.wrong_isbns, left, right) > 0
    return np.select(
        [(shared > 0) & (shared == np.minimum(a, b)), shared > 0, wrong, (a > 0) & (b > 0)],
        [1, 2, 4, 3],
        0,
    )


def _number(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.numbers[left], table.numbers[right]
    shared = _shared(ours, theirs)
    both = (ours[:, 0] != 0) & (theirs[:, 0] != 0)
    return np.select([shared > 0, both], [1, 2], 0)


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


def _title(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.title[left], table.title[right]
    alike = likeness(table, ours, theirs)
    other = _by_other_title(table, left, right, alike)
    levels = np.select(
        [ours == theirs, alike >= 93, other, alike >= 80, alike >= 60],
        [1, 3, 5, 4, 4],
        6,
    )
    part = (levels > 3) & _begins(table, left, right)
    levels[part] = 2
    levels[(ours == 0) | (theirs == 0)] = 0
    return levels


def _by_other_title(table: Table, left: Rows, right: Rows, alike: Array) -> Array:
    """Return whether a further title of one record is the other's title."""
    found = np.zeros(len(left), bool)
    rows = np.flatnonzero(
        (alike < 93) & ((table.others[left, 0] != 0) | (table.others[right, 0] != 0))
    )
    ours = np.c_[table.title[left[rows]], table.others[left[rows]]]
    theirs = np.c_[table.title[right[rows]], table.others[right[rows]]]
    found[rows] = _shared(ours, theirs) > 0
    return found


def _begins(table: Table, left: Rows, right: Rows) -> Array:
    """Return whether one whole title begins with the other: a subtitle is left out, or parted."""
    found = np.zeros(len(left), bool)
    different = np.flatnonzero(table.title[left] != table.title[right])
    ours = _whole(table, left[different])
    theirs = _whole(table, right[different])
    found[different] = [
        a.startswith(b) or b.startswith(a) for a, b in zip(ours, theirs, strict=True)
    ]
    return found


def _whole(table: Table, rows: Rows) -> list[str]:
    titles, rests = table.texts[table.title[rows]], table.texts[table.rest[rows]]
    return [
        f"{title} {rest} " if rest else f"{title} "
        for title, rest in zip(titles, rests, strict=True)
    ]


def _rest(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.rest[left], table.rest[right]
    alike = likeness(table, ours, theirs)
    return np.select(
        [(ours == 0) | (theirs == 0), ours == theirs, alike >= 70],
        [0, 1, 2],
        3,
    )


def _figures(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.figures[left], table.figures[right]
    a, b = _sizes(ours), _sizes(theirs)
    shared = _shared(ours, theirs)
    return np.select([(a == 0) | (b == 0), shared == np.minimum(a, b)], [0, 1], 2)


def _one_text(column: str, *, one_has: bool) -> Comparison:
    def compared(table: Table, left: Rows, right: Rows) -> Array:
        ours, theirs = getattr(table, column)[left], getattr(table, column)[right]
        neither, one = (ours == 0) & (theirs == 0), (ours == 0) | (theirs == 0)
        if one_has:
            return np.select([neither, one, ours == theirs], [0, 2, 1], 3)
        return np.select([one, ours == theirs], [0, 1], 2)

    return compared


def _name(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.surname[left], table.surname[right]
    given, other_given = table.given[left], table.given[right]
    same = (ours == theirs) & (ours != 0)
    given_differs = (given != 0) & (other_given != 0) & (given != other_given)
    people, others = table.people[left], table.people[right]
    a, b = _sizes(people), _sizes(others)
    shared = _shared(people, others)
    silent = (a == 0) | (b == 0)
    return np.select(
        [silent, same & ~given_differs, same, shared >= 2, shared == 1],
        [0, 1, 2, 3, 4],
        5,
    )


def _year(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.year[left], table.year[right]
    apart = np.abs(ours - theirs)
    return np.select(
        [(ours == 0) | (theirs == 0), apart == 0, apart == 1, apart <= 3],
        [0, 1, 2, 3],
        4,
    )


def _pages(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.pages[left], table.pages[right]
    apart = np.abs(ours - theirs)
    most = np.maximum(ours, theirs)
    return np.select(
        [(ours == 0) | (theirs == 0), apart == 0, apart <= 3, apart <= most * 0.1],
        [0, 1, 2, 3],
        4,
    )


def _publisher(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.publisher[left], table.publisher[right]
    silent = (ours[:, 0] == 0) | (theirs[:, 0] == 0)
    return np.select([silent, _shared(ours, theirs) > 0], [0, 1], 2)


def _language(table: Table, left: Rows, right: Rows) -> Array:
    ours, theirs = table.languages[left], table.languages[right]
    silent = (ours[:, 0] == 0) | (theirs[:, 0] == 0)
    return np.select([silent, ours[:, 0] == theirs[:, 0], _shared(ours, theirs) > 0], [0, 1, 2], 3)


_COMPARISONS: dict[str, Comparison] = {
    "isbn": _isbn,
    "number": _number,
    "title": _title,
    "rest": _rest,
    "figures": _figures,
    "volume": _one_text("volume", one_has=True),
    "name": _name,
    "year": _year,
    "pages": _pages,
    "publisher": _publisher,
    "edition": _one_text("edition", one_has=True),
    "language": _language,
    "form": _one_text("form", one_has=True),
    "material": _one_text("material", one_has=False),
    "units": _one_text("units", one_has=False),
}
